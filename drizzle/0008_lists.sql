DROP INDEX `role_bindings_by_role`;--> statement-breakpoint
CREATE INDEX `role_bindings_by_role` ON `role_bindings` (`role_id`,`id`);--> statement-breakpoint
CREATE INDEX `service_accounts_by_name` ON `service_accounts` (`name`,`id`);