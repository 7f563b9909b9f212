import { eq, sql } from 'drizzle-orm'
import type { Beside } from '../beside.ts'
import type { Db } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { namespaces } from '../schema/tree.ts'
import { endTokensForOthers } from './namespace-endings.ts'
import { type Namespace, placeOf } from './namespaces.ts'

/** What of a namespace can be changed. */
export type NamespaceChange = Partial<
  Pick<
    Namespace,
    'displayName' | 'enabled' | 'kind' | 'namedTokensMaxDays' | 'wideningNeedsApproval'
  >
>

// Whether its author may lift a demand was judged by whether there was one.
const demandAsRead = (db: Db, { id, wideningNeedsApproval: read }: Namespace) =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM namespaces WHERE id = ${id} AND widening_needs_approval = ${read ? 1 : 0})`,
  )

/**
 * Changes a namespace, if its demand for a second owner is as it was read, where that is changed
 * (guard 0). Suspending it ends the living tokens of all accounts at or below it, and those whose
 * rights or API lie there; except those for the admin API.
 */
export const updateNamespace = (
  db: Db,
  namespace: Namespace,
  {
    changes,
    now,
    beside,
  }: { readonly changes: NamespaceChange; readonly now: number; readonly beside: Beside },
): Promise<Outcome> =>
  mutate(db, placeOf(namespace), {
    target: namespace.id,
    details: { ...changes, ...beside.details },
    guards: [
      ...(changes.wideningNeedsApproval === undefined ? [] : [demandAsRead(db, namespace)]),
      ...beside.guards,
    ],
    statements: [
      ...beside.statements,
      ...(changes.enabled === false ? [endTokensForOthers(db, namespace.path, now)] : []),
      // The id is set for the sake of an empty change, of which no statement can be made.
      db.orm
        .update(namespaces)
        .set({ id: namespace.id, ...changes })
        .where(eq(namespaces.id, namespace.id)),
    ],
  })
