import { desc, eq, lt } from 'drizzle-orm'
import { type Db, reach } from './db.ts'
import { all, type PageQuery, withinAny } from './page.ts'
import { decisions } from './schema/issuing.ts'
import { namespaces } from './schema/tree.ts'

/** A decision as it is kept, with the path of its account's namespace. Times in milliseconds. */
export interface DecisionRow {
  readonly decision: typeof decisions.$inferSelect
  readonly namespacePath: string
}

const select = (db: Db) =>
  db.orm
    .select({ decision: decisions, namespacePath: namespaces.path })
    .from(decisions)
    .innerJoin(namespaces, eq(namespaces.id, decisions.namespaceId))

/** One decision by its id, if it was recorded. */
export const findDecision = (db: Db, id: string): Promise<DecisionRow | undefined> =>
  reach(db, () => select(db).where(eq(decisions.id, id)).get())

/** Decisions about accounts at or below some places, newest first. */
export const listDecisions = (
  db: Db,
  query: PageQuery & {
    readonly serviceAccountId: string | undefined
    readonly policyId: string | undefined
    readonly outcome: string | undefined
    readonly reason: string | undefined
  },
): Promise<DecisionRow[]> => {
  const is = (column: Parameters<typeof eq>[0], value: string | undefined) =>
    value === undefined ? undefined : eq(column, value)
  return reach(db, () =>
    select(db)
      .where(
        all(
          withinAny(namespaces.path, query.places),
          query.within === undefined ? undefined : withinAny(namespaces.path, [query.within]),
          is(decisions.serviceAccountId, query.serviceAccountId),
          is(decisions.policyId, query.policyId),
          is(decisions.outcome, query.outcome),
          is(decisions.reason, query.reason),
          query.after === null ? undefined : lt(decisions.id, query.after),
        ),
      )
      .orderBy(desc(decisions.id))
      .limit(query.limit + 1),
  )
}
