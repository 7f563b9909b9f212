import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Client assertions spent where no token was issued for them: at introspection and revocation. */
export const spentAssertions = sqliteTable('spent_assertions', {
  identity: text('identity').primaryKey(),
  /** Epoch seconds. */
  rememberUntil: integer('remember_until').notNull(),
})

/**
 * What of our living tokens is dead. A mark says: tokens for this audience, of this account, by this
 * policy, under this key, or with this `jti`, issued at or before a time. Times in epoch seconds.
 */
export const revocations = sqliteTable(
  'revocations',
  {
    /** An identifier; empty where it concerns every audience. */
    audience: text('audience').notNull(),
    kind: text('kind').$type<'account' | 'policy' | 'token' | 'key'>().notNull(),
    /** The opaque id, or the `jti`. */
    value: text('value').notNull(),
    /** Whose tokens it ends; null where they may be anybody's. */
    serviceAccountId: text('service_account_id'),
    before: integer('before').notNull(),
    /** When the last token that it concerns is dead anyway. */
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.audience, table.kind, table.value] }),
    index('revocations_by_expiry').on(table.expiresAt),
    index('revocations_of_account')
      .on(table.serviceAccountId, table.audience)
      .where(sql`kind = 'token'`),
  ],
)
