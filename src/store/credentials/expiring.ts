import { dayMs } from '../../core/lifetime.ts'
import { rootNamespaceId } from '../../core/namespace.ts'
import { type Expiring, noticeDays } from '../../core/notice.ts'
import { type Db, reach } from '../db.ts'
import { ceilingSql, ceilingsSql, endUnderSql } from './named-token-ceiling.ts'

const within = (column: string) => `${column} > ?1 AND ${column} <= ?1 + ${noticeDays[0] * dayMs}`

const ofAccounts = (kind: string, table: string, { name = 'NULL', end = 'c.expires_at' }) => `
  SELECT '${kind}' AS kind, c.id AS credential_id, ${name} AS credential_name, a.id AS account_id,
    a.name, a.namespace_id, ${end} AS expires_at, c.id AS part
  FROM ${table} c JOIN service_accounts a ON a.id = c.service_account_id
  WHERE a.enabled = 1 AND ${within(end)}`

const ceiling = '(SELECT days FROM ceilings WHERE namespace_id = a.namespace_id)'

// A key of an issuer says its end itself, in seconds. Without a kid its place in the set names it.
const ofIssuers = `
  SELECT 'key_set', i.id, CAST(json_extract(i.jwks, k.fullkey || '.kid') AS TEXT), NULL, i.name, i.namespace_id,
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

// By turns of tenants, the most urgent of each first: who has thousands makes nobody else wait. What is
// suspended is left out, and so is what nobody would hear of.
const find = `
WITH RECURSIVE open (id, tenant_id, path) AS (
  SELECT id, tenant_id, path FROM namespaces WHERE id = '${rootNamespaceId}' AND enabled = 1
  UNION ALL
  SELECT n.id, n.tenant_id, n.path FROM open o JOIN namespaces n ON n.parent_id = o.id
  WHERE n.enabled = 1
),
${ceilingsSql},
hearing (tenant_id) AS (
  SELECT DISTINCT n.tenant_id
  FROM notification_subscriptions s JOIN namespaces n ON n.id = s.namespace_id WHERE s.enabled = 1
),
ordered AS (
  SELECT e.*, o.path,
    row_number() OVER (PARTITION BY o.tenant_id ORDER BY e.expires_at, e.part) AS turn
  FROM (${expiring}) e JOIN open o ON o.id = e.namespace_id
  WHERE o.tenant_id IN (SELECT tenant_id FROM hearing)
    OR '${rootNamespaceId}' IN (SELECT tenant_id FROM hearing)
)
SELECT * FROM ordered ORDER BY turn, expires_at, part LIMIT ?2 OFFSET ?3`

/** Finds credentials that end soon, in pages: of each tenant the nearest, then the next, and so on. */
export const findExpiring = (
  db: Db,
  {
    nowMs,
    limit,
    offset,
  }: { readonly nowMs: number; readonly limit: number; readonly offset: number },
): Promise<readonly Expiring[]> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({ sql: find, args: [nowMs, limit, offset] })
    return rows.map((row) => ({
      kind: String(row.kind) as Expiring['kind'],
      credentialId: String(row.credential_id),
      credentialName: row.credential_name === null ? null : String(row.credential_name),
      accountId: row.account_id === null ? null : String(row.account_id),
      name: String(row.name),
      namespace: String(row.path),
      part: String(row.part),
      expiresAt: Number(row.expires_at),
    }))
  })

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
