import { type SQL, sql } from 'drizzle-orm'
import type { Removal } from '../../core/removal.ts'
import type { Db } from '../db.ts'
import { mutate, type Outcome } from '../mutate.ts'
import { withinAny } from '../page.ts'
import { endTokensOf } from '../revoking/marks.ts'
import { roleBindings, serviceAccounts } from '../schema/accounts.ts'
import { namespaces, resourceServers, roles } from '../schema/tree.ts'
import { endedWith } from './namespace-endings.ts'
import { type Namespace, placeOf } from './namespaces.ts'
import { foresee, lastUseOf, rowsOfAccounts } from './removal-query.ts'

const below = (path: string): SQL =>
  sql`SELECT ${namespaces.id} FROM ${namespaces} WHERE ${withinAny(namespaces.path, [path])}`

// Bindings there, and of what lies there, wherever they are.
const bindingsOf = (path: string): SQL =>
  sql`(role_id IN (SELECT id FROM roles WHERE namespace_id IN (${below(path)}))
    OR namespace_id IN (${below(path)}))`

/** Deletes a namespace with all that lies below it, living tokens included, in one transaction. */
export const deleteNamespace = (db: Db, namespace: Namespace, now: number): Promise<Outcome> => {
  const { path } = namespace
  const inSubtree = (column: typeof roles.namespaceId) => sql`${column} IN (${below(path)})`
  return mutate(db, placeOf(namespace), {
    target: namespace.id,
    details: { path },
    statements: [
      endTokensOf(db, endedWith(path), now),
      db.orm.delete(roleBindings).where(bindingsOf(path)),
      db.orm.delete(serviceAccounts).where(sql`${serviceAccounts.namespaceId} IN (${below(path)})`),
      db.orm.delete(roles).where(inSubtree(roles.namespaceId)),
      db.orm.delete(resourceServers).where(sql`${resourceServers.namespaceId} IN (${below(path)})`),
      db.orm.delete(namespaces).where(withinAny(namespaces.path, [path])),
    ],
  })
}

// An API is seen at its namespace and below, so nothing that was made by the rules is outside.
const rolesOutside = (path: string): SQL =>
  sql`SELECT r.id FROM roles r JOIN resource_servers s ON s.id = r.resource_server_id
    WHERE s.namespace_id IN (${below(path)}) AND r.namespace_id NOT IN (${below(path)})`

/** Finds out what deleting a namespace would come to. */
export const foreseeNamespace = (db: Db, path: string, now: number): Promise<Removal> => {
  const there = (table: string) => sql`${sql.raw(table)} WHERE namespace_id IN (${below(path)})`
  const accounts = sql`SELECT id FROM ${there('service_accounts')}`
  return foresee(db, {
    rows: {
      namespaces: sql`namespaces WHERE id IN (${below(path)})`,
      service_accounts: there('service_accounts'),
      ...rowsOfAccounts(accounts),
      role_bindings: sql`role_bindings WHERE ${bindingsOf(path)}`,
      groups: there('groups'),
      roles: there('roles'),
      resource_servers: there('resource_servers'),
      issuers: there('issuers'),
      notification_subscriptions: there('notification_subscriptions'),
      pending_changes: there('pending_changes'),
      pairing_codes: there('pairing_codes'),
    },
    blockers: rolesOutside(path),
    tokens: endedWith(path),
    lastUse: lastUseOf(accounts),
    now,
  })
}
