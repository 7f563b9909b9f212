import { type Db, reach } from '../db.ts'

/** A refusal as it is kept: only of tokens whose signature had verified. Times in milliseconds. */
export interface RefusalRecord {
  readonly id: string
  readonly at: number
  readonly reason: string
  readonly grantType: string
  readonly serviceAccountId: string
  readonly clientId: string
  readonly namespaceId: string
  readonly tenantId: string
  readonly claims: string
  readonly policies: string
  /** The outside token's, where it was one. */
  readonly issuer: string | null
  /** JSON text. */
  readonly provenance: string | null
  /** Whether the caller was told a reason: then the admin must find the story. */
  readonly told: boolean
}

const windowMs = 60_000
const maxPerWindow = 60

/**
 * Records a refusal. Those that told their caller nothing are kept at most 60 a minute and account:
 * whoever has a CI account can have tokens signed, and must not crowd out the account's own. Those
 * left out are counted, and the next record says how many they were.
 */
export const recordRefusal = async (db: Db, record: RefusalRecord): Promise<void> => {
  const insert = {
    sql: `INSERT INTO decisions (id, at, outcome, reason, grant_type, service_account_id, client_id,
        namespace_id, claims, policies, told, tenant_id, issuer, provenance, omitted)
      SELECT ?1, ?2, 'refused', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?12, ?13, ?14, ?15,
        coalesce((SELECT omitted FROM omitted_decisions WHERE service_account_id = ?5), 0)
      WHERE ?12 OR (SELECT count(*) FROM decisions WHERE service_account_id = ?5 AND at > ?10
        AND outcome = 'refused' AND told = 0) < ?11`,
    args: [
      record.id,
      record.at,
      record.reason,
      record.grantType,
      record.serviceAccountId,
      record.clientId,
      record.namespaceId,
      record.claims,
      record.policies,
      record.at - windowMs,
      maxPerWindow,
      record.told,
      record.tenantId,
      record.issuer,
      record.provenance,
    ],
  }
  const count = {
    sql: `INSERT INTO omitted_decisions (service_account_id, omitted)
      SELECT ?1, NOT EXISTS (SELECT 1 FROM decisions WHERE id = ?2) WHERE true
      ON CONFLICT (service_account_id) DO UPDATE SET
        omitted = CASE WHEN excluded.omitted = 1 THEN omitted + 1 ELSE 0 END`,
    args: [record.serviceAccountId, record.id],
  }
  await reach(db, () => db.client.batch([insert, count], 'write'))
}
