CREATE TABLE `group_members` (
	`group_id` text NOT NULL,
	`service_account_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`group_id`, `service_account_id`),
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `group_members_by_account` ON `group_members` (`service_account_id`);--> statement-breakpoint
CREATE TABLE `groups` (
	`id` text PRIMARY KEY NOT NULL,
	`namespace_id` text NOT NULL,
	`name` text NOT NULL,
	`display_name` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `groups_name` ON `groups` (`namespace_id`,`name`);--> statement-breakpoint
CREATE TABLE `audit_events` (
	`tenant_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`content` text NOT NULL,
	`hash` text NOT NULL,
	`actor_id` text,
	`platform` text,
	`action` text NOT NULL,
	`outcome` text NOT NULL,
	`namespace_id` text NOT NULL,
	`target_id` text,
	PRIMARY KEY(`tenant_id`, `sequence`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_events_id_unique` ON `audit_events` (`id`);--> statement-breakpoint
CREATE INDEX `audit_events_by_actor` ON `audit_events` (`actor_id`,`at`);--> statement-breakpoint
CREATE INDEX `audit_events_by_target` ON `audit_events` (`target_id`);--> statement-breakpoint
CREATE TABLE `decision_seal` (
	`id` integer PRIMARY KEY NOT NULL,
	`sealed_until` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `pending_changes` (
	`id` text PRIMARY KEY NOT NULL,
	`namespace_id` text NOT NULL,
	`action` text NOT NULL,
	`service_account_id` text,
	`target_id` text,
	`target_version` integer,
	`payload` text NOT NULL,
	`widening` text NOT NULL,
	`requested_by` text NOT NULL,
	`state` text DEFAULT 'pending' NOT NULL,
	`decided_by` text,
	`decided_at` integer,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `pending_changes_by_namespace` ON `pending_changes` (`namespace_id`);--> statement-breakpoint
CREATE TABLE `__new_role_bindings` (
	`id` text PRIMARY KEY NOT NULL,
	`role_id` text NOT NULL,
	`namespace_id` text NOT NULL,
	`service_account_id` text,
	`group_id` text,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`role_id`) REFERENCES `roles`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "role_bindings_principal" CHECK((service_account_id IS NULL) <> (group_id IS NULL))
);
--> statement-breakpoint
INSERT INTO `__new_role_bindings`("id", "role_id", "namespace_id", "service_account_id", "group_id", "version", "created_at") SELECT "id", "role_id", "namespace_id", "service_account_id", NULL, "version", "created_at" FROM `role_bindings`;--> statement-breakpoint
DROP TABLE `role_bindings`;--> statement-breakpoint
ALTER TABLE `__new_role_bindings` RENAME TO `role_bindings`;--> statement-breakpoint
CREATE UNIQUE INDEX `role_bindings_group_once` ON `role_bindings` (`group_id`,`role_id`,`namespace_id`);--> statement-breakpoint
CREATE INDEX `role_bindings_by_namespace` ON `role_bindings` (`namespace_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `role_bindings_once` ON `role_bindings` (`service_account_id`,`role_id`,`namespace_id`);--> statement-breakpoint
CREATE INDEX `role_bindings_by_role` ON `role_bindings` (`role_id`);--> statement-breakpoint
ALTER TABLE `decisions` ADD `tenant_id` text;--> statement-breakpoint
ALTER TABLE `namespaces` ADD `widening_needs_approval` integer DEFAULT false NOT NULL;