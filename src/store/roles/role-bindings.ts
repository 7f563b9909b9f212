import { type AnyColumn, eq, getTableColumns, isNotNull, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { type Db, reach } from '../db.ts'
import { all, inOrder, type PageQuery, reachOf } from '../page.ts'
import { idsOfPage } from '../page-rows.ts'
import { groups, roleBindings, serviceAccounts } from '../schema/accounts.ts'
import { namespaces, roles } from '../schema/tree.ts'

/** A binding, with where it holds and which version of the role was judged when it was read. */
export type RoleBinding = typeof roleBindings.$inferSelect & {
  readonly namespacePath: string
  readonly roleName: string
  readonly roleVersion: number
}

/** A binding that is kept, with the home of the account or group that it is of. */
export type StoredBinding = RoleBinding & {
  readonly principalPath: string
  /** The tenant of the account or group, whose configuration a binding is part of. */
  readonly tenantId: string
}

const homes = alias(namespaces, 'homes')

const columns = {
  ...getTableColumns(roleBindings),
  namespacePath: namespaces.path,
  roleName: roles.name,
  roleVersion: roles.version,
  principalPath: homes.path,
  tenantId: homes.tenantId,
}

const homeId = sql`coalesce(${serviceAccounts.namespaceId}, ${groups.namespaceId})`

const select = (db: Db) =>
  db.orm
    .select(columns)
    .from(roleBindings)
    .innerJoin(namespaces, eq(namespaces.id, roleBindings.namespaceId))
    .innerJoin(roles, eq(roles.id, roleBindings.roleId))
    .leftJoin(serviceAccounts, eq(serviceAccounts.id, roleBindings.serviceAccountId))
    .leftJoin(groups, eq(groups.id, roleBindings.groupId))
    .innerJoin(homes, eq(homes.id, homeId))

/** A binding by its id, if there is one. */
export const findBinding = (db: Db, id: string): Promise<StoredBinding | undefined> =>
  reach(db, () => select(db).where(eq(roleBindings.id, id)).get())

/** The kinds of principals. */
export type PrincipalType = 'service_account' | 'group'

const ofType = (type: PrincipalType | undefined): SQL | undefined => {
  if (type === undefined) return undefined
  return isNotNull(type === 'group' ? roleBindings.groupId : roleBindings.serviceAccountId)
}

const isEqual = (column: AnyColumn, value: string | undefined): SQL | undefined =>
  value === undefined ? undefined : eq(column, value)

/** What a list of bindings asks for. */
export interface BindingListQuery extends PageQuery {
  readonly roleId: string | undefined
  readonly resourceServerId: string | undefined
  readonly serviceAccountId: string | undefined
  readonly groupId: string | undefined
  readonly principalType: PrincipalType | undefined
}

const ofServer = (id: string | undefined): SQL | undefined =>
  id === undefined
    ? undefined
    : sql`${roleBindings.roleId} IN (SELECT id FROM roles WHERE resource_server_id = ${id})`

/** Bindings in or below any of the places, in pages. */
export const listBindings = (db: Db, query: BindingListQuery): Promise<StoredBinding[]> => {
  const { roleId, serviceAccountId, groupId } = query
  const { id, namespaceId } = roleBindings
  const ids = idsOfPage(
    { from: sql`${roleBindings}`, id, namespaceId },
    {
      ...query,
      where: reachOf(namespaces.path, query),
      filters: all(
        isEqual(roleBindings.roleId, roleId),
        isEqual(roleBindings.serviceAccountId, serviceAccountId),
        isEqual(roleBindings.groupId, groupId),
        ofType(query.principalType),
        ofServer(query.resourceServerId),
      ),
      indexed: [roleId, serviceAccountId, groupId].some((wanted) => wanted !== undefined),
    },
  )
  return reach(db, () => select(db).where(sql`${id} IN (${ids})`).orderBy(inOrder(id)))
}
