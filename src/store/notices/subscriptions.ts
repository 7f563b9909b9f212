import { eq, getTableColumns, sql } from 'drizzle-orm'
import { type Db, reach } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { after, all, inOrder, type PageQuery, withinAny } from '../page.ts'
import { subscriptions } from '../schema/notices.ts'
import { namespaces } from '../schema/tree.ts'

/** A subscription with the place whose credentials it is about, and below. Times in milliseconds. */
export type StoredSubscription = typeof subscriptions.$inferSelect & {
  readonly namespacePath: string
  readonly tenantId: string
}

/** Most subscriptions of one namespace: each notice is told to all of them. */
export const maxSubscriptions = 20

const columns = {
  ...getTableColumns(subscriptions),
  namespacePath: namespaces.path,
  tenantId: namespaces.tenantId,
}

const select = (db: Db) =>
  db.orm
    .select(columns)
    .from(subscriptions)
    .innerJoin(namespaces, eq(namespaces.id, subscriptions.namespaceId))

/** A subscription by its id, if there is one. */
export const findSubscription = (db: Db, id: string): Promise<StoredSubscription | undefined> =>
  reach(db, () => select(db).where(eq(subscriptions.id, id)).get())

/** Subscriptions in or below any of the places, in pages. */
export const listSubscriptions = (db: Db, query: PageQuery): Promise<StoredSubscription[]> => {
  const { places, within, after: id } = query
  return reach(db, () =>
    select(db)
      .where(
        all(
          withinAny(namespaces.path, places),
          within === undefined ? undefined : withinAny(namespaces.path, [within]),
          after(subscriptions.id, id),
        ),
      )
      .orderBy(inOrder(subscriptions.id))
      .limit(query.limit + 1),
  )
}

/** Adds a subscription to a namespace that is still there (guard 0) and has room (guard 1). */
export const addSubscription = (
  db: Db,
  { tenantId, namespacePath, ...row }: StoredSubscription,
): Promise<Outcome> => {
  const { namespaceId } = row
  const count = sql`SELECT count(*) FROM ${subscriptions} WHERE namespace_id = ${namespaceId}`
  return mutate(
    db,
    { tenantId, namespaceId, namespacePath },
    {
      target: row.id,
      details: { channel: row.channel, target: row.target, events: row.events },
      guards: [
        guard(db, sql`EXISTS (SELECT 1 FROM namespaces WHERE id = ${namespaceId})`),
        guard(db, sql`(${count}) < ${maxSubscriptions}`),
      ],
      statements: [db.orm.insert(subscriptions).values(row)],
    },
  )
}

const unchanged = (db: Db, { id, version }: StoredSubscription) =>
  guard(db, sql`EXISTS (SELECT 1 FROM ${subscriptions} WHERE id = ${id} AND version = ${version})`)

/** What of a subscription can be changed. */
export type SubscriptionChanges = Partial<
  Pick<StoredSubscription, 'target' | 'events' | 'enabled' | 'wrappedSecret'>
>

/** Changes a subscription that is as it was read (guard 0). */
export const updateSubscription = (
  db: Db,
  subscription: StoredSubscription,
  changes: SubscriptionChanges,
): Promise<Outcome> =>
  mutate(db, subscription, {
    target: subscription.id,
    details: changes,
    guards: [unchanged(db, subscription)],
    statements: [
      db.orm
        .update(subscriptions)
        .set({ ...changes, version: subscription.version + 1 })
        .where(eq(subscriptions.id, subscription.id)),
    ],
  })

/** Deletes a subscription that is as it was read (guard 0); its notices go with it. */
export const deleteSubscription = (db: Db, subscription: StoredSubscription): Promise<Outcome> =>
  mutate(db, subscription, {
    target: subscription.id,
    guards: [unchanged(db, subscription)],
    statements: [db.orm.delete(subscriptions).where(eq(subscriptions.id, subscription.id))],
  })
