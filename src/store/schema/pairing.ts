import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { JsonObject } from '../../core/json.ts'
import { serviceAccounts } from './accounts.ts'
import { createdAt, json } from './columns.ts'
import { namespaceId } from './tree.ts'

/** One-time codes with which a job shows who it is, kept as digests, and what it showed. */
export const pairingCodes = sqliteTable(
  'pairing_codes',
  {
    id: text('id').primaryKey(),
    namespaceId: namespaceId(),
    /** The account that is to trust the job; null: one that is yet to be made. */
    serviceAccountId: text('service_account_id').references(() => serviceAccounts.id, {
      onDelete: 'cascade',
    }),
    hash: text('hash').notNull().unique(),
    pepperVersion: integer('pepper_version').notNull(),
    createdBy: text('created_by').notNull(),
    /** Until then the code is good; once it is used, what the job showed is kept. */
    expiresAt: integer('expires_at').notNull(),
    pairedAt: integer('paired_at'),
    /** The `iss` of the job's token. */
    issuer: text('issuer'),
    /** Its claims, as they were verified. */
    claims: json<JsonObject>('claims'),
    createdAt: createdAt(),
  },
  (table) => [
    index('pairing_codes_by_namespace').on(table.namespaceId),
    index('pairing_codes_by_account').on(table.serviceAccountId),
    index('pairing_codes_by_expiry').on(table.expiresAt),
  ],
)
