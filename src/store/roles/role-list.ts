import { eq, inArray, sql } from 'drizzle-orm'
import { type Db, reach } from '../db.ts'
import { all, atOrAboveAny, inOrder, type VisibleQuery } from '../page.ts'
import { ofVisiblePage } from '../page-rows.ts'
import { namespaces, roles } from '../schema/tree.ts'
import { type StoredRole, selectRoles } from './roles.ts'

/** What a list of roles asks for. */
export interface RoleListQuery extends VisibleQuery {
  readonly resourceServerId: string | undefined
  /** Only roles of these resource servers; null: of any. */
  readonly ceiling: readonly string[] | null
  /** Only roles that are visible here. */
  readonly visibleAt: string | undefined
}

/** Roles that are visible from any of the places or lie below, in pages. */
export const listRoles = (
  db: Db,
  { resourceServerId, ceiling, visibleAt, ...query }: RoleListQuery,
): Promise<StoredRole[]> => {
  const { id, name, namespaceId, resourceServerId: server } = roles
  const table = { from: sql`${roles}`, id, name, namespaceId }
  const fitting = all(
    resourceServerId === undefined ? undefined : eq(server, resourceServerId),
    ceiling === null ? undefined : inArray(server, [...ceiling]),
    visibleAt === undefined
      ? undefined
      : sql`${namespaceId} IN (SELECT id FROM namespaces WHERE ${atOrAboveAny(namespaces.path, [visibleAt])})`,
  )
  return reach(db, () =>
    selectRoles(db)
      .where(ofVisiblePage(table, query, fitting))
      .orderBy(inOrder(id)),
  )
}
