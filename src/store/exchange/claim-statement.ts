import type { Row, Statement } from '../one-statement.ts'
import { type Claimant, type ClaimConditions, conditionArgs, stands } from './claim-conditions.ts'

/** The decision to issue, as it is kept. */
export interface IssueRecord extends Claimant {
  /** Epoch milliseconds. */
  readonly at: number
  readonly grantType: string
  readonly clientId: string
  readonly namespaceId: string
  readonly audience: string
  readonly scope: string
  readonly tokenJti: string
  readonly tokenExpiresAt: number
  readonly policyId: string | null
  readonly policyVersion: number | null
  /** JSON texts. */
  readonly claims: string | null
  readonly policies: string | null
  /** The credential of ours that the caller proved itself with. */
  readonly credentialId: string | null
  /** Null for grants without an outside token. */
  readonly issuer: string | null
  /** JSON text. */
  readonly provenance: string | null
  readonly slot: string | null
  readonly rememberUntil: number | null
}

// The claim, the decision record and the proof that nothing changed since the configuration was
// read: one statement, so that no failure can leave one without the others. The unique indexes on
// (token_identity, slot), on assertion_identity and on proof_identity are second locks.
// Conflicts on the own id are a retry whose first reply was lost: the claim is already ours, and says
// what the token that will be signed says.
const insertIf = (more: string): string => `
INSERT INTO decisions (id, at, outcome, grant_type, service_account_id, client_id, namespace_id,
  resource_server_id, audience, scope, token_jti, token_expires_at, policy_id, policy_version,
  claims, policies, token_identity, slot, remember_until, credential_id, assertion_identity,
  proof_identity, issuer, provenance, tenant_id)
SELECT ?1, ?13, 'issued', ?14, ?8, ?15, ?16, ?9, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?7, ?25,
  ?26, ?27, ?10, ?12, ?28, ?29, ?2
WHERE ${stands}
  ${more}
ON CONFLICT (id) DO UPDATE SET at = excluded.at, grant_type = excluded.grant_type,
  service_account_id = excluded.service_account_id, client_id = excluded.client_id,
  namespace_id = excluded.namespace_id, resource_server_id = excluded.resource_server_id,
  audience = excluded.audience, scope = excluded.scope, token_jti = excluded.token_jti,
  token_expires_at = excluded.token_expires_at, policy_id = excluded.policy_id,
  policy_version = excluded.policy_version, claims = excluded.claims,
  policies = excluded.policies, token_identity = excluded.token_identity, slot = excluded.slot,
  remember_until = excluded.remember_until, credential_id = excluded.credential_id,
  assertion_identity = excluded.assertion_identity, proof_identity = excluded.proof_identity,
  issuer = excluded.issuer, provenance = excluded.provenance
  WHERE outcome = 'issued'
ON CONFLICT DO NOTHING
RETURNING id`

const insert = insertIf('')
// A claim that asks again for itself was counted already.
const insertBelow = insertIf(`AND (EXISTS (SELECT 1 FROM decisions WHERE id = ?1)
    OR (SELECT issued FROM issue_counts WHERE tenant_id = ?2) <= ?11)`)

/** The claim as a statement; below a ceiling only if it has been counted and is not above. */
export const claimStatement = (record: IssueRecord, conditions: ClaimConditions): Statement => ({
  sql: conditions.ceiling === null ? insert : insertBelow,
  args: [
    ...conditionArgs(record, conditions),
    record.at,
    record.grantType,
    record.clientId,
    record.namespaceId,
    record.audience,
    record.scope,
    record.tokenJti,
    record.tokenExpiresAt,
    record.policyId,
    record.policyVersion,
    record.claims,
    record.policies,
    record.slot,
    record.rememberUntil,
    record.credentialId,
    record.issuer,
    record.provenance,
  ],
})

/** Whatever else answers, only the row that was asked for is a claim. */
export const isClaimed = (rows: readonly Row[], { id }: IssueRecord): boolean =>
  rows.length === 1 && rows[0]?.id === id
