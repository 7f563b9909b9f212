import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Place } from '../../core/place.ts'
import { commit } from '../audit/trail.ts'
import { type Db, reach } from '../db.ts'
import { guard, mutate } from '../mutate.ts'
import { all } from '../page.ts'
import { notices } from '../schema/notices.ts'

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

/** Who has a test sent to whom. */
export interface TestSending {
  readonly place: Place
  readonly addressee: string
  /** No other test of this tenant may have gone there for so long. */
  readonly quietMs: number
}

/** Takes a tenant's turn to test an addressee; says whether it had one. Of any at once, one has. */
const takeTestTurn = async (db: Db, sending: TestSending, nowMs: number): Promise<boolean> => {
  const { place, addressee, quietMs } = sending
  const { rowsAffected } = await reach(db, () =>
    db.client.execute({
      sql: `INSERT INTO notice_tests (tenant_id, addressee, sent_at) VALUES (?1, ?2, ?3)
        ON CONFLICT (tenant_id, addressee) DO UPDATE SET sent_at = ?3 WHERE sent_at <= ?3 - ?4`,
      args: [place.tenantId, addressee, nowMs, quietMs],
    }),
  )
  return rowsAffected === 1
}

/**
 * Keeps a test, unless its addressee had one of this tenant in the last while; says whether it did.
 * Not for each subscription: making another one is no way around it.
 */
export const addTestNotice = async (
  db: Db,
  notice: StoredNotice,
  sending: TestSending,
): Promise<boolean> => {
  if (!(await takeTestTurn(db, sending, notice.createdAt))) return false
  const { subscriptionId } = notice
  const outcome = await mutate(db, sending.place, {
    target: subscriptionId,
    details: { addressee: sending.addressee },
    guards: [
      guard(
        db,
        sql`EXISTS (SELECT 1 FROM notification_subscriptions WHERE id = ${subscriptionId})`,
      ),
    ],
    statements: [db.orm.insert(notices).values(notice)],
  })
  return outcome.kind === 'done'
}

/** Gives a subscription's parked notices all their attempts again; says how many there were. */
export const resumeParked = async (
  db: Db,
  { id, ...place }: Place & { readonly id: string },
  nowMs: number,
): Promise<number> => {
  const parked = and(
    eq(notices.subscriptionId, id),
    eq(notices.state, 'parked'),
    sql`NOT ${isTest}`,
  )
  const again = { state: 'pending', attempts: 0, nextAttemptAt: nowMs } as const
  const [updated] = await commit(db, { place, happening: { target: id } }, [
    db.orm.update(notices).set(again).where(parked),
  ])
  return (updated as { readonly rowsAffected: number }).rowsAffected
}
