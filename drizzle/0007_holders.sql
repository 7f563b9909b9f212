DROP INDEX `role_bindings_by_namespace`;--> statement-breakpoint
CREATE INDEX `role_bindings_by_namespace` ON `role_bindings` (`namespace_id`,`service_account_id`);