import type { InStatement } from '@libsql/client/http'
import type { JsonObject } from '../../core/json.ts'
import { type Channel, type NoticeState, retryDelaysMs } from '../../core/notice.ts'
import { isMootSql } from '../credentials/expiring.ts'
import { type Db, reach } from '../db.ts'
import { notSuspendedSql, tenantPathSql } from '../path-sql.ts'

/** A notice that waits for its turn. */
export interface DueNotice {
  readonly id: string
  readonly subscriptionId: string
  /** The subscriber's. */
  readonly tenantId: string
  readonly channel: Channel
  readonly target: string
}

/** A notice that this run, and no other, is to deliver now. */
export interface ClaimedNotice extends DueNotice {
  readonly wrappedSecret: string | null
  readonly payload: JsonObject
  /** This one included. */
  readonly attempts: number
  /** Its credential is gone, or has another end by now: nobody needs to hear of it. */
  readonly moot: boolean
}

// The clock strikes once an hour, and not to the second.
const driftMs = 300_000

// Whose subscription is off waits, and so do all who would hear of what is suspended.
const due = (state: string) => `
waiting AS (
  SELECT n.id, n.subscription_id, n.next_attempt_at, s.channel, s.target, s.wrapped_secret,
    p.tenant_id, coalesce(json_extract(n.payload, '$.data.namespace'), p.path) AS path
  FROM notices n
  JOIN notification_subscriptions s ON s.id = n.subscription_id
  JOIN namespaces p ON p.id = s.namespace_id
  WHERE ${state} = 'pending' AND n.next_attempt_at <= ?1 + ${driftMs} AND s.enabled = 1
),
due AS (SELECT * FROM waiting WHERE ${notSuspendedSql('waiting')})`

// In turns, so that whoever has many notices does not make the others wait: by the subscriber's tenant
// first, then by subscription, and of one subscription by the tenant that it hears of.
const find = `
WITH ${due('n.state')},
of_one AS (SELECT *, row_number() OVER
  (PARTITION BY subscription_id, ${tenantPathSql('path')} ORDER BY next_attempt_at, id) AS turn
  FROM due
  WHERE subscription_id NOT IN (SELECT value FROM json_each(?2))
    AND tenant_id NOT IN (SELECT value FROM json_each(?2))),
of_subscription AS (SELECT *, row_number() OVER
  (PARTITION BY subscription_id ORDER BY turn, next_attempt_at, id) AS inner_turn FROM of_one),
of_tenant AS (SELECT *, row_number() OVER
  (PARTITION BY tenant_id ORDER BY inner_turn, next_attempt_at, id) AS outer_turn
  FROM of_subscription)
SELECT id, subscription_id, tenant_id, channel, target FROM of_tenant
ORDER BY outer_turn, next_attempt_at, id LIMIT ?3`

/** Finds what is due, in turns; nothing of the subscriptions and tenants among `except`. */
export const findDueNotices = (
  db: Db,
  {
    nowMs,
    except,
    limit,
  }: { readonly nowMs: number; readonly except: readonly string[]; readonly limit: number },
): Promise<readonly DueNotice[]> =>
  reach(db, async () => {
    const args = [nowMs, JSON.stringify(except), limit]
    const { rows } = await db.client.execute({ sql: find, args })
    return rows.map((row) => ({
      id: String(row.id),
      subscriptionId: String(row.subscription_id),
      tenantId: String(row.tenant_id),
      channel: String(row.channel) as Channel,
      target: String(row.target),
    }))
  })

// By moving its next attempt away: of two runs at once only one gets a notice back. The plus keeps the
// index of all that is due out of it: every writer waits while this runs.
const claim = `
WITH ${due('+n.state')}
UPDATE notices SET attempts = attempts + 1,
  next_attempt_at = ?1 + json_extract(?2, '$[' || min(attempts, ${retryDelaysMs.length - 1}) || ']')
WHERE id IN (SELECT id FROM due WHERE id IN (SELECT value FROM json_each(?3)))
RETURNING id, payload, attempts, (${isMootSql}) AS moot,
  (SELECT json_object('subscriptionId', s.id, 'tenantId', n.tenant_id, 'channel', s.channel,
    'target', s.target, 'wrappedSecret', s.wrapped_secret)
   FROM notification_subscriptions s JOIN namespaces n ON n.id = s.namespace_id
   WHERE s.id = subscription_id) AS subscriber`

type Subscriber = Pick<
  ClaimedNotice,
  'subscriptionId' | 'tenantId' | 'channel' | 'target' | 'wrappedSecret'
>

/** Claims those of some notices that are still due. */
export const claimNotices = (
  db: Db,
  { nowMs, ids }: { readonly nowMs: number; readonly ids: readonly string[] },
): Promise<readonly ClaimedNotice[]> =>
  reach(db, async () => {
    const args = [nowMs, JSON.stringify(retryDelaysMs), JSON.stringify(ids)]
    const { rows } = await db.client.execute({ sql: claim, args })
    return rows.map((row) => ({
      ...(JSON.parse(String(row.subscriber)) as Subscriber),
      id: String(row.id),
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
