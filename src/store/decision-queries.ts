import { desc, eq, gte, lt, or, type SQL, sql } from 'drizzle-orm'
import { firstIdAt } from '../core/id-time.ts'
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

/** What decisions are looked for by; what is left out says nothing. */
export interface DecisionFilter {
  readonly serviceAccountId?: string | undefined
  readonly policyId?: string | undefined
  readonly outcome?: 'issued' | 'refused' | undefined
  readonly reason?: string | undefined
  readonly issuer?: string | undefined
  /** Its name, or its id, as the outside token's provenance tells it. */
  readonly repository?: string | undefined
  /** Epoch milliseconds; the first that counts, and the first that does not any more. */
  readonly since?: number | undefined
  readonly until?: number | undefined
}

const is = (column: Parameters<typeof eq>[0], value: string | undefined): SQL | undefined =>
  value === undefined ? undefined : eq(column, value)

const cameFrom = (repository: string | undefined): SQL | undefined =>
  repository === undefined
    ? undefined
    : or(
        sql`${decisions.provenance} ->> '$.repository' = ${repository}`,
        sql`${decisions.provenance} ->> '$.repository_id' = ${repository}`,
      )

// Ids begin with their time, so the primary key is the index by time.
const madeWithin = ({ since, until }: DecisionFilter): SQL | undefined =>
  all(
    since === undefined ? undefined : gte(decisions.id, firstIdAt('dec', since)),
    until === undefined ? undefined : lt(decisions.id, firstIdAt('dec', until)),
  )

/** Decisions about accounts at or below some places, newest first. */
export const listDecisions = (
  db: Db,
  { filter, ...query }: PageQuery & { readonly filter: DecisionFilter },
): Promise<DecisionRow[]> =>
  reach(db, () =>
    select(db)
      .where(
        all(
          withinAny(namespaces.path, query.places),
          query.within === undefined ? undefined : withinAny(namespaces.path, [query.within]),
          is(decisions.serviceAccountId, filter.serviceAccountId),
          is(decisions.policyId, filter.policyId),
          is(decisions.outcome, filter.outcome),
          is(decisions.reason, filter.reason),
          is(decisions.issuer, filter.issuer),
          cameFrom(filter.repository),
          madeWithin(filter),
          query.after === null ? undefined : lt(decisions.id, query.after),
        ),
      )
      .orderBy(desc(decisions.id))
      .limit(query.limit + 1),
  )
