import { and, desc, eq, lt, sql } from 'drizzle-orm'
import { type Db, reach } from './db.ts'
import { all } from './page.ts'
import { notices } from './schema/notices.ts'

/** A notice to one subscriber, as it is kept. Times in epoch milliseconds. */
export type StoredNotice = typeof notices.$inferSelect

/** A subscription's notices, newest first, in pages. */
export const listNotices = (
  db: Db,
  query: {
    readonly subscriptionId: string
    readonly state: string | undefined
    readonly after: string | null
    readonly limit: number
  },
): Promise<StoredNotice[]> =>
  reach(db, () =>
    db.orm
      .select()
      .from(notices)
      .where(
        all(
          eq(notices.subscriptionId, query.subscriptionId),
          query.state === undefined ? undefined : sql`${notices.state} = ${query.state}`,
          query.after === null ? undefined : lt(notices.id, query.after),
        ),
      )
      .orderBy(desc(notices.id))
      .limit(query.limit + 1),
  )

/** The subject of a test, which is told only once, at once, and never again. */
export const testSubject = (noticeId: string): string => `test:${noticeId}`

const isTest = sql`${notices.subject} LIKE 'test:%'`

/** Keeps a test, unless the subscription had one in the last while; says whether it did. */
export const addTestNotice = (db: Db, notice: StoredNotice, quietMs: number): Promise<boolean> =>
  reach(db, async () => {
    const recent = sql`SELECT 1 FROM ${notices} WHERE subscription_id = ${notice.subscriptionId}
      AND ${isTest} AND created_at > ${notice.createdAt - quietMs}`
    const { rowsAffected } = await db.orm.run(sql`INSERT INTO ${notices}
      (id, subscription_id, subject, payload, state, attempts, next_attempt_at, created_at)
      SELECT ${notice.id}, ${notice.subscriptionId}, ${notice.subject},
        ${JSON.stringify(notice.payload)}, ${notice.state}, ${notice.attempts},
        ${notice.nextAttemptAt}, ${notice.createdAt}
      WHERE EXISTS (SELECT 1 FROM notification_subscriptions WHERE id = ${notice.subscriptionId})
        AND NOT EXISTS (${recent})`)
    return rowsAffected === 1
  })

/** Gives a subscription's parked notices all their attempts again; says how many there were. */
export const resumeParked = (db: Db, subscriptionId: string, nowMs: number): Promise<number> =>
  reach(db, async () => {
    const { rowsAffected } = await db.orm
      .update(notices)
      .set({ state: 'pending', attempts: 0, nextAttemptAt: nowMs })
      .where(
        and(
          eq(notices.subscriptionId, subscriptionId),
          eq(notices.state, 'parked'),
          sql`NOT ${isTest}`,
        ),
      )
    return rowsAffected
  })
