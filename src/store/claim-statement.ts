import type { ConfigVersions } from '../core/account-config.ts'
import type { Row, Statement } from './one-statement.ts'

/** What must still be true for a decision to be issued. */
export interface ClaimConditions {
  readonly tenantId: string
  readonly versions: ConfigVersions
  /** The key that will sign must still be the active one. */
  readonly kid: string
  /** What counts as spent for this token; null where nothing does. */
  readonly spentBy: 'any_issue' | 'same_target' | null
}

/** The decision to issue, as it is kept. Its id is the request's own, so that a retry is known. */
export interface IssueRecord {
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly grantType: string
  readonly serviceAccountId: string
  readonly clientId: string
  readonly namespaceId: string
  readonly resourceServerId: string
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
  /** The client assertion that is spent by this, if there was one. */
  readonly assertionIdentity: string | null
  /** Null for grants without an outside token. */
  readonly issuer: string | null
  /** JSON text. */
  readonly provenance: string | null
  readonly tokenIdentity: string | null
  readonly slot: string | null
  readonly rememberUntil: number | null
}

// The claim, the decision record and the proof that nothing changed since the configuration was
// read: one statement, so that no failure can leave one without the others. SQLite serialises
// writers, hence NOT EXISTS is exact; the unique index on (token_identity, slot) is its second lock. A
// client assertion is claimed by its own unique index.
// Conflicts on the own id are a retry whose first reply was lost: the claim is already ours, and says
// what the token that will be signed says.
const insertIf = (more: string): string => `
INSERT INTO decisions (id, at, outcome, grant_type, service_account_id, client_id, namespace_id,
  resource_server_id, audience, scope, token_jti, token_expires_at, policy_id, policy_version,
  claims, policies, token_identity, slot, remember_until, credential_id, assertion_identity,
  issuer, provenance)
SELECT ?1, ?2, 'issued', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
  ?24, ?25, ?26, ?27
WHERE (SELECT config_version + reach_version FROM namespaces WHERE id = ?19) = ?20
  AND (SELECT config_version FROM namespaces WHERE id = 'ns_root') = ?21
  AND EXISTS (SELECT 1 FROM signing_keys WHERE kid = ?22 AND state = 'active')
  AND (?23 IS NULL OR NOT EXISTS (SELECT 1 FROM decisions WHERE token_identity = ?16 AND id <> ?1
    AND (?23 = 'any_issue' OR (service_account_id = ?4 AND resource_server_id = ?7))))
  AND (?25 IS NULL OR NOT EXISTS (SELECT 1 FROM spent_assertions WHERE identity = ?25))
  ${more}
ON CONFLICT (id) DO UPDATE SET at = excluded.at, grant_type = excluded.grant_type,
  service_account_id = excluded.service_account_id, client_id = excluded.client_id,
  namespace_id = excluded.namespace_id, resource_server_id = excluded.resource_server_id,
  audience = excluded.audience, scope = excluded.scope, token_jti = excluded.token_jti,
  token_expires_at = excluded.token_expires_at, policy_id = excluded.policy_id,
  policy_version = excluded.policy_version, claims = excluded.claims,
  policies = excluded.policies, token_identity = excluded.token_identity, slot = excluded.slot,
  remember_until = excluded.remember_until, credential_id = excluded.credential_id,
  assertion_identity = excluded.assertion_identity, issuer = excluded.issuer,
  provenance = excluded.provenance
  WHERE outcome = 'issued'
ON CONFLICT DO NOTHING
RETURNING id`

const insert = insertIf('')
// A claim that asks again for itself was counted already.
const insertBelow = insertIf(`AND (EXISTS (SELECT 1 FROM decisions WHERE id = ?1)
    OR (SELECT issued FROM issue_counts WHERE tenant_id = ?19) < ?28)`)

/** The claim as a statement; below a ceiling only while the tenant's count is. */
export const claimStatement = (
  record: IssueRecord,
  conditions: ClaimConditions,
  ceiling?: number,
): Statement => ({
  sql: ceiling === undefined ? insert : insertBelow,
  args: [
    record.id,
    record.at,
    record.grantType,
    record.serviceAccountId,
    record.clientId,
    record.namespaceId,
    record.resourceServerId,
    record.audience,
    record.scope,
    record.tokenJti,
    record.tokenExpiresAt,
    record.policyId,
    record.policyVersion,
    record.claims,
    record.policies,
    record.tokenIdentity,
    record.slot,
    record.rememberUntil,
    conditions.tenantId,
    conditions.versions.tenant,
    conditions.versions.root,
    conditions.kid,
    conditions.spentBy,
    record.credentialId,
    record.assertionIdentity,
    record.issuer,
    record.provenance,
    ...(ceiling === undefined ? [] : [ceiling]),
  ],
})

/** Whatever else answers, only the row that was asked for is a claim. */
export const isClaimed = (rows: readonly Row[], { id }: IssueRecord): boolean =>
  rows.length === 1 && rows[0]?.id === id
