import { eq, getTableColumns, inArray, sql } from 'drizzle-orm'
import { maxGroups } from '../../core/group.ts'
import { type Db, reach } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { inOrder, type VisibleQuery } from '../page.ts'
import { ofVisiblePage } from '../page-rows.ts'
import { ownerRemains } from '../roles/owners.ts'
import { groups } from '../schema/accounts.ts'
import { namespaces } from '../schema/tree.ts'
import { boundAsJudged, type GroupBinding } from './group-bindings.ts'

/** A group with its place. Times in epoch milliseconds. */
export type Group = typeof groups.$inferSelect & {
  readonly namespacePath: string
  readonly tenantId: string
}

const columns = {
  ...getTableColumns(groups),
  namespacePath: namespaces.path,
  tenantId: namespaces.tenantId,
}

const select = (db: Db) =>
  db.orm.select(columns).from(groups).innerJoin(namespaces, eq(namespaces.id, groups.namespaceId))

/** A group by its id, if there is one. */
export const findGroup = (db: Db, id: string): Promise<Group | undefined> =>
  reach(db, () => select(db).where(eq(groups.id, id)).get())

/** Those of these groups that there are. */
export const findGroups = (db: Db, ids: readonly string[]): Promise<Group[]> =>
  reach(db, () =>
    select(db)
      .where(inArray(groups.id, [...ids]))
      .all(),
  )

/** Groups that are visible from any of the places or lie below, in pages. */
export const listGroups = (db: Db, query: VisibleQuery): Promise<Group[]> => {
  const { id, name, namespaceId } = groups
  const from = sql`${groups}`
  return reach(db, () =>
    select(db).where(ofVisiblePage({ from, id, name, namespaceId }, query)).orderBy(inOrder(id)),
  )
}

const toRow = ({ namespacePath: _path, tenantId: _tenant, ...row }: Group) => row

/** Adds a group to a namespace that is still there (guard 0), if the tenant has room (guard 1). */
export const addGroup = (db: Db, group: Group): Promise<Outcome> => {
  const count = sql`SELECT count(*) FROM groups g JOIN namespaces n ON n.id = g.namespace_id
    WHERE n.tenant_id = ${group.tenantId}`
  return mutate(db, group, {
    target: group.id,
    details: { name: group.name },
    guards: [
      guard(db, sql`EXISTS (SELECT 1 FROM namespaces WHERE id = ${group.namespaceId})`),
      guard(db, sql`(${count}) < ${maxGroups}`),
    ],
    statements: [db.orm.insert(groups).values(toRow(group))],
  })
}

/** What of a group can be chosen at any time. */
export type GroupFields = Pick<Group, 'name' | 'displayName'>

const unchanged = (db: Db, { id, version }: Group) =>
  guard(db, sql`EXISTS (SELECT 1 FROM groups WHERE id = ${id} AND version = ${version})`)

/** Replaces what can be changed of a group that is as it was read (guard 0). */
export const updateGroup = (db: Db, group: Group, changes: GroupFields): Promise<Outcome> =>
  mutate(db, group, {
    target: group.id,
    details: changes,
    guards: [unchanged(db, group)],
    statements: [
      db.orm
        .update(groups)
        .set({ ...changes, version: group.version + 1 })
        .where(eq(groups.id, group.id)),
    ],
  })

/**
 * Deletes a group with its bindings and memberships, if it is as it was read (guard 0), bound as it
 * was judged (guard 1), and these namespaces keep an owner (the others).
 */
export const deleteGroup = (
  db: Db,
  group: Group,
  {
    judged,
    keepOwnersOf,
  }: { readonly judged: readonly GroupBinding[]; readonly keepOwnersOf: readonly string[] },
): Promise<Outcome> =>
  mutate(db, group, {
    target: group.id,
    details: { name: group.name, roleBindings: judged.map(({ id }) => id) },
    guards: [
      unchanged(db, group),
      boundAsJudged(db, group.id, judged),
      ...keepOwnersOf.map((namespaceId) =>
        ownerRemains(db, { namespaceId, lost: { groupId: group.id } }),
      ),
    ],
    statements: [db.orm.delete(groups).where(eq(groups.id, group.id))],
  })
