import { sealedColumns } from '../../core/decision-seal.ts'
import { firstIdAt } from '../../core/id-time.ts'
import { type Db, reach } from '../db.ts'

/** A decision as a seal is over it. */
export interface SealedRow {
  readonly id: string
  readonly tenantId: string
  /** The tenant in whose lists it stands, by its namespace; null where that is gone. */
  readonly shownIn: string | null
  /** In the order of `sealedColumns`. */
  readonly columns: readonly unknown[]
}

/** Decisions made from one time on and before another, in epoch milliseconds. */
export interface Span {
  readonly from: number
  readonly until: number
}

const shownIn = '(SELECT n.tenant_id FROM namespaces n WHERE n.id = namespace_id)'

// Rows of before it was kept go by their namespace, and by the house when that is gone.
export const tenantOfDecision = `coalesce(tenant_id, ${shownIn}, 'ns_root')`

const columns = sealedColumns.join()

/**
 * Decisions of a span in the order of ids, after one; of one tenant, with those that only stand in its
 * lists, or of all.
 */
export const readSealedRows = (
  db: Db,
  { from, until }: Span,
  page: { readonly after: string; readonly limit: number; readonly tenantId?: string },
): Promise<SealedRow[]> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({
      sql: `SELECT ${tenantOfDecision} AS tenant, ${shownIn} AS shown, ${columns} FROM decisions
        WHERE id >= ?1 AND id < ?2 AND id > ?3 AND (?4 IS NULL OR ?4 IN (${tenantOfDecision}, ${shownIn}))
        ORDER BY id LIMIT ?5`,
      args: [
        firstIdAt('dec', from),
        firstIdAt('dec', until),
        page.after,
        page.tenantId ?? null,
        page.limit,
      ],
    })
    return rows.map((row) => ({
      id: String(row.id),
      tenantId: String(row.tenant),
      shownIn: row.shown === null || row.shown === undefined ? null : String(row.shown),
      columns: sealedColumns.map((name) => row[name] ?? null),
    }))
  })

/** Until when decisions are sealed, in epoch milliseconds; null: none is. */
export const readSealedUntil = (db: Db): Promise<number | null> =>
  reach(db, async () => {
    const { rows } = await db.client.execute('SELECT sealed_until FROM decision_seal WHERE id = 1')
    return rows[0] === undefined ? null : Number(rows[0].sealed_until)
  })

/** The first decision of a span, which may be empty for long. */
export const firstDecisionOf = (db: Db, { from, until }: Span): Promise<string | null> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({
      sql: 'SELECT id FROM decisions WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 1',
      args: [firstIdAt('dec', from), firstIdAt('dec', until)],
    })
    return rows[0] === undefined ? null : String(rows[0].id)
  })
