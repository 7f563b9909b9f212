import type { ConfigVersions } from '../../core/account-config.ts'
import type { Statement } from '../one-statement.ts'

/** What must still be true for a decision to be issued. */
export interface ClaimConditions {
  readonly tenantId: string
  readonly versions: ConfigVersions
  /** The key that will sign must still be the active one. */
  readonly kid: string
  /** What counts as spent for this token; null where nothing does. */
  readonly spentBy: 'any_issue' | 'same_target' | null
  /** Most tokens that the tenant is issued in a minute; null: any number. */
  readonly ceiling: number | null
}

/** What of a record the conditions are about. */
export interface Claimant {
  /** The request's own, so that a retry is known. */
  readonly id: string
  readonly serviceAccountId: string
  readonly resourceServerId: string
  readonly tokenIdentity: string | null
  /** The client assertion that is spent by this, if there was one. */
  readonly assertionIdentity: string | null
  /** The proof of possession that is spent by this, if there was one. */
  readonly proofIdentity: string | null
}

/**
 * That nothing changed since the configuration was read, and that nothing is spent. SQLite serialises
 * writers, hence NOT EXISTS is exact.
 */
export const stands = `(SELECT config_version + reach_version FROM namespaces WHERE id = ?2) = ?3
  AND (SELECT config_version FROM namespaces WHERE id = 'ns_root') = ?4
  AND EXISTS (SELECT 1 FROM signing_keys WHERE kid = ?5 AND state = 'active')
  AND (?6 IS NULL OR NOT EXISTS (SELECT 1 FROM decisions WHERE token_identity = ?7 AND id <> ?1
    AND (?6 = 'any_issue' OR (service_account_id = ?8 AND resource_server_id = ?9))))
  AND (?10 IS NULL OR NOT EXISTS (SELECT 1 FROM decisions
    WHERE assertion_identity = ?10 AND id <> ?1))
  AND (?10 IS NULL OR NOT EXISTS (SELECT 1 FROM spent_assertions WHERE identity = ?10))
  AND (?12 IS NULL OR NOT EXISTS (SELECT 1 FROM decisions
    WHERE proof_identity = ?12 AND id <> ?1))`

/** The parameters that every statement of a claim begins with: of `stands`; ?11 is the ceiling. */
export const conditionArgs = (
  claimant: Claimant,
  { tenantId, versions, kid, spentBy, ceiling }: ClaimConditions,
): Statement['args'] => [
  claimant.id,
  tenantId,
  versions.tenant,
  versions.root,
  kid,
  spentBy,
  claimant.tokenIdentity,
  claimant.serviceAccountId,
  claimant.resourceServerId,
  claimant.assertionIdentity,
  ceiling,
  claimant.proofIdentity,
]
