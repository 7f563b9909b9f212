import { sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Happening } from '../core/audit-event.ts'
import { rootNamespaceId } from '../core/namespace.ts'
import type { Place } from '../core/place.ts'
import { Unavailable } from '../core/unavailable.ts'
import { commit, statementsBefore } from './audit/trail.ts'
import { constraintViolated, type Db, failedStatement } from './db.ts'
import { guard } from './guard.ts'
import { namespaces } from './schema/tree.ts'

/** What a change of configuration came to. */
export type Outcome =
  | { readonly kind: 'done' }
  /** A condition did not hold; its position among the guards and, after them, the limits. */
  | { readonly kind: 'guard'; readonly index: number }
  /** A constraint of the schema, in the database's words. */
  | { readonly kind: 'constraint'; readonly text: string }

export { guard }

// Root accounts may have roles in any tenant: their configuration, and no other's, stands under the
// reach of `/`. Its version is compared for everybody, and must not move with a tenant's changes.
// Groups of `/` count whoever their members are: moving on for nothing costs a reading, no more.
const rootIsBoundIn = (tenantId: string) =>
  sql`(EXISTS (SELECT 1 FROM service_accounts a
      JOIN role_bindings b ON b.service_account_id = a.id
      JOIN namespaces n ON n.id = b.namespace_id
      WHERE a.namespace_id = ${rootNamespaceId} AND n.tenant_id = ${tenantId})
    OR EXISTS (SELECT 1 FROM groups g
      JOIN role_bindings b ON b.group_id = g.id
      JOIN namespaces n ON n.id = b.namespace_id
      WHERE g.namespace_id = ${rootNamespaceId} AND n.tenant_id = ${tenantId}))`

/** Every change moves its tenant's version in its own transaction, so that no cache outlives it. */
const moveOn = (db: Db, tenantId: string): BatchItem<'sqlite'> =>
  db.orm.run(
    sql`UPDATE ${namespaces} SET config_version = config_version + (id = ${tenantId}),
        reach_version = reach_version + (id <> ${tenantId})
      WHERE id = ${tenantId}
      OR (id = ${rootNamespaceId} AND ${rootIsBoundIn(tenantId)})`,
  )

// Whatever was judged was judged by paths: by the line of namespaces above it. A move in between would
// carry references out of sight, and rights to where nobody gave them.
const isWhereItWas = (db: Db, { namespaceId, namespacePath }: Place): BatchItem<'sqlite'> =>
  guard(
    db,
    sql`NOT EXISTS (SELECT 1 FROM namespaces WHERE id = ${namespaceId} AND path <> ${namespacePath})`,
  )

// Between the guards and the statements: that nothing was moved, and the version.
const statementsBetween = 2

/** A change of configuration, and what the trail tells of it. */
export interface Change extends Happening {
  readonly guards?: readonly BatchItem<'sqlite'>[]
  readonly statements: readonly BatchItem<'sqlite'>[]
  /** Guards of what the statements came to, for what is easier to count than to foresee. */
  readonly limits?: readonly BatchItem<'sqlite'>[]
}

/**
 * Runs a change of configuration: its event in the trail, guards, the version, while what it depends
 * on is still there, then the statements and the limits; all in one transaction, all or nothing. Unavailable when
 * its namespace was moved meanwhile.
 */
export const mutate = async (
  db: Db,
  place: Place,
  { guards: conditions = [], statements, limits = [], ...happening }: Change,
): Promise<Outcome> => {
  try {
    const moved = isWhereItWas(db, place)
    const version = moveOn(db, place.tenantId)
    const batch = [...conditions, moved, version, ...statements, ...limits]
    await commit(db, { place, happening }, batch)
    return { kind: 'done' }
  } catch (thrown) {
    const text = constraintViolated(thrown)
    if (text === undefined) throw thrown
    const failed = failedStatement(thrown) ?? Number.POSITIVE_INFINITY
    const index = failed - statementsBefore
    if (index === conditions.length) throw new Unavailable('database', 'a namespace was moved', 1)
    if (index < conditions.length) return { kind: 'guard', index }
    const limit = index - (conditions.length + statementsBetween + statements.length)
    return 0 <= limit && limit < limits.length
      ? { kind: 'guard', index: conditions.length + limit }
      : { kind: 'constraint', text }
  }
}
