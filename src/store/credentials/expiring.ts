import { firstIdAt } from '../../core/id-time.ts'
import { dayMs, noticeDays } from '../../core/notice.ts'
import { type Db, reach } from '../db.ts'
import { notSuspendedSql } from '../path-sql.ts'
import { ceilingSql, ceilingsSql, endUnderSql } from './named-token-ceiling.ts'

const within = (column: string) => `${column} > ?1 AND ${column} <= ?1 + ${noticeDays[0] * dayMs}`

const ofAccounts = (kind: string, table: string, { name = 'NULL', end = 'c.expires_at' }) => `
  SELECT '${kind}' AS kind, c.id AS credential_id, ${name} AS credential_name, a.id AS account_id,
    a.name, a.namespace_id, ${end} AS expires_at, c.id AS subject
  FROM ${table} c JOIN service_accounts a ON a.id = c.service_account_id
  WHERE a.enabled = 1 AND ${within(end)}`

const ceiling = '(SELECT days FROM ceilings WHERE namespace_id = a.namespace_id)'

// A key of an issuer says its end itself, in seconds. Without a kid its place in the set names it.
const ofIssuers = `
  SELECT 'key_set', i.id, json_extract(i.jwks, k.fullkey || '.kid'), NULL, i.name, i.namespace_id,
    CAST(json_extract(i.jwks, k.fullkey || '.exp') * 1000 AS INTEGER) AS expires_at,
    i.id || '#' || coalesce(json_extract(i.jwks, k.fullkey || '.kid'), k.key)
  FROM issuers i, json_each(i.jwks, '$.keys') k
  WHERE i.enabled = 1 AND json_type(i.jwks, k.fullkey || '.exp') IN ('integer', 'real')
    AND ${within("json_extract(i.jwks, k.fullkey || '.exp') * 1000")}`

// Secrets that are switched off are no use before the end either.
const expiring = [
  `${ofAccounts('secret', 'client_secrets', {})} AND a.client_credentials = 1`,
  ofAccounts('key', 'account_keys', { name: 'c.kid' }),
  ofAccounts('named_token', 'named_tokens', { name: 'c.name', end: endUnderSql('c', ceiling) }),
  ofIssuers,
].join(' UNION ALL ')

// Only the nearest threshold: what is found late is told once, not once for each that has passed.
const threshold = `CASE ${[...noticeDays]
  .reverse()
  .map((days) => `WHEN e.expires_at <= ?1 + ${days * dayMs} THEN ${days}`)
  .join(' ')} END`

const payload = `json_object('type', 'credential.expiring', 'timestamp', ?4,
  'data', json_object('namespace', n.path, 'kind', e.kind, 'service_account_id', e.account_id,
    'name', e.name, 'credential_id', e.credential_id, 'credential_name', e.credential_name,
    'expires_at', strftime('%Y-%m-%dT%H:%M:%fZ', e.expires_at / 1000.0, 'unixepoch'),
    'days_left', CAST((e.expires_at - ?1 + ${dayMs - 1}) / ${dayMs} AS INTEGER)))`

// A tenant with more than so many notices on their way waits until there are fewer: what one of them
// piles up must not slow the search for what is due for everybody.
const maxPending = 2000

// Who hears of a namespace: its own subscribers and those above, never those beside it. What was told
// is left out first, so that the limit counts what is new; the unique index is the second lock.
const announce = `
WITH RECURSIVE crowded (tenant_id) AS (
  SELECT n.tenant_id FROM notices p
  JOIN notification_subscriptions s ON s.id = p.subscription_id
  JOIN namespaces n ON n.id = s.namespace_id
  WHERE p.state = 'pending' GROUP BY n.tenant_id HAVING count(*) >= ${maxPending}
),
heard (subscription_id, namespace_id) AS (
  SELECT s.id, s.namespace_id
  FROM notification_subscriptions s JOIN namespaces n ON n.id = s.namespace_id
  WHERE s.enabled = 1 AND n.tenant_id NOT IN (SELECT tenant_id FROM crowded)
    AND ${notSuspendedSql('n')}
    AND EXISTS (SELECT 1 FROM json_each(s.events) WHERE value = 'credential.expiring')
  UNION ALL
  SELECT h.subscription_id, n.id
  FROM heard h JOIN namespaces n ON n.parent_id = h.namespace_id WHERE n.enabled = 1
),
${ceilingsSql},
due AS (
  SELECT h.subscription_id, e.subject || ':' || e.expires_at || ':' || ${threshold} AS subject,
    ${payload} AS payload, e.expires_at
  FROM (${expiring}) e
  JOIN heard h ON h.namespace_id = e.namespace_id
  JOIN namespaces n ON n.id = e.namespace_id
)
INSERT INTO notices
  (id, subscription_id, subject, payload, state, attempts, next_attempt_at, created_at)
SELECT ?2 || lower(hex(randomblob(8))), d.subscription_id, d.subject, d.payload, 'pending', 0, ?1, ?1
FROM due d
WHERE NOT EXISTS (SELECT 1 FROM notices t
  WHERE t.subscription_id = d.subscription_id AND t.subject = d.subject)
ORDER BY d.expires_at LIMIT ?3
ON CONFLICT DO NOTHING`

/**
 * Makes the notices that are due now, at most `limit`: one for each subscriber, credential, expiry
 * and threshold, ever. Says how many it made.
 */
export const announceExpiring = async (
  db: Db,
  { nowMs, limit }: { readonly nowMs: number; readonly limit: number },
): Promise<number> => {
  const args = [nowMs, firstIdAt('ntc', nowMs), limit, new Date(nowMs).toISOString()]
  const { rowsAffected } = await reach(db, () => db.client.execute({ sql: announce, args }))
  return rowsAffected
}

const stillEnds = (table: string, end = 'c.expires_at') =>
  `EXISTS (SELECT 1 FROM ${table} c WHERE c.id = json_extract(payload, '$.data.credential_id')
    AND instr(subject, c.id || ':' || ${end} || ':') = 1)`

const ownCeiling = ceilingSql(
  '(SELECT namespace_id FROM service_accounts WHERE id = c.service_account_id)',
)

/** A condition on a notice, in SQL: its credential is gone, or has another end by now. */
export const isMootSql = `json_extract(payload, '$.type') = 'credential.expiring' AND NOT (
  ${stillEnds('client_secrets')} OR ${stillEnds('account_keys')}
  OR ${stillEnds('named_tokens', endUnderSql('c', ownCeiling))}
  OR EXISTS (SELECT 1 FROM issuers c WHERE c.id = json_extract(payload, '$.data.credential_id')))`
