CREATE TABLE `notice_tests` (
	`tenant_id` text NOT NULL,
	`addressee` text NOT NULL,
	`sent_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `addressee`),
	FOREIGN KEY (`tenant_id`) REFERENCES `namespaces`(`id`) ON UPDATE no action ON DELETE cascade
);
