import { desc, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { type ChainHead, noHead } from '../../core/audit-event.ts'
import { boundedMemory } from '../../core/bounded-memory.ts'
import { pause } from '../../patience.ts'
import { type Db, reach } from '../db.ts'
import { guard } from '../guard.ts'
import { auditEvents } from '../schema/audit.ts'

/** The last event of a tenant's chain. */
export const readHead = (db: Db, tenantId: string): Promise<ChainHead> =>
  reach(db, async () => {
    const { sequence, hash } = auditEvents
    const head = await db.orm
      .select({ sequence, hash })
      .from(auditEvents)
      .where(eq(auditEvents.tenantId, tenantId))
      .orderBy(desc(sequence))
      .limit(1)
      .get()
    return head ?? noHead
  })

/** A guard: the chain has this head's event. That none comes after it, the primary key sees to. */
export const isHead = (
  db: Db,
  tenantId: string,
  { sequence, hash }: ChainHead,
): BatchItem<'sqlite'> =>
  guard(
    db,
    sql`${sequence} = 0 OR EXISTS (SELECT 1 FROM ${auditEvents}
      WHERE tenant_id = ${tenantId} AND sequence = ${sequence} AND hash = ${hash})`,
  )

/**
 * The heads that this isolate has appended to last: guesses, which save a round trip where nobody else
 * writes, and which a batch proves before it counts on them.
 */
export const knownHeads = boundedMemory<ChainHead>({ weight: 1000, weightEach: 1 })

// By tenant, until when its turn lasts at most. The requests of an isolate would beat each other all
// the time; another isolate's they find out by losing.
const turns = new Map<string, number>()
const turnMs = 250

// Whoever waits for longer finds a turn more seldom.
const waitMs = { change: 2, refusal: 40 }

/**
 * Runs work when no other request of this isolate appends to the chain, or has hung at it. Refusals
 * stand back: many at once, which anybody can have, must not keep others from changing things.
 */
export const inTurn = async <T>(
  tenantId: string,
  what: keyof typeof waitMs,
  work: () => Promise<T>,
): Promise<T> => {
  const wait = waitMs[what]
  if (what === 'refusal') await pause(1)
  while ((turns.get(tenantId) ?? 0) > Date.now()) await pause(wait + Math.random() * 4 * wait)
  const until = Date.now() + turnMs
  turns.set(tenantId, until)
  try {
    return await work()
  } finally {
    if (turns.get(tenantId) === until) turns.delete(tenantId)
  }
}
