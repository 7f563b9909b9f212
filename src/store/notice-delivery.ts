import type { InStatement } from '@libsql/client/http'
import type { JsonObject } from '../core/json.ts'
import { type Channel, type NoticeState, retryDelaysMs } from '../core/notice.ts'
import { isMootSql } from './credentials/expiring.ts'
import { type Db, reach } from './db.ts'

/** A notice that this run, and no other, is to deliver now. */
export interface ClaimedNotice {
  readonly id: string
  readonly subscriptionId: string
  readonly channel: Channel
  readonly target: string
  readonly wrappedSecret: string | null
  readonly payload: JsonObject
  /** This one included. */
  readonly attempts: number
  /** Its credential is gone, or has another end by now: nobody needs to hear of it. */
  readonly moot: boolean
}

// The clock strikes once an hour, and not to the second.
const driftMs = 300_000

// Claimed by moving its next attempt away: of two runs at once only one gets it back. In turns, so that
// whoever has many notices does not make the others wait.
const claim = `
UPDATE notices SET attempts = attempts + 1,
  next_attempt_at = ?1 + json_extract(?2, '$[' || min(attempts, ${retryDelaysMs.length - 1}) || ']')
WHERE id IN (
  SELECT id FROM (
    SELECT n.id, n.next_attempt_at,
      row_number() OVER (PARTITION BY n.subscription_id ORDER BY n.next_attempt_at, n.id) AS turn
    FROM notices n JOIN notification_subscriptions s ON s.id = n.subscription_id
    WHERE n.state = 'pending' AND n.next_attempt_at <= ?1 + ${driftMs} AND s.enabled = 1
      AND s.id NOT IN (SELECT value FROM json_each(?3))
  ) ORDER BY turn, next_attempt_at LIMIT ?4
)
RETURNING id, subscription_id, payload, attempts, (${isMootSql}) AS moot,
  (SELECT json_object('channel', s.channel, 'target', s.target, 'wrappedSecret', s.wrapped_secret)
   FROM notification_subscriptions s WHERE s.id = subscription_id) AS subscriber`

/** Claims some notices that are due, of subscriptions that are enabled and not among `except`. */
export const claimNotices = (
  db: Db,
  {
    nowMs,
    except,
    limit,
  }: { readonly nowMs: number; readonly except: readonly string[]; readonly limit: number },
): Promise<readonly ClaimedNotice[]> =>
  reach(db, async () => {
    const args = [nowMs, JSON.stringify(retryDelaysMs), JSON.stringify(except), limit]
    const { rows } = await db.client.execute({ sql: claim, args })
    return rows.map((row) => ({
      ...(JSON.parse(String(row.subscriber)) as Pick<
        ClaimedNotice,
        'channel' | 'target' | 'wrappedSecret'
      >),
      id: String(row.id),
      subscriptionId: String(row.subscription_id),
      payload: JSON.parse(String(row.payload)) as JsonObject,
      attempts: Number(row.attempts),
      moot: row.moot === 1,
    }))
  })

/** What came of an attempt. */
export interface AttemptRecord {
  readonly id: string
  readonly attempts: number
  /** `moot`: it is taken back. */
  readonly state: NoticeState | 'moot'
  readonly lastError: string | null
}

const statementOf = ({ id, attempts, state, lastError }: AttemptRecord): InStatement =>
  state === 'moot'
    ? { sql: 'DELETE FROM notices WHERE id = ?1 AND attempts = ?2', args: [id, attempts] }
    : {
        sql: 'UPDATE notices SET state = ?1, last_error = ?2 WHERE id = ?3 AND attempts = ?4',
        args: [state, lastError, id, attempts],
      }

/** Writes down what came of some attempts; of one that somebody has since reset, nothing. */
export const recordAttempts = async (db: Db, records: readonly AttemptRecord[]): Promise<void> => {
  await reach(db, () => db.client.batch(records.map(statementOf), 'write'))
}
