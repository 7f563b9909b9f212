import { sql } from 'drizzle-orm'
import type { ChainHead, Happening } from '../../core/audit-event.ts'
import type { Seal } from '../../core/decision-seal.ts'
import { firstIdAt } from '../../core/id-time.ts'
import type { Place } from '../../core/place.ts'
import { pause } from '../../patience.ts'
import { constraintViolated, type Db, reach } from '../db.ts'
import { guard } from '../guard.ts'
import { auditEvents, decisionSeal } from '../schema/audit.ts'
import { decisions } from '../schema/issuing.ts'
import { type Span, tenantOfDecision } from './sealed-decisions.ts'
import { draftEvent, type EventRow } from './trail.ts'

/** The seal of a tenant's minute, on its way into the tenant's chain. */
export interface TenantSeal extends Seal {
  readonly tenantId: string
  readonly details: NonNullable<Happening['details']>
}

/** What is sealed in one transaction. */
export interface Sealing {
  /** How far seals went when it was begun; null: there were none. */
  readonly sealedUntil: number | null
  readonly span: Span
  /** How many decisions there are in the span. */
  readonly count: number
  readonly seals: readonly TenantSeal[]
}

interface Chain {
  readonly place: Place
  readonly head: ChainHead
}

const readChains = (db: Db, tenantIds: readonly string[]): Promise<Map<string, Chain>> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({
      sql: `SELECT t.value AS id, coalesce(n.path, '/') AS path, coalesce(e.sequence, 0) AS sequence,
          coalesce(e.hash, printf('%064d', 0)) AS hash
        FROM json_each(?1) t LEFT JOIN namespaces n ON n.id = t.value
        LEFT JOIN audit_events e ON e.tenant_id = t.value AND e.sequence =
          (SELECT max(sequence) FROM audit_events WHERE tenant_id = t.value)`,
      args: [JSON.stringify(tenantIds)],
    })
    return new Map(
      rows.map(({ id, path, sequence, hash }) => {
        const tenantId = String(id)
        const place = { tenantId, namespaceId: tenantId, namespacePath: String(path) }
        return [tenantId, { place, head: { sequence: Number(sequence), hash: String(hash) } }]
      }),
    )
  })

const draftEvents = async (db: Db, seals: readonly TenantSeal[]): Promise<EventRow[]> => {
  const chains = await readChains(db, [...new Set(seals.map(({ tenantId }) => tenantId))])
  const events: EventRow[] = []
  for (const { tenantId, details } of seals) {
    const chain = chains.get(tenantId)
    if (chain === undefined) throw new Error(`no chain of ${tenantId}`)
    const { place, head } = chain
    const event = await draftEvent(db.scribe, head, { place, happening: { target: null, details } })
    chains.set(tenantId, { place, head: { sequence: event.sequence, hash: event.hash } })
    events.push(event)
  }
  return events
}

// By the primary key; `decisions` has no other index by time.
const within = ({ from, until }: Span) =>
  sql`id >= ${firstIdAt('dec', from)} AND id < ${firstIdAt('dec', until)}`

const sealOnce = async (db: Db, { sealedUntil, span, count, seals }: Sealing): Promise<void> => {
  const events = await draftEvents(db, seals)
  const row = { id: 1, sealedUntil: span.until }
  const cursor = sql`(SELECT sealed_until FROM ${decisionSeal} WHERE id = 1)`
  await reach(db, () =>
    db.orm.batch([
      guard(db, sql`${cursor} IS ${sealedUntil}`),
      guard(db, sql`(SELECT count(*) FROM ${decisions} WHERE ${within(span)}) = ${count}`),
      // From now on it stays with this tenant, whatever becomes of the namespace.
      db.orm.run(
        sql`UPDATE ${decisions} SET tenant_id = ${sql.raw(tenantOfDecision)}
          WHERE ${within(span)} AND tenant_id IS NULL`,
      ),
      ...events.map((event) => db.orm.insert(auditEvents).values(event)),
      db.orm
        .insert(decisionSeal)
        .values(row)
        .onConflictDoUpdate({ target: decisionSeal.id, set: { sealedUntil: span.until } }),
    ]),
  )
}

const maxAttempts = 10
const longestPauseMs = 50

/**
 * Puts the seals of a span into the chains and moves the cursor, all or nothing. False: another run was
 * faster, or a decision came late; the next run begins anew.
 */
export const sealDecisions = async (db: Db, sealing: Sealing): Promise<boolean> => {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    try {
      await sealOnce(db, sealing)
      return true
    } catch (thrown) {
      const text = constraintViolated(thrown)
      if (text === undefined) throw thrown
      // A change took the next place of a chain: the guards say nothing against trying again.
      if (!text.includes('audit_events.')) return false
      // Whoever appends without a pause must not win all the time.
      await pause(Math.random() * longestPauseMs)
    }
  }
  return false
}
