import { and, count, desc, eq, gt } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { hiddenActor, markText } from '../core/audit-actor.ts'
import { type ChainHead, eventText, type Happening, noHead } from '../core/audit-event.ts'
import { minuteMs } from '../core/lifetime.ts'
import type { Place } from '../core/place.ts'
import { Unavailable, UnknownFate } from '../core/unavailable.ts'
import { pause } from '../patience.ts'
import { constraintViolated, type Db, reach } from './db.ts'
import { auditEvents } from './schema/audit.ts'

/** An event as it is kept. */
export type EventRow = typeof auditEvents.$inferInsert

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

/** How many events an account has left in the last minute, in whatever chain. */
export const countRecentEvents = (db: Db, actorId: string, nowMs: number): Promise<number> =>
  reach(db, async () => {
    const recent = and(eq(auditEvents.actorId, actorId), gt(auditEvents.at, nowMs - minuteMs))
    const row = await db.orm.select({ events: count() }).from(auditEvents).where(recent).get()
    return row?.events ?? 0
  })

/** Writes the event that comes after the head of a chain. */
export const draftEvent = async (
  { author, newEventId, sha256 }: Db['scribe'],
  head: ChainHead,
  { place, happening }: { readonly place: Place; readonly happening: Happening },
): Promise<EventRow> => {
  const id = newEventId()
  const hidden = hiddenActor(place, author)
  const mark = hidden && (await sha256(markText(id, hidden)))
  const at = new Date(author.nowMs).toISOString()
  const content = eventText({ id, at, head, place, author, happening, mark })
  return {
    tenantId: place.tenantId,
    sequence: head.sequence + 1,
    id,
    at: author.nowMs,
    content,
    hash: await sha256(content),
    actorId: author.actor.type === 'service_account' ? author.actor.id : null,
    platform: hidden && { ...hidden },
    action: author.action,
    outcome: happening.reason === undefined ? 'done' : 'refused',
    namespaceId: place.namespaceId,
    targetId: happening.target,
  }
}

/** Whether a batch failed because another had appended to the chain since its head was read. */
export const lostRace = (thrown: unknown): boolean =>
  constraintViolated(thrown)?.includes('audit_events.') === true

// Reading changed nothing, but a batch whose answer is lost may have been made.
const unknownFate = (thrown: unknown): unknown =>
  thrown instanceof Unavailable
    ? new UnknownFate(thrown.dependency, thrown.message, thrown.retryAfterSeconds)
    : thrown

const maxAttempts = 100
const firstPauseMs = 10
const longestPauseMs = 500

/**
 * Appends an event to a tenant's chain and runs statements with it: one transaction, all or nothing.
 * The event is the first statement. Whoever loses the race for the next place in the chain tries the
 * one after that, until the request has no time left. Answers with what each statement gave.
 */
export const commit = async (
  db: Db,
  { place, happening }: { readonly place: Place; readonly happening: Happening },
  statements: readonly BatchItem<'sqlite'>[],
): Promise<readonly unknown[]> => {
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const head = await readHead(db, place.tenantId)
    const event = await draftEvent(db.scribe, head, { place, happening })
    const insert = db.orm.insert(auditEvents).values(event)
    try {
      const [, ...results] = await reach(db, () => db.orm.batch([insert, ...statements]))
      return results
    } catch (thrown) {
      if (!lostRace(thrown)) throw unknownFate(thrown)
    }
    // Not all at once again: of many that lost together, one would win each time.
    await pause(Math.random() * Math.min(firstPauseMs * 2 ** attempt, longestPauseMs))
  }
  throw new Unavailable('database', `others were faster ${maxAttempts} times`)
}
