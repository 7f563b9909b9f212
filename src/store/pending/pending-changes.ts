import { type AnyColumn, and, eq, gt, lte, type SQL, sql } from 'drizzle-orm'
import {
  type Party,
  type PendingAction,
  type PendingChange,
  type PendingState,
  pendingLifeMs,
} from '../../core/pending-change.ts'
import { type Db, reach } from '../db.ts'
import { after, all, inOrder, type PageQuery, withinAny } from '../page.ts'
import { pendingChanges } from '../schema/pending.ts'
import { namespaces } from '../schema/tree.ts'

const homeOf = (account: AnyColumn) =>
  sql<string | null>`(SELECT n.tenant_id FROM service_accounts a
    JOIN namespaces n ON n.id = a.namespace_id WHERE a.id = ${account})`

const columns = {
  row: pendingChanges,
  askerHome: homeOf(pendingChanges.requestedBy),
  deciderHome: homeOf(pendingChanges.decidedBy),
  namespacePath: namespaces.path,
  tenantId: namespaces.tenantId,
}

const select = (db: Db) =>
  db.orm
    .select(columns)
    .from(pendingChanges)
    .innerJoin(namespaces, eq(namespaces.id, pendingChanges.namespaceId))

interface Selected {
  readonly row: typeof pendingChanges.$inferSelect
  readonly namespacePath: string
  readonly tenantId: string
  readonly askerHome: string | null
  readonly deciderHome: string | null
}

const toChange = (
  { row, namespacePath, tenantId, askerHome, deciderHome }: Selected,
  nowMs: number,
): PendingChange => {
  const { payload, widening, action, state, requestedBy, decidedBy, ...rest } = row
  const decider: Party | null = decidedBy === null ? null : { id: decidedBy, tenantId: deciderHome }
  const expired = state === 'pending' && row.createdAt <= nowMs - pendingLifeMs
  return {
    ...rest,
    namespacePath,
    tenantId,
    requestedBy: { id: requestedBy, tenantId: askerHome },
    decidedBy: decider,
    action: action as PendingAction,
    wanted: payload.wanted,
    acceptsNow: widening,
    acceptsNoLonger: payload.acceptsNoLonger as readonly string[],
    state: expired ? 'expired' : state,
  }
}

/** One pending change, as it stands at a time, if there is one. */
export const findChange = (db: Db, id: string, nowMs: number): Promise<PendingChange | undefined> =>
  reach(db, async () => {
    const found = await select(db).where(eq(pendingChanges.id, id)).get()
    return found && toChange(found, nowMs)
  })

const inState = (state: PendingState | undefined, nowMs: number): SQL | undefined => {
  const { state: column, createdAt } = pendingChanges
  if (state === undefined) return undefined
  if (state === 'pending') return and(eq(column, state), gt(createdAt, nowMs - pendingLifeMs))
  if (state !== 'expired') return eq(column, state)
  return and(eq(column, 'pending'), lte(createdAt, nowMs - pendingLifeMs))
}

/** What a list of pending changes is asked. */
export interface ChangesQuery extends Omit<PageQuery, 'places'> {
  /** Where changes of each kind may be read. */
  readonly sights: readonly { readonly action: PendingAction; readonly places: readonly string[] }[]
  readonly state: PendingState | undefined
  readonly serviceAccountId: string | undefined
  readonly nowMs: number
}

const inSight = ({ sights }: ChangesQuery): SQL =>
  sql`(${sql.join(
    sights.map(
      ({ action, places }) =>
        sql`(${pendingChanges.action} = ${action} AND ${withinAny(namespaces.path, places)})`,
    ),
    sql` OR `,
  )})`

/** Pending changes that may be read, in pages. */
export const listChanges = (db: Db, query: ChangesQuery): Promise<PendingChange[]> =>
  reach(db, async () => {
    const { within, serviceAccountId, state, nowMs } = query
    const rows = await select(db)
      .where(
        all(
          inSight(query),
          within === undefined ? undefined : withinAny(namespaces.path, [within]),
          serviceAccountId === undefined
            ? undefined
            : eq(pendingChanges.serviceAccountId, serviceAccountId),
          inState(state, nowMs),
          after(pendingChanges.id, query.after),
        ),
      )
      .orderBy(inOrder(pendingChanges.id))
      .limit(query.limit + 1)
    return rows.map((row) => toChange(row, nowMs))
  })
