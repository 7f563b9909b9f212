ALTER TABLE `revocations` ADD `service_account_id` text;--> statement-breakpoint
CREATE INDEX `revocations_of_account` ON `revocations` (`service_account_id`,`audience`) WHERE kind = 'token';