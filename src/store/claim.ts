import type { InStatement } from '@libsql/client/http'
import {
  type ClaimConditions,
  claimStatement,
  type IssueRecord,
  isClaimed,
} from './claim-statement.ts'
import { type Db, reach } from './db.ts'

export type { ClaimConditions, IssueRecord } from './claim-statement.ts'

/**
 * Claims the token and records the decision to issue, if every condition still holds.
 * False: the token is spent or the configuration has changed; nothing was written.
 */
export const claim = async (
  db: Db,
  record: IssueRecord,
  conditions: ClaimConditions,
): Promise<boolean> =>
  reach(db, async () => isClaimed(await db.run(claimStatement(record, conditions)), record))

// A slow clock must not begin a minute that is over.
const beginMinute = `INSERT INTO issue_counts (tenant_id, minute, issued) VALUES (?1, ?2, 0)
ON CONFLICT (tenant_id) DO UPDATE SET minute = excluded.minute, issued = 0
  WHERE minute < excluded.minute`

const count = `UPDATE issue_counts
SET issued = issued + EXISTS (SELECT 1 FROM decisions WHERE id = ?2 AND outcome = 'issued')
WHERE tenant_id = ?1 RETURNING issued`

/** The same below a ceiling of issues per tenant and minute: no further round trip, one more answer. */
export const claimBelow = async (
  db: Db,
  record: IssueRecord,
  { ceiling, ...conditions }: ClaimConditions & { readonly ceiling: number },
): Promise<boolean | 'over_ceiling'> =>
  reach(db, async () => {
    const { tenantId } = conditions
    const statements: InStatement[] = [
      { sql: beginMinute, args: [tenantId, Math.floor(record.at / 60_000)] },
      claimStatement(record, conditions, ceiling),
      { sql: count, args: [tenantId, record.id] },
    ]
    const [, claimed, counted] = await db.client.batch(statements, 'write')
    if (claimed !== undefined && isClaimed(claimed.rows, record)) return true
    return Number(counted?.rows[0]?.issued) >= ceiling && 'over_ceiling'
  })

// A claim of unknown fate may still be on its way: the row that takes its id keeps it out for good.
const release = `
INSERT INTO decisions (id, at, outcome, reason, grant_type, service_account_id, client_id,
  namespace_id, claims, policies, told)
VALUES (?1, ?2, 'refused', 'unavailable', ?3, ?4, ?5, ?6, ?7, ?8, 1)
ON CONFLICT (id) DO UPDATE SET outcome = 'refused', reason = 'unavailable', told = 1,
  resource_server_id = NULL, audience = NULL, scope = NULL, token_jti = NULL, token_expires_at = NULL, token_identity = NULL,
  slot = NULL, remember_until = NULL, assertion_identity = NULL`

/**
 * Takes back a claim whose token was never signed, whether it was committed or still comes: the
 * decision becomes a refusal for want of a dependency. Other requests' claims stay.
 */
export const releaseClaim = async (db: Db, record: IssueRecord): Promise<void> => {
  const { id, at, grantType, serviceAccountId, clientId, namespaceId, claims, policies } = record
  const args = [id, at, grantType, serviceAccountId, clientId, namespaceId, claims, policies]
  await reach(db, () => db.client.execute({ sql: release, args }))
}
