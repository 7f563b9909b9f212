CREATE TABLE `pairing_codes` (
	`id` text PRIMARY KEY NOT NULL,
	`namespace_id` text NOT NULL,
	`service_account_id` text,
	`hash` text NOT NULL,
	`pepper_version` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer NOT NULL,
	`paired_at` integer,
	`issuer` text,
	`claims` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`namespace_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`service_account_id`) REFERENCES `service_accounts`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pairing_codes_hash_unique` ON `pairing_codes` (`hash`);--> statement-breakpoint
CREATE INDEX `pairing_codes_by_namespace` ON `pairing_codes` (`namespace_id`);--> statement-breakpoint
CREATE INDEX `pairing_codes_by_account` ON `pairing_codes` (`service_account_id`);--> statement-breakpoint
CREATE INDEX `pairing_codes_by_expiry` ON `pairing_codes` (`expires_at`);