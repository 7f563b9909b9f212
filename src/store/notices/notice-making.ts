import { firstIdAt } from '../../core/id-time.ts'
import { dayMs } from '../../core/lifetime.ts'
import { lineOf, tenantPath } from '../../core/namespace.ts'
import { type Expiring, type NoticeEvent, subjectOf } from '../../core/notice.ts'
import { type Db, reach } from '../db.ts'
import { tenantPathSql } from '../path-sql.ts'

/** A subscription that hears of a tenant: its own, or any if it is the house's. */
export interface Hearer {
  readonly subscriptionId: string
  /** The subscriber's. */
  readonly tenantId: string
  /** Path of the tenant that it hears of. */
  readonly about: string
}

/** How many notices to a hearer are on their way. */
export interface Pending extends Hearer {
  readonly count: number
}

/** A credential that a subscriber has not heard of yet. */
export interface Untold extends Hearer {
  readonly subject: string
  readonly expiring: Expiring
}

const pending = `
SELECT p.subscription_id, n.tenant_id,
  ${tenantPathSql("coalesce(json_extract(p.payload, '$.data.namespace'), n.path)")} AS about,
  count(*) AS pending
FROM notices p
JOIN notification_subscriptions s ON s.id = p.subscription_id
JOIN namespaces n ON n.id = s.namespace_id
WHERE p.state = 'pending' GROUP BY 1, 2, 3`

/** Counts what is on its way. */
export const countPending = (db: Db): Promise<readonly Pending[]> =>
  reach(db, async () => {
    const { rows } = await db.client.execute(pending)
    return rows.map((row) => ({
      subscriptionId: String(row.subscription_id),
      tenantId: String(row.tenant_id),
      about: String(row.about),
      count: Number(row.pending),
    }))
  })

// Who hears of a namespace: its own subscribers and those above, never those beside it.
const untold = `
WITH found AS MATERIALIZED (
  SELECT key AS place, value ->> 'subject' AS subject, value ->> 'about' AS about,
    value -> 'line' AS line
  FROM json_each(?1)
)
SELECT f.place, s.id AS subscription_id, n.tenant_id
FROM found f, json_each(f.line) l
CROSS JOIN namespaces n ON n.path = l.value
CROSS JOIN notification_subscriptions s ON s.namespace_id = n.id
WHERE s.enabled = 1
  AND s.id || ' ' || f.about NOT IN (SELECT value FROM json_each(?2))
  AND n.tenant_id || ' ' || f.about NOT IN (SELECT value FROM json_each(?2))
  AND EXISTS (SELECT 1 FROM json_each(s.events) WHERE value = 'credential.expiring')
  AND NOT EXISTS (SELECT 1 FROM notices t
    WHERE t.subscription_id = s.id AND t.subject = f.subject)
ORDER BY f.place`

/** Finds who has not heard of which of some credentials; `full` are keys of those with no room. */
export const findUntold = (
  db: Db,
  {
    nowMs,
    found,
    full,
  }: {
    readonly nowMs: number
    readonly found: readonly Expiring[]
    readonly full: readonly string[]
  },
): Promise<readonly Untold[]> =>
  reach(db, async () => {
    const places = found.map((expiring) => {
      const { namespace } = expiring
      return {
        expiring,
        subject: subjectOf(expiring, nowMs),
        about: tenantPath(namespace),
        line: lineOf(namespace),
      }
    })
    const asked = places.map(({ subject, about, line }) => ({ subject, about, line }))
    const args = [JSON.stringify(asked), JSON.stringify(full)]
    const { rows } = await db.client.execute({ sql: untold, args })
    return rows.flatMap((row) => {
      const place = places[Number(row.place)]
      if (place === undefined) return []
      const { expiring, subject, about } = place
      const subscriptionId = String(row.subscription_id)
      return [{ subscriptionId, tenantId: String(row.tenant_id), about, subject, expiring }]
    })
  })

const payloadOf = (expiring: Expiring, nowMs: number) => ({
  type: 'credential.expiring' satisfies NoticeEvent,
  timestamp: new Date(nowMs).toISOString(),
  data: {
    namespace: expiring.namespace,
    kind: expiring.kind,
    service_account_id: expiring.accountId,
    name: expiring.name,
    credential_id: expiring.credentialId,
    credential_name: expiring.credentialName,
    expires_at: new Date(expiring.expiresAt).toISOString(),
    days_left: Math.ceil((expiring.expiresAt - nowMs) / dayMs),
  },
})

// Somebody may have told it meanwhile, or unsubscribed: the unique index is the second lock.
const add = `
INSERT INTO notices
  (id, subscription_id, subject, payload, state, attempts, next_attempt_at, created_at)
SELECT ?2 || lower(hex(randomblob(8))), value ->> 'to', value ->> 'subject', value -> 'payload',
  'pending', 0, ?3, ?3
FROM json_each(?1)
WHERE EXISTS (SELECT 1 FROM notification_subscriptions s WHERE s.id = value ->> 'to')
ON CONFLICT DO NOTHING`

/** Puts notices on their way; says how many of them were new. */
export const addNotices = (db: Db, untoldOnes: readonly Untold[], nowMs: number): Promise<number> =>
  reach(db, async () => {
    const list = untoldOnes.map(({ subscriptionId: to, subject, expiring }) => ({
      to,
      subject,
      payload: payloadOf(expiring, nowMs),
    }))
    const args = [JSON.stringify(list), firstIdAt('ntc', nowMs), nowMs]
    const { rowsAffected } = await db.client.execute({ sql: add, args })
    return rowsAffected
  })
