CREATE TABLE `issue_counts` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`minute` integer NOT NULL,
	`issued` integer NOT NULL,
	FOREIGN KEY (`tenant_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade
);
