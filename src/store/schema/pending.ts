import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { JsonObject } from '../../core/json.ts'
import { serviceAccounts } from './accounts.ts'
import { createdAt, json, version } from './columns.ts'
import { namespaceId } from './tree.ts'

/** A change that one owner has asked for and another has yet to approve. */
export const pendingChanges = sqliteTable(
  'pending_changes',
  {
    id: text('id').primaryKey(),
    namespaceId: namespaceId(),
    /** The operation that asked for it: `trust-policies.create`. */
    action: text('action').notNull(),
    /** The account whose policies would change; null where it is about the namespace. */
    serviceAccountId: text('service_account_id').references(() => serviceAccounts.id, {
      onDelete: 'cascade',
    }),
    /** What would change, and the version it had; null where it would be made. */
    targetId: text('target_id'),
    targetVersion: integer('target_version'),
    /** What it would become. */
    payload: json<JsonObject>('payload').notNull(),
    /** In words, what would be accepted that is not now. */
    widening: json<readonly string[]>('widening').notNull(),
    requestedBy: text('requested_by').notNull(),
    state: text('state').$type<'pending' | 'approved' | 'rejected'>().notNull().default('pending'),
    decidedBy: text('decided_by'),
    decidedAt: integer('decided_at'),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [index('pending_changes_by_namespace').on(table.namespaceId)],
)

/**
 * Who has last changed what an account can do, where its events do not name the account: by a group, a
 * role, a document, or hidden from its tenant. No references, for a hand remains after its account.
 */
export const accountHands = sqliteTable(
  'account_hands',
  {
    serviceAccountId: text('service_account_id').notNull(),
    hand: text('hand').notNull(),
    /** Epoch milliseconds. */
    at: integer('at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.serviceAccountId, table.hand] }),
    index('account_hands_by_time').on(table.at),
  ],
)
