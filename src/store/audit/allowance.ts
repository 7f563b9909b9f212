import { count, sql } from 'drizzle-orm'
import { constraintViolated, type Db, reach } from '../db.ts'
import { guard } from '../guard.ts'
import { auditEvents } from '../schema/audit.ts'
import { recentOf } from './author.ts'
import { commit, type Entry } from './trail.ts'

/** How many events an account has left in a minute, in whatever chain. */
export interface RecentEvents {
  readonly all: number
  readonly refused: number
}

/** How many events an account has left in the last minute. */
export const countRecentEvents = (db: Db, actorId: string, nowMs: number): Promise<RecentEvents> =>
  reach(db, async () => {
    const refused = sql<number>`count(*) FILTER (WHERE outcome = 'refused')`
    const row = await db.orm
      .select({ all: count(), refused })
      .from(auditEvents)
      .where(recentOf(actorId, nowMs))
      .get()
    return row ?? { all: 0, refused: 0 }
  })

/**
 * Appends the event of a refused call, unless its caller has left so many of them in this minute; says
 * whether it did. Counted in the transaction: many at once are not too many.
 */
export const commitRefusal = async (
  db: Db,
  entry: Entry,
  { actorId, atMost }: { readonly actorId: string; readonly atMost: number },
): Promise<boolean> => {
  const recent = recentOf(actorId, db.scribe.author.nowMs)
  // Its own event is there already when this is asked.
  const few = sql`(SELECT count(*) FROM ${auditEvents} WHERE ${recent} AND outcome = 'refused') <= ${atMost}`
  try {
    await commit(db, entry, [guard(db, few)])
    return true
  } catch (thrown) {
    if (constraintViolated(thrown) === undefined) throw thrown
    return false
  }
}
