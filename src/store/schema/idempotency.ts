import { index, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { createdAt, flag } from './columns.ts'

/** Creations that were asked for under an `Idempotency-Key`, for a day. */
export const idempotencyKeys = sqliteTable(
  'idempotency_keys',
  {
    /** Digest of actor, route and key. */
    id: text('id').primaryKey(),
    bodyDigest: text('body_digest').notNull(),
    /** Path of what was made; null while it is being made. */
    location: text('location'),
    /** Whether the first answer carried a secret, which is never shown again. */
    secret: flag('secret').default(false),
    createdAt: createdAt(),
  },
  (table) => [index('idempotency_keys_by_time').on(table.createdAt)],
)
