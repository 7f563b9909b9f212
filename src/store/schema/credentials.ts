import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { JsonObject } from '../../core/json.ts'
import { serviceAccountId } from './accounts.ts'
import { createdAt, json } from './columns.ts'
import { resourceServers } from './tree.ts'

// When a credential was last used, and from where. Not configuration: no version moves.
const lastUse = {
  lastUsedAt: integer('last_used_at'),
  lastUsedFrom: text('last_used_from'),
}

/** Shared secrets, kept as digests only; at most two of an account live. */
export const clientSecrets = sqliteTable(
  'client_secrets',
  {
    id: text('id').primaryKey(),
    serviceAccountId: serviceAccountId(),
    hash: text('hash').notNull(),
    pepperVersion: integer('pepper_version').notNull(),
    expiresAt: integer('expires_at').notNull(),
    createdAt: createdAt(),
    ...lastUse,
  },
  (table) => [index('client_secrets_by_account').on(table.serviceAccountId)],
)

/** Public keys that accounts sign client assertions with; at most five each. */
export const accountKeys = sqliteTable(
  'account_keys',
  {
    id: text('id').primaryKey(),
    serviceAccountId: serviceAccountId(),
    kid: text('kid').notNull(),
    algorithm: text('algorithm').notNull(),
    /** Public members only, `kid` and `alg` among them. */
    jwk: json<JsonObject>('jwk').notNull(),
    /** The one audience that an old client's assertions name instead of ours. */
    assertionAudience: text('assertion_audience'),
    /** Null: until it is deleted. */
    expiresAt: integer('expires_at'),
    createdAt: createdAt(),
    ...lastUse,
  },
  (table) => [uniqueIndex('account_keys_kid').on(table.serviceAccountId, table.kid)],
)

/** Named long-lived tokens, kept as digests only. */
export const namedTokens = sqliteTable(
  'named_tokens',
  {
    id: text('id').primaryKey(),
    serviceAccountId: serviceAccountId(),
    name: text('name').notNull(),
    displayName: text('display_name'),
    resourceServerId: text('resource_server_id')
      .notNull()
      .references(() => resourceServers.id, { onDelete: 'cascade' }),
    hash: text('hash').notNull().unique(),
    pepperVersion: integer('pepper_version').notNull(),
    expiresAt: integer('expires_at').notNull(),
    createdAt: createdAt(),
    ...lastUse,
  },
  (table) => [uniqueIndex('named_tokens_name').on(table.serviceAccountId, table.name)],
)
