import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'
import type { JsonObject } from '../../core/json.ts'
import { createdAt, flag, json, version } from './columns.ts'
import { namespaceId, namespaces } from './tree.ts'

/** Who wants to hear of what happens in a namespace and below. */
export const subscriptions = sqliteTable(
  'notification_subscriptions',
  {
    id: text('id').primaryKey(),
    namespaceId: namespaceId(),
    channel: text('channel').$type<'webhook' | 'email'>().notNull(),
    /** An https URL, or an address. */
    target: text('target').notNull(),
    events: json<readonly string[]>('events').notNull(),
    /** What webhooks are signed with, wrapped; null for e-mail. */
    wrappedSecret: text('wrapped_secret'),
    enabled: flag('enabled').default(true),
    version: version(),
    createdAt: createdAt(),
  },
  (table) => [index('subscriptions_by_namespace').on(table.namespaceId)],
)

/** One notice to one subscriber: on its way, arrived, or given up. Times in epoch milliseconds. */
export const notices = sqliteTable(
  'notices',
  {
    id: text('id').primaryKey(),
    subscriptionId: text('subscription_id')
      .notNull()
      .references(() => subscriptions.id, { onDelete: 'cascade' }),
    /** What it is about, so that each is told once: the credential, its expiry and the days left. */
    subject: text('subject').notNull(),
    payload: json<JsonObject>('payload').notNull(),
    state: text('state').$type<'pending' | 'delivered' | 'parked'>().notNull(),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: integer('next_attempt_at').notNull(),
    lastError: text('last_error'),
    createdAt: createdAt(),
  },
  (table) => [
    uniqueIndex('notices_once').on(table.subscriptionId, table.subject),
    index('notices_due').on(table.state, table.nextAttemptAt),
  ],
)

/** When a tenant last had a test sent to somebody: outlives the subscription that it was for. */
export const noticeTests = sqliteTable(
  'notice_tests',
  {
    tenantId: text('tenant_id')
      .notNull()
      .references(() => namespaces.id, { onDelete: 'cascade' }),
    /** A host, or a mailbox. */
    addressee: text('addressee').notNull(),
    sentAt: integer('sent_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.addressee] })],
)
