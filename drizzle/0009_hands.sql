CREATE TABLE `account_hands` (
	`service_account_id` text NOT NULL,
	`hand` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`service_account_id`, `hand`)
);
--> statement-breakpoint
CREATE INDEX `account_hands_by_time` ON `account_hands` (`at`);