import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { alias } from 'drizzle-orm/sqlite-core'
import { type Db, reach } from '../db.ts'
import { inList } from '../in-list.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { touch } from '../pending/touched.ts'
import { roleBindings } from '../schema/accounts.ts'
import { namespaces, resourceServers, roles } from '../schema/tree.ts'

/** A role with the places of itself and of its API. Times in epoch milliseconds. */
export type StoredRole = typeof roles.$inferSelect & {
  readonly namespacePath: string
  readonly tenantId: string
  /** Where the API lies, which says whose it is. */
  readonly serverPath: string
}

const serverNamespaces = alias(namespaces, 'server_namespaces')

const columns = {
  ...getTableColumns(roles),
  namespacePath: namespaces.path,
  tenantId: namespaces.tenantId,
  serverPath: serverNamespaces.path,
}

/** Roles with the places of themselves and of their APIs, to be narrowed. */
export const selectRoles = (db: Db) =>
  db.orm
    .select(columns)
    .from(roles)
    .innerJoin(namespaces, eq(namespaces.id, roles.namespaceId))
    .innerJoin(resourceServers, eq(resourceServers.id, roles.resourceServerId))
    .innerJoin(serverNamespaces, eq(serverNamespaces.id, resourceServers.namespaceId))

/** A role by its id, if there is one. */
export const findRole = (db: Db, id: string): Promise<StoredRole | undefined> =>
  reach(db, () => selectRoles(db).where(eq(roles.id, id)).get())

/** Where a role is bound: the paths of its bindings, each once. */
export const pathsWhereBound = (db: Db, roleId: string): Promise<readonly string[]> =>
  reach(db, async () => {
    const rows = await db.orm
      .selectDistinct({ path: namespaces.path })
      .from(roleBindings)
      .innerJoin(namespaces, eq(namespaces.id, roleBindings.namespaceId))
      .where(eq(roleBindings.roleId, roleId))
    return rows.map(({ path }) => path)
  })

/** The resource server still has every permission of a role. A guard for every batch that adds one. */
export const permissionsKnown = (db: Db, { resourceServerId, permissions }: StoredRole) =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM resource_servers WHERE id = ${resourceServerId}) AND NOT EXISTS (
      SELECT 1 FROM json_each(${JSON.stringify(permissions)}) p WHERE p.value NOT IN (
        SELECT k.value FROM resource_servers s, json_each(s.permissions) k
        WHERE s.id = ${resourceServerId}))`,
  )

const unchanged = (db: Db, { id, version }: StoredRole) =>
  guard(db, sql`EXISTS (SELECT 1 FROM roles WHERE id = ${id} AND version = ${version})`)

const toRow = ({ namespacePath: _n, tenantId: _t, serverPath: _s, ...row }: StoredRole) => row

/** The statement that inserts a role, for a batch with `permissionsKnown`. */
export const insertRole = (db: Db, role: StoredRole): BatchItem<'sqlite'> =>
  db.orm.insert(roles).values(toRow(role))

/** Adds a role to a namespace that is still there (guard 0), of permissions that are (guard 1). */
export const addRole = (db: Db, role: StoredRole): Promise<Outcome> =>
  mutate(db, role, {
    target: role.id,
    details: {
      name: role.name,
      resourceServerId: role.resourceServerId,
      permissions: role.permissions,
    },
    guards: [
      guard(db, sql`EXISTS (SELECT 1 FROM namespaces WHERE id = ${role.namespaceId})`),
      permissionsKnown(db, role),
    ],
    statements: [insertRole(db, role)],
  })

/**
 * Replaces what can be changed of a role, if it is still as it was read (guard 0), its API has the
 * permissions (guard 1), and it is bound nowhere but where the powers were judged (guard 2).
 */
export const updateRole = (
  db: Db,
  role: StoredRole,
  {
    judgedAt,
    ...changes
  }: Pick<StoredRole, 'name' | 'displayName' | 'permissions'> & {
    readonly judgedAt: readonly string[]
  },
): Promise<Outcome> => {
  const boundElsewhere = sql`SELECT 1 FROM role_bindings b JOIN namespaces n ON n.id = b.namespace_id
    WHERE b.role_id = ${role.id} AND n.path NOT IN ${inList(judgedAt)}`
  return mutate(db, role, {
    target: role.id,
    details: changes,
    guards: [
      unchanged(db, role),
      permissionsKnown(db, { ...role, ...changes }),
      guard(db, sql`NOT EXISTS (${boundElsewhere})`),
    ],
    statements: [
      db.orm
        .update(roles)
        .set({ ...changes, version: role.version + 1 })
        .where(eq(roles.id, role.id)),
      ...touch(db, { roles: [role.id] }),
    ],
  })
}

/** What keeps a role from being deleted: a query of its bindings. */
export const bindingsOfRole = (id: string): SQL =>
  sql`SELECT id FROM role_bindings WHERE role_id = ${id}`

/** Deletes a role that is as it was read (guard 0) and bound nowhere (guard 1). */
export const deleteRole = (db: Db, role: StoredRole): Promise<Outcome> =>
  mutate(db, role, {
    target: role.id,
    details: { name: role.name },
    guards: [unchanged(db, role), guard(db, sql`NOT EXISTS (${bindingsOfRole(role.id)})`)],
    statements: [db.orm.delete(roles).where(eq(roles.id, role.id))],
  })
