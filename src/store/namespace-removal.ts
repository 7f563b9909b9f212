import { sql } from 'drizzle-orm'
import type { Db } from './db.ts'
import { mutate, type Outcome } from './mutate.ts'
import { endTokensForAll } from './namespace-endings.ts'
import { type Namespace, placeOf } from './namespaces.ts'
import { withinAny } from './page.ts'
import { roleBindings, serviceAccounts } from './schema/accounts.ts'
import { namespaces, resourceServers, roles } from './schema/tree.ts'

/** Deletes a namespace with all that lies below it, living tokens included, in one transaction. */
export const deleteNamespace = (db: Db, namespace: Namespace, now: number): Promise<Outcome> => {
  const { path } = namespace
  const below = sql`SELECT ${namespaces.id} FROM ${namespaces} WHERE ${withinAny(namespaces.path, [path])}`
  const inSubtree = (column: typeof roles.namespaceId) => sql`${column} IN (${below})`
  const ofItsRoles = sql`${roleBindings.roleId} IN (SELECT id FROM roles WHERE namespace_id IN (${below}))`
  return mutate(db, placeOf(namespace), {
    target: namespace.id,
    details: { path },
    statements: [
      endTokensForAll(db, path, now),
      db.orm
        .delete(roleBindings)
        .where(sql`${ofItsRoles} OR ${roleBindings.namespaceId} IN (${below})`),
      db.orm.delete(serviceAccounts).where(sql`${serviceAccounts.namespaceId} IN (${below})`),
      db.orm.delete(roles).where(inSubtree(roles.namespaceId)),
      db.orm.delete(resourceServers).where(sql`${resourceServers.namespaceId} IN (${below})`),
      db.orm.delete(namespaces).where(withinAny(namespaces.path, [path])),
    ],
  })
}
