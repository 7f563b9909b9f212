import { eq, getTableColumns, inArray, type SQL, sql } from 'drizzle-orm'
import { type Db, reach } from './db.ts'
import { guard, mutate, type Outcome } from './mutate.ts'
import { all, atOrAboveAny, inOrder, type VisibleQuery } from './page.ts'
import { ofVisiblePage } from './page-rows.ts'
import { endTokensOf, forServers } from './revoking/marks.ts'
import { namespaces, resourceServers } from './schema/tree.ts'

/** An API with the place where it lies. Times in epoch milliseconds. */
export type StoredResourceServer = typeof resourceServers.$inferSelect & {
  readonly namespacePath: string
  readonly tenantId: string
}

const columns = {
  ...getTableColumns(resourceServers),
  namespacePath: namespaces.path,
  tenantId: namespaces.tenantId,
}

const select = (db: Db) =>
  db.orm
    .select(columns)
    .from(resourceServers)
    .innerJoin(namespaces, eq(namespaces.id, resourceServers.namespaceId))

/** A resource server by its id, if there is one. */
export const findResourceServer = (db: Db, id: string): Promise<StoredResourceServer | undefined> =>
  reach(db, () => select(db).where(eq(resourceServers.id, id)).get())

/** Which of these identifiers are taken, by whomever. */
export const findIdentifiers = (db: Db, identifiers: readonly string[]): Promise<string[]> =>
  reach(db, async () => {
    const { identifier } = resourceServers
    const rows = await db.orm
      .select({ identifier })
      .from(resourceServers)
      .where(inArray(identifier, [...identifiers]))
    return rows.map((row) => row.identifier)
  })

/** The resource servers of one namespace itself, oldest first. */
export const resourceServersOf = (
  db: Db,
  namespaceId: string,
): Promise<readonly StoredResourceServer[]> =>
  reach(db, () =>
    select(db)
      .where(eq(resourceServers.namespaceId, namespaceId))
      .orderBy(inOrder(resourceServers.id))
      .all(),
  )

/** Resource servers that are visible from any of the places or lie below, in pages. */
export const listResourceServers = (
  db: Db,
  query: VisibleQuery,
): Promise<StoredResourceServer[]> => {
  const { id, name, namespaceId } = resourceServers
  const from = sql`${resourceServers}`
  return reach(db, () =>
    select(db).where(ofVisiblePage({ from, id, name, namespaceId }, query)).orderBy(inOrder(id)),
  )
}

/** Adds a resource server to a namespace that is still there (guard 0). */
export const addResourceServer = (
  db: Db,
  { tenantId, namespacePath, ...row }: StoredResourceServer,
): Promise<Outcome> =>
  mutate(
    db,
    { tenantId, namespacePath, namespaceId: row.namespaceId },
    {
      target: row.id,
      details: { identifier: row.identifier, permissions: row.permissions },
      guards: [guard(db, sql`EXISTS (SELECT 1 FROM namespaces WHERE id = ${row.namespaceId})`)],
      statements: [db.orm.insert(resourceServers).values(row)],
    },
  )

const unchanged = (db: Db, { id, version }: StoredResourceServer) =>
  guard(db, sql`EXISTS (SELECT 1 FROM resource_servers WHERE id = ${id} AND version = ${version})`)

/**
 * Replaces what can be changed of a resource server, if it is still as it was read (guard 0) and no
 * role has a permission that it would lose (guard 1).
 */
export const updateResourceServer = (
  db: Db,
  server: StoredResourceServer,
  changes: Pick<StoredResourceServer, 'name' | 'permissions' | 'tokenTtlSeconds'>,
): Promise<Outcome> => {
  const kept = sql`SELECT value FROM json_each(${JSON.stringify(changes.permissions)})`
  const noneLost = sql`NOT EXISTS (SELECT 1 FROM roles r, json_each(r.permissions) p
    WHERE r.resource_server_id = ${server.id} AND p.value NOT IN (${kept}))`
  return mutate(db, server, {
    target: server.id,
    details: changes,
    guards: [unchanged(db, server), guard(db, noneLost)],
    statements: [
      db.orm
        .update(resourceServers)
        .set({ ...changes, version: server.version + 1 })
        .where(eq(resourceServers.id, server.id)),
    ],
  })
}

/** What keeps a resource server from being deleted: a query of its roles. */
export const rolesAbout = (id: string): SQL =>
  sql`SELECT id FROM roles WHERE resource_server_id = ${id}`

/**
 * Deletes a resource server that is as it was read (guard 0) and has no roles (guard 1), with the
 * living tokens for it: its identifier is free, and whoever takes it must not inherit them.
 */
export const deleteResourceServer = (
  db: Db,
  server: StoredResourceServer,
  now: number,
): Promise<Outcome> => {
  const unused = sql`NOT EXISTS (${rolesAbout(server.id)})`
  return mutate(db, server, {
    target: server.id,
    details: { identifier: server.identifier },
    guards: [unchanged(db, server), guard(db, unused)],
    statements: [
      endTokensOf(db, forServers(sql`${server.id}`), now),
      db.orm.delete(resourceServers).where(eq(resourceServers.id, server.id)),
    ],
  })
}

/** Which of these resource servers are visible from a namespace: those of it and of all above. */
export const findVisibleServers = (
  db: Db,
  path: string,
  ids: readonly string[],
): Promise<readonly string[]> =>
  reach(db, async () => {
    const rows = await db.orm
      .select({ id: resourceServers.id })
      .from(resourceServers)
      .innerJoin(namespaces, eq(namespaces.id, resourceServers.namespaceId))
      .where(all(inArray(resourceServers.id, [...ids]), atOrAboveAny(namespaces.path, [path])))
    return rows.map(({ id }) => id)
  })
