ALTER TABLE `decisions` ADD `proof_identity` text;--> statement-breakpoint
CREATE UNIQUE INDEX `decisions_proof` ON `decisions` (`proof_identity`) WHERE proof_identity IS NOT NULL;