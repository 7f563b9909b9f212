import { eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { parentPath } from '../../core/namespace.ts'
import type { Place } from '../../core/place.ts'
import { type Db, reach } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { all, inOrder, type PageQuery, reachOf } from '../page.ts'
import { idsOfPage } from '../page-rows.ts'
import { namespaces } from '../schema/tree.ts'
import { roomForNamespaces } from './namespace-room.ts'

/** A node of the tree. Times in epoch milliseconds. */
export type Namespace = Omit<typeof namespaces.$inferSelect, 'configVersion' | 'reachVersion'>

const columns = {
  id: namespaces.id,
  path: namespaces.path,
  parentId: namespaces.parentId,
  tenantId: namespaces.tenantId,
  kind: namespaces.kind,
  displayName: namespaces.displayName,
  enabled: namespaces.enabled,
  namedTokensMaxDays: namespaces.namedTokensMaxDays,
  wideningNeedsApproval: namespaces.wideningNeedsApproval,
  createdAt: namespaces.createdAt,
}

/** A namespace by its path, if there is one. */
export const findNamespaceByPath = (db: Db, path: string): Promise<Namespace | undefined> =>
  reach(db, () => db.orm.select(columns).from(namespaces).where(eq(namespaces.path, path)).get())

/** A namespace by its id, if there is one. */
export const findNamespace = (db: Db, id: string): Promise<Namespace | undefined> =>
  reach(db, () => db.orm.select(columns).from(namespaces).where(eq(namespaces.id, id)).get())

/** The namespaces that are suspended themselves; all below them are, too. */
export const suspendedPaths = (db: Db): Promise<readonly string[]> =>
  reach(db, async () => {
    // Written out, because the partial index answers to `= 0` and not to a parameter.
    const rows = await db.orm
      .select({ path: namespaces.path })
      .from(namespaces)
      .where(sql`enabled = 0`)
    return rows.map(({ path }) => path)
  })

const listed = alias(namespaces, 'listed')

/** Namespaces at or below any of the places, in pages. */
export const listNamespaces = (
  db: Db,
  {
    path,
    kind,
    ...query
  }: PageQuery & { readonly path: string | undefined; readonly kind: string | undefined },
): Promise<Namespace[]> => {
  const { id } = listed
  const placed = { from: sql`${namespaces} listed`, id, namespaceId: id }
  const ids = idsOfPage(placed, {
    ...query,
    where: reachOf(namespaces.path, query),
    filters: all(
      path === undefined ? undefined : eq(listed.path, path),
      kind === undefined ? undefined : eq(listed.kind, kind),
    ),
    indexed: path !== undefined,
  })
  return reach(db, () =>
    db.orm
      .select(columns)
      .from(namespaces)
      .where(sql`${namespaces.id} IN (${ids})`)
      .orderBy(inOrder(namespaces.id)),
  )
}

/** How many namespaces lie below each of these paths. */
export const countBelow = (
  db: Db,
  paths: readonly string[],
): Promise<ReadonlyMap<string, number>> =>
  reach(db, async () => {
    // `0` comes right after `/`: whatever is between begins with the path and a slash.
    const rows = await db.orm.all<{ path: string; below: number }>(
      sql`SELECT value AS path, (SELECT count(*) FROM namespaces n
          WHERE n.path > rtrim(value, '/') || '/' AND n.path < rtrim(value, '/') || '0') AS below
        FROM json_each(${JSON.stringify([...new Set(paths)])})`,
    )
    return new Map(rows.map(({ path, below }) => [path, below]))
  })

/** Adds a namespace below a parent that is still there, under its path (guard 0), if there is room (guard 1). */
export const addNamespace = (db: Db, namespace: Namespace): Promise<Outcome> => {
  const { parentId, path } = namespace
  const parent = sql`SELECT 1 FROM namespaces WHERE id = ${parentId} AND path = ${parentPath(path)}`
  return mutate(db, placeOf(namespace), {
    target: namespace.id,
    details: { path, kind: namespace.kind },
    guards: [guard(db, sql`EXISTS (${parent})`)],
    statements: [db.orm.insert(namespaces).values(namespace)],
    limits: [roomForNamespaces(db, path)],
  })
}

/** A namespace as the place of what lies in it, itself among that. */
export const placeOf = ({ id, tenantId, path }: Namespace): Place => ({
  tenantId,
  namespaceId: id,
  namespacePath: path,
})
