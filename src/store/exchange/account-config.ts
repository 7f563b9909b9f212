import {
  type AccountBinding,
  type AccountConfig,
  type AccountPolicy,
  ofNobody,
} from '../../core/account-config.ts'
import { replayModes } from '../../core/trust-policy.ts'
import { type Db, reach } from '../db.ts'
import type { Statement } from '../one-statement.ts'
import { selectAccountConfig } from './account-config-sql.ts'
import {
  readBinding,
  readIssuer,
  readResourceServer,
  readServiceAccount,
  readSigningKey,
  safeParse,
} from './config-rows.ts'
import { readKey, readNamedToken, readSecret } from './credential-rows.ts'

/** The format of stored policies that this code fully understands (AC-386). */
const knownFormat = 1

/** What is asked of the claims in the same round trip. */
export interface SpentQuery {
  /** Null where no outside token is asked about. */
  readonly tokenIdentity: string | null
  /** Null where no client assertion is asked about. */
  readonly assertionIdentity: string | null
  /** Null where no proof of possession is asked about. */
  readonly proofIdentity: string | null
  /** The decision whose own claim does not count. */
  readonly decisionId: string
  /** Null where any issue counts (`single_use`). */
  readonly target: { readonly serviceAccountId: string; readonly resourceServerId: string } | null
}

/** What a spent query came to. */
export interface Spent {
  readonly token: boolean
  readonly assertion: boolean
  readonly proof: boolean
}

const list = (text: unknown): Record<string, unknown>[] =>
  JSON.parse(String(text)) as Record<string, unknown>[]

// A row may come from a release that knows more: what is not fully understood matches nothing.
const isUnderstood = (row: Record<string, unknown>, scope: unknown): boolean =>
  (row.format as number) <= knownFormat &&
  (row.replay === null || replayModes.some((mode) => mode === row.replay)) &&
  (scope === null || (Array.isArray(scope) && scope.every((name) => typeof name === 'string')))

const readPolicy = (row: Record<string, unknown>): AccountPolicy => {
  const scope = safeParse(row.scope)
  const understood = isUnderstood(row, scope)
  return {
    id: row.id as string,
    version: row.version as number,
    name: row.name as string,
    issuer: row.issuer as string,
    audience: row.audience as string,
    boundClaims: understood ? safeParse(row.bound_claims) : undefined,
    replay: understood ? (row.replay as AccountPolicy['replay']) : null,
    maxTokenTtlSeconds: row.max_token_ttl_seconds as number | null,
    scope: understood ? (scope as readonly string[] | null) : null,
    enabled: row.enabled === 1,
    expiresAt: row.expires_at as number | null,
  }
}

// Told once for each role: a long list, and a role may be bound in many places.
const readBindings = (row: Record<string, unknown>): AccountBinding[] => {
  const roles = JSON.parse(String(row.role_permissions)) as Record<string, string>
  const permissions = new Map(
    Object.entries(roles).map(([id, text]) => [id, JSON.parse(text) as readonly string[]]),
  )
  return list(row.bindings).map((binding) =>
    readBinding(binding, permissions.get(binding.role_id as string) ?? []),
  )
}

const statement = (clientId: string, spent: SpentQuery | null): Statement => ({
  sql: selectAccountConfig,
  args: [
    clientId,
    spent?.tokenIdentity ?? null,
    spent?.decisionId ?? null,
    spent?.target?.serviceAccountId ?? null,
    spent?.target?.resourceServerId ?? null,
    spent?.assertionIdentity ?? null,
    spent?.proofIdentity ?? null,
  ],
})

/**
 * Reads everything that decides what a client id may get, in one round trip; a client id that is
 * not ours costs the same, and as much time (R17). `spent` says whether the token asked about was already exchanged.
 */
export const readAccountConfig = async (
  db: Db,
  clientId: string,
  spent: SpentQuery | null,
): Promise<{
  readonly config: AccountConfig
  readonly spent: Spent
  /** Characters of the rows it was read from. */
  readonly weight: number
}> =>
  reach(db, async () => {
    const [row] = (await db.run(statement(clientId, spent))) as [Record<string, unknown>]
    const read: AccountConfig = {
      account: row.account === null ? null : readServiceAccount(JSON.parse(String(row.account))),
      namespaceEnabled: row.namespace_enabled === 1,
      issuers: list(row.issuers).map(readIssuer),
      policies: list(row.policies).map(readPolicy),
      bindings: readBindings(row),
      resourceServers: list(row.resource_servers).map(readResourceServer),
      secrets: list(row.secrets).map(readSecret),
      keys: list(row.keys).map(readKey),
      namedTokens: list(row.named_tokens).map(readNamedToken),
      signingKey: readSigningKey(row.signing_key),
      versions: {
        tenant: row.tenant_version as number | null,
        root: row.root_version as number,
      },
    }
    const config = read.account?.clientId === clientId ? read : ofNobody(read)
    const weight = Object.values(row).reduce<number>((sum, text) => sum + String(text).length, 0)
    const told = {
      token: row.spent === 1,
      assertion: row.assertion_spent === 1,
      proof: row.proof_spent === 1,
    }
    return { config, spent: told, weight }
  })
