import { sql } from 'drizzle-orm'
import type { UnverifiedIssued } from '../../core/issued-token.ts'
import type { Json } from '../../core/json.ts'
import { rootNamespaceId } from '../../core/namespace.ts'
import { clockMarginSeconds } from '../../core/revocation.ts'
import { type Db, reach } from '../db.ts'
import { isMarked } from '../revoking/marks.ts'

/** What decides now whether a token of ours is still good, beside its signature and its times. */
export interface Standing {
  /** The public keys that may have signed it, newest first. */
  readonly publicKeys: readonly Json[]
  readonly revoked: boolean
  /** Whether the account is there and enabled, and its namespace with all above. */
  readonly accountLives: boolean
  /** The namespace of the API that it is for; null when there is none, or only a namesake. */
  readonly serverPath: string | null
  /** The namespaces that are suspended, each with all below it. */
  readonly suspended: readonly string[]
}

interface Row {
  readonly public_keys: string
  readonly revoked: number
  readonly account_lives: number | null
  readonly server_path: string | null
  readonly suspended: string
}

const standingOf = ({ kid, jti, accountId, audience, policyId, issuedAt }: UnverifiedIssued) => {
  const marked = isMarked({
    audience: sql`${audience}`,
    account: sql`${accountId}`,
    policy: sql`${policyId}`,
    jti: sql`${jti}`,
    issuedAt: sql`${issuedAt}`,
  })
  // Identifiers of deleted APIs may be taken by others, and marks do not last for ever. An account
  // gets tokens for APIs of its tenant and of `/` alone, and none before they are there.
  const own = sql`n.tenant_id IN (${rootNamespaceId}, (SELECT tenant_id FROM service_accounts
      WHERE id = ${accountId})) AND s.created_at <= ${(issuedAt + clockMarginSeconds) * 1000}`
  return sql`WITH RECURSIVE line (parent_id, enabled) AS (
      SELECT n.parent_id, a.enabled AND n.enabled
      FROM service_accounts a JOIN namespaces n ON n.id = a.namespace_id WHERE a.id = ${accountId}
      UNION ALL
      SELECT p.parent_id, p.enabled FROM line l JOIN namespaces p ON p.id = l.parent_id
    )
    SELECT (SELECT json_group_array(json(public_jwk))
        FROM (SELECT public_jwk FROM signing_keys ORDER BY created_at DESC, kid)) AS public_keys,
      (${marked} OR EXISTS (SELECT 1 FROM revocations
        WHERE audience = '' AND kind = 'key' AND value = ${kid})) AS revoked,
      (SELECT min(enabled) FROM line) AS account_lives,
      (SELECT n.path FROM resource_servers s JOIN namespaces n ON n.id = s.namespace_id
        WHERE s.identifier = ${audience} AND ${own}) AS server_path,
      (SELECT json_group_array(path) FROM namespaces WHERE enabled = 0) AS suspended`
}

/** Reads the standing of a token of ours, in one round trip and never from a cache. */
export const readStanding = (db: Db, token: UnverifiedIssued): Promise<Standing> =>
  reach(db, async () => {
    const row = await db.orm.get<Row>(standingOf(token))
    return {
      publicKeys: JSON.parse(row.public_keys) as Json[],
      revoked: row.revoked === 1,
      accountLives: row.account_lives === 1,
      serverPath: row.server_path,
      suspended: JSON.parse(row.suspended) as string[],
    }
  })
