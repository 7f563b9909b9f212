CREATE TABLE `account_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`service_account_id` text NOT NULL,
	`kid` text NOT NULL,
	`algorithm` text NOT NULL,
	`jwk` text NOT NULL,
	`assertion_audience` text,
	`expires_at` integer,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`last_used_from` text,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `account_keys_kid` ON `account_keys` (`service_account_id`,`kid`);--> statement-breakpoint
CREATE TABLE `named_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`service_account_id` text NOT NULL,
	`name` text NOT NULL,
	`display_name` text,
	`resource_server_id` text NOT NULL,
	`hash` text NOT NULL,
	`pepper_version` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`last_used_from` text,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`resource_server_id`) REFERENCES `resource_servers`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `named_tokens_hash_unique` ON `named_tokens` (`hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `named_tokens_name` ON `named_tokens` (`service_account_id`,`name`);--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`body_digest` text NOT NULL,
	`location` text,
	`secret` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `idempotency_keys_by_time` ON `idempotency_keys` (`created_at`);--> statement-breakpoint
CREATE TABLE `notices` (
	`id` text PRIMARY KEY NOT NULL,
	`subscription_id` text NOT NULL,
	`subject` text NOT NULL,
	`payload` text NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`subscription_id`) REFERENCES `notification_subscriptions`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `notices_once` ON `notices` (`subscription_id`,`subject`);--> statement-breakpoint
CREATE INDEX `notices_due` ON `notices` (`state`,`next_attempt_at`);--> statement-breakpoint
CREATE TABLE `notification_subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`namespace_id` text NOT NULL,
	`channel` text NOT NULL,
	`target` text NOT NULL,
	`events` text NOT NULL,
	`wrapped_secret` text,
	`enabled` integer DEFAULT true NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `subscriptions_by_namespace` ON `notification_subscriptions` (`namespace_id`);--> statement-breakpoint
CREATE TABLE `revocations` (
	`audience` text NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	`before` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`audience`, `kind`, `value`)
);
--> statement-breakpoint
CREATE INDEX `revocations_by_expiry` ON `revocations` (`expires_at`);--> statement-breakpoint
CREATE TABLE `spent_assertions` (
	`identity` text PRIMARY KEY NOT NULL,
	`remember_until` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `client_secrets` ADD `last_used_at` integer;--> statement-breakpoint
ALTER TABLE `client_secrets` ADD `last_used_from` text;--> statement-breakpoint
ALTER TABLE `service_accounts` ADD `auth_method` text;--> statement-breakpoint
ALTER TABLE `decisions` ADD `credential_id` text;--> statement-breakpoint
ALTER TABLE `decisions` ADD `issuer` text;--> statement-breakpoint
ALTER TABLE `decisions` ADD `provenance` text;--> statement-breakpoint
ALTER TABLE `decisions` ADD `assertion_identity` text;--> statement-breakpoint
CREATE UNIQUE INDEX `decisions_assertion` ON `decisions` (`assertion_identity`) WHERE assertion_identity IS NOT NULL;--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `activated_at` integer;--> statement-breakpoint
ALTER TABLE `signing_keys` ADD `retired_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_one_published` ON `signing_keys` (`state`) WHERE state = 'published';--> statement-breakpoint
ALTER TABLE `namespaces` ADD `named_tokens_max_days` integer;