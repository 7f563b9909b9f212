import { constraintViolated, type Db, reach } from '../db.ts'
import type { ClaimConditions } from './claim-conditions.ts'
import { claimStatement, type IssueRecord, isClaimed } from './claim-statement.ts'
import { countStatement, type OverCeiling, readOverCeiling } from './issue-count.ts'

export type { ClaimConditions } from './claim-conditions.ts'
export type { IssueRecord } from './claim-statement.ts'
export type { OverCeiling } from './issue-count.ts'

const ask = async (
  db: Db,
  record: IssueRecord,
  conditions: ClaimConditions,
): Promise<boolean | OverCeiling> => {
  const statement = claimStatement(record, conditions)
  if (conditions.ceiling === null) return isClaimed(await db.run(statement), record)
  const both = [countStatement(record, conditions), statement]
  const [counted, claimed] = await db.client.batch(both, 'write')
  return isClaimed(claimed?.rows ?? [], record) || readOverCeiling(counted?.rows ?? [])
}

/**
 * Claims the token and records the decision to issue, if every condition still holds.
 * False: the token is spent or the configuration has changed. Unless it is true, no decision was written.
 */
export const claim = async (
  db: Db,
  record: IssueRecord,
  conditions: ClaimConditions,
): Promise<boolean | OverCeiling> => {
  try {
    return await reach(db, () => ask(db, record, conditions))
  } catch (thrown) {
    // It has undone everything: as good as a condition that does not hold, and no claim to give back.
    if (constraintViolated(thrown) !== undefined) return false
    throw thrown
  }
}

// A claim of unknown fate may still be on its way: the row that takes its id keeps it out for good.
// One for an account that is gone is kept out by the versions, and gets no new row.
const release = `
INSERT INTO decisions (id, at, outcome, reason, grant_type, service_account_id, client_id,
  namespace_id, claims, policies, issuer, provenance, tenant_id, told)
SELECT ?1, ?2, 'refused', 'unavailable', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10,
  (SELECT tenant_id FROM namespaces WHERE id = ?6), 1
WHERE EXISTS (SELECT 1 FROM service_accounts WHERE id = ?4)
  OR EXISTS (SELECT 1 FROM decisions WHERE id = ?1)
ON CONFLICT (id) DO UPDATE SET outcome = 'refused', reason = 'unavailable', told = 1,
  resource_server_id = NULL, audience = NULL, scope = NULL, token_jti = NULL, token_expires_at = NULL, token_identity = NULL,
  slot = NULL, remember_until = NULL, assertion_identity = NULL, proof_identity = NULL`

/**
 * Takes back a claim whose token was never signed, whether it was committed or still comes: the
 * decision becomes a refusal for want of a dependency. Other requests' claims stay.
 */
export const releaseClaim = async (db: Db, record: IssueRecord): Promise<void> => {
  const args = [
    record.id,
    record.at,
    record.grantType,
    record.serviceAccountId,
    record.clientId,
    record.namespaceId,
    record.claims,
    record.policies,
    record.issuer,
    record.provenance,
  ]
  await reach(db, () => db.client.execute({ sql: release, args }))
}
