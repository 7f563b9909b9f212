CREATE TABLE `client_secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`service_account_id` text NOT NULL,
	`hash` text NOT NULL,
	`pepper_version` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `client_secrets_by_account` ON `client_secrets` (`service_account_id`);--> statement-breakpoint
CREATE TABLE `role_bindings` (
	`id` text PRIMARY KEY NOT NULL,
	`role_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`service_account_id` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`role_id`) REFERENCES `roles`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `role_bindings_once` ON `role_bindings` (`service_account_id`,`role_id`,`namespace_id`);--> statement-breakpoint
CREATE INDEX `role_bindings_by_role` ON `role_bindings` (`role_id`);--> statement-breakpoint
CREATE TABLE `service_accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`tenant_id` text NOT NULL,
	`name` text NOT NULL,
	`display_name` text,
	`description` text,
	`kind` text DEFAULT 'workload' NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`grant_types` text NOT NULL,
	`resource_server_ids` text,
	`max_token_ttl_seconds` integer,
	`client_credentials` integer DEFAULT false NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `service_accounts_client_id_unique` ON `service_accounts` (`client_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `service_accounts_name` ON `service_accounts` (`namespace_id`,`name`);--> statement-breakpoint
CREATE TABLE `trust_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`service_account_id` text NOT NULL,
	`name` text NOT NULL,
	`issuer` text NOT NULL,
	`audience` text NOT NULL,
	`bound_claims` text NOT NULL,
	`replay` text,
	`max_token_ttl_seconds` integer,
	`scope` text,
	`examples` text NOT NULL,
	`acknowledge` text NOT NULL,
	`warnings` text NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`expires_at` integer,
	`format` integer DEFAULT 1 NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `trust_policies_by_account` ON `trust_policies` (`service_account_id`);--> statement-breakpoint
CREATE TABLE `decisions` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`outcome` text NOT NULL,
	`reason` text,
	`grant_type` text NOT NULL,
	`service_account_id` text NOT NULL,
	`client_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`resource_server_id` text,
	`audience` text,
	`scope` text,
	`token_jti` text,
	`token_expires_at` integer,
	`policy_id` text,
	`policy_version` integer,
	`claims` text,
	`policies` text,
	`token_identity` text,
	`slot` text,
	`remember_until` integer,
	`told` integer DEFAULT false NOT NULL,
	`omitted` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `decisions_claim` ON `decisions` (`token_identity`,`slot`);--> statement-breakpoint
CREATE INDEX `decisions_by_account` ON `decisions` (`service_account_id`,`at`);--> statement-breakpoint
CREATE TABLE `guards` (
	`holds` integer NOT NULL,
	CONSTRAINT "guard" CHECK("guards"."holds" = 1)
);
--> statement-breakpoint
CREATE TABLE `omitted_decisions` (
	`service_account_id` text PRIMARY KEY NOT NULL,
	`omitted` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`algorithm` text NOT NULL,
	`state` text NOT NULL,
	`public_jwk` text NOT NULL,
	`wrapped_key` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_one_active` ON `signing_keys` (`state`) WHERE state = 'active';--> statement-breakpoint
CREATE TABLE `issuers` (
	`id` text PRIMARY KEY NOT NULL,
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`issuer` text NOT NULL,
	`preset` text,
	`jwks_uri` text,
	`jwks` text,
	`algorithms` text NOT NULL,
	`max_token_age_seconds` integer NOT NULL,
	`replay` text,
	`enabled` integer DEFAULT true NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `issuers_url` ON `issuers` (`namespace_id`,`issuer`);--> statement-breakpoint
CREATE INDEX `issuers_by_url` ON `issuers` (`issuer`);--> statement-breakpoint
CREATE TABLE `namespaces` (
	`id` text PRIMARY KEY NOT NULL,
	`path` text NOT NULL,
	`parent_id` text,
	`tenant_id` text NOT NULL,
	`kind` text NOT NULL,
	`display_name` text,
	`enabled` integer DEFAULT true NOT NULL,
	`config_version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `namespaces_path_unique` ON `namespaces` (`path`);--> statement-breakpoint
CREATE INDEX `namespaces_by_parent` ON `namespaces` (`parent_id`);--> statement-breakpoint
CREATE INDEX `namespaces_suspended` ON `namespaces` (`path`) WHERE enabled = 0;--> statement-breakpoint
CREATE TABLE `resource_servers` (
	`id` text PRIMARY KEY NOT NULL,
	`namespace_id` text NOT NULL,
	`identifier` text NOT NULL,
	`name` text NOT NULL,
	`permissions` text NOT NULL,
	`token_ttl_seconds` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `resource_servers_identifier_unique` ON `resource_servers` (`identifier`);--> statement-breakpoint
CREATE INDEX `resource_servers_by_namespace` ON `resource_servers` (`namespace_id`);--> statement-breakpoint
CREATE TABLE `roles` (
	`id` text PRIMARY KEY NOT NULL,
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`display_name` text,
	`resource_server_id` text NOT NULL,
	`permissions` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`resource_server_id`) REFERENCES `resource_servers`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `roles_name` ON `roles` (`namespace_id`,`resource_server_id`,`name`);