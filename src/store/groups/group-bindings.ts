import { eq, inArray, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { alias } from 'drizzle-orm/sqlite-core'
import { type Db, reach } from '../db.ts'
import { guard } from '../mutate.ts'
import { inOrder } from '../page.ts'
import { roleBindings } from '../schema/accounts.ts'
import { namespaces, resourceServers, roles } from '../schema/tree.ts'

/** A role that a group has somewhere, as it is judged by who hands it out. */
export interface GroupBinding {
  readonly id: string
  readonly groupId: string | null
  readonly namespaceId: string
  readonly namespacePath: string
  readonly roleId: string
  readonly roleName: string
  readonly roleVersion: number
  readonly resourceServerId: string
  /** Where the API lies, which says whose it is. */
  readonly serverPath: string
  readonly permissions: readonly string[]
}

const serverNamespaces = alias(namespaces, 'server_namespaces')

/** All that these groups are bound to. */
export const bindingsOfGroups = (db: Db, groupIds: readonly string[]): Promise<GroupBinding[]> =>
  reach(db, () =>
    db.orm
      .select({
        id: roleBindings.id,
        groupId: roleBindings.groupId,
        namespaceId: roleBindings.namespaceId,
        namespacePath: namespaces.path,
        roleId: roles.id,
        roleName: roles.name,
        roleVersion: roles.version,
        resourceServerId: roles.resourceServerId,
        serverPath: serverNamespaces.path,
        permissions: roles.permissions,
      })
      .from(roleBindings)
      .innerJoin(namespaces, eq(namespaces.id, roleBindings.namespaceId))
      .innerJoin(roles, eq(roles.id, roleBindings.roleId))
      .innerJoin(resourceServers, eq(resourceServers.id, roles.resourceServerId))
      .innerJoin(serverNamespaces, eq(serverNamespaces.id, resourceServers.namespaceId))
      .where(inArray(roleBindings.groupId, [...groupIds]))
      .orderBy(inOrder(roleBindings.id)),
  )

/** A group is there, and bound to nothing but what was judged, where it was. A guard for what hands it out. */
export const boundAsJudged = (
  db: Db,
  groupId: string,
  judged: readonly GroupBinding[],
): BatchItem<'sqlite'> => {
  const known = judged.map(({ id, roleVersion, namespacePath }) => [
    id,
    `${roleVersion} ${namespacePath}`,
  ])
  return guard(
    db,
    sql`EXISTS (SELECT 1 FROM groups WHERE id = ${groupId}) AND NOT EXISTS (
      SELECT 1 FROM role_bindings b JOIN roles r ON r.id = b.role_id
        JOIN namespaces n ON n.id = b.namespace_id
      WHERE b.group_id = ${groupId} AND NOT EXISTS (
        SELECT 1 FROM json_each(${JSON.stringify(Object.fromEntries(known))}) j
        WHERE j.key = b.id AND j.value = r.version || ' ' || n.path))`,
  )
}
