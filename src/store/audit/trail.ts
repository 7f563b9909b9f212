import type { BatchItem } from 'drizzle-orm/batch'
import { hiddenActor, markText } from '../../core/audit-actor.ts'
import { type ChainHead, eventText, type Happening } from '../../core/audit-event.ts'
import type { Place } from '../../core/place.ts'
import { OverAllowance, Unavailable, UnknownFate } from '../../core/unavailable.ts'
import { pause } from '../../patience.ts'
import { constraintViolated, type Db, failedStatement, reach } from '../db.ts'
import { auditEvents } from '../schema/audit.ts'
import { mayLeaveMore, mayStill } from './author.ts'
import { inTurn, isHead, knownHeads, readHead } from './chain-head.ts'

/** An event as it is kept. */
export type EventRow = typeof auditEvents.$inferInsert

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

/** How many statements go before those of the change itself: guards of head and author, and the event. */
export const statementsBefore = 4

const authorIndex = 2
const allowanceIndex = 3

/** Whether a batch failed because another had appended to the chain since its head was known. */
export const lostRace = (thrown: unknown): boolean => {
  const text = constraintViolated(thrown)
  if (text === undefined) return false
  return (failedStatement(thrown) ?? 0) < authorIndex || text.includes('audit_events.')
}

// Reading changed nothing, but a batch whose answer is lost may have been made.
const unknownFate = (thrown: unknown): unknown =>
  thrown instanceof Unavailable
    ? new UnknownFate(thrown.dependency, thrown.message, thrown.retryAfterSeconds)
    : thrown

/** What is appended to a chain: where, and what happened. */
export interface Entry {
  readonly place: Place
  readonly happening: Happening
}

// The caller finds out why when it comes again: it is asked for its rights anew.
const withdrawn = () =>
  new Unavailable('configuration_race', 'the rights of who asked were changed meanwhile', 1)

/** Tries once; undefined: another was faster. */
const append = async (
  db: Db,
  entry: Entry,
  statements: readonly BatchItem<'sqlite'>[],
): Promise<readonly unknown[] | undefined> => {
  const { tenantId } = entry.place
  const head = knownHeads.get(tenantId) ?? (await readHead(db, tenantId))
  knownHeads.forget(tenantId)
  const event = await draftEvent(db.scribe, head, entry)
  const insert = db.orm.insert(auditEvents).values(event)
  try {
    const may = [mayStill(db, entry), mayLeaveMore(db, entry)] as const
    const batch = [isHead(db, tenantId, head), insert, ...may, ...statements] as const
    const results = await reach(db, () => db.orm.batch(batch))
    knownHeads.keep(tenantId, { sequence: event.sequence, hash: event.hash }, 1)
    return results.slice(statementsBefore)
  } catch (thrown) {
    if (lostRace(thrown)) return undefined
    if (constraintViolated(thrown) !== undefined) knownHeads.keep(tenantId, head, 1)
    if (failedStatement(thrown) === authorIndex) throw withdrawn()
    if (failedStatement(thrown) === allowanceIndex) throw new OverAllowance()
    throw unknownFate(thrown)
  }
}

const maxAttempts = 100
const firstPauseMs = 10
const longestPauseMs = 500

/**
 * Appends an event to a tenant's chain and runs statements with it: one transaction, all or nothing.
 * Whoever loses the race for the next place in the chain tries the one after that, until the request
 * has no time left. Answers with what each statement gave.
 */
export const commit = async (
  db: Db,
  entry: Entry,
  statements: readonly BatchItem<'sqlite'>[],
): Promise<readonly unknown[]> => {
  const { tenantId } = entry.place
  const what = entry.happening.reason === undefined ? 'change' : 'refusal'
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const results = await inTurn(tenantId, what, () => append(db, entry, statements))
    if (results !== undefined) return results
    // Not all at once again: of many that lost together, one would win each time.
    await pause(Math.random() * Math.min(firstPauseMs * 2 ** attempt, longestPauseMs))
  }
  throw new Unavailable('database', `others were faster ${maxAttempts} times`)
}
