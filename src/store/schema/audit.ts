import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { JsonObject } from '../../core/json.ts'
import { json } from './columns.ts'

/**
 * What was changed, and what was refused: one chain for each tenant, only ever appended to. No
 * references, for an event outlives what it is about.
 */
export const auditEvents = sqliteTable(
  'audit_events',
  {
    tenantId: text('tenant_id').notNull(),
    /** From 1, without gaps. Whoever loses a race for one finds the place taken. */
    sequence: integer('sequence').notNull(),
    id: text('id').notNull().unique(),
    /** Epoch milliseconds. */
    at: integer('at').notNull(),
    /** JSON text of the whole event: what the hash is over. The other columns are only for finding it. */
    content: text('content').notNull(),
    /** SHA-256 of the content, which names the hash before it; hexadecimal. */
    hash: text('hash').notNull(),
    /** The account that acted; null where it was the gateway itself, or its operator. */
    actorId: text('actor_id'),
    /** Who it was, where the content says no more than "platform". */
    platform: json<JsonObject>('platform'),
    action: text('action').notNull(),
    outcome: text('outcome').$type<'done' | 'refused'>().notNull(),
    namespaceId: text('namespace_id').notNull(),
    targetId: text('target_id'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.sequence] }),
    index('audit_events_by_actor').on(table.actorId, table.at),
    index('audit_events_by_target').on(table.targetId),
  ],
)

/** How far decisions are sealed into the chains: one row. Epoch milliseconds. */
export const decisionSeal = sqliteTable('decision_seal', {
  id: integer('id').primaryKey(),
  sealedUntil: integer('sealed_until').notNull(),
})
