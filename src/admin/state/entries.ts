import type { JsonObject } from '../../core/json.ts'
import type { Entries, Ref, RoleRef } from '../../core/state/entry.ts'
import type { StateRows } from '../../store/state/state.ts'

type Row<Rows extends keyof StateRows> = StateRows[Rows] extends readonly (infer One)[]
  ? One
  : never

const utc = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1000).toISOString()

/** A namespace as a document has it. */
export const namespaceEntry = (row: Row<'namespaces'>): Entries['namespace'] => ({
  path: row.path,
  kind: row.kind,
  display_name: row.displayName,
  enabled: row.enabled,
  named_tokens_max_days: row.namedTokensMaxDays,
  widening_needs_approval: row.wideningNeedsApproval,
})

/** A resource server as a document has it. */
export const serverEntry = (row: Row<'servers'>): Entries['resource_server'] => ({
  namespace: row.namespacePath,
  identifier: row.identifier,
  name: row.name,
  permissions: row.permissions,
  token_ttl_seconds: row.tokenTtlSeconds,
})

/** A role as a document has it. */
export const roleEntry = (row: Row<'roles'>, identifier: string): Entries['role'] => ({
  namespace: row.namespacePath,
  name: row.name,
  resource_server: identifier,
  display_name: row.displayName,
  permissions: row.permissions,
})

/** A group as a document has it. */
export const groupEntry = (row: Row<'groups'>, members: readonly Ref[]): Entries['group'] => ({
  namespace: row.namespacePath,
  name: row.name,
  display_name: row.displayName,
  members,
})

/** An issuer as a document has it. */
export const issuerEntry = (row: Row<'issuers'>): Entries['issuer'] => ({
  namespace: row.namespacePath,
  issuer: row.issuer,
  name: row.name,
  preset: row.preset,
  jwks_uri: row.jwksUri,
  jwks: row.jwks as JsonObject | null,
  algorithms: row.algorithms,
  max_token_age_seconds: row.maxTokenAgeSeconds,
  replay: row.replay,
  enabled: row.enabled,
})

/** An account as a document has it; APIs that are gone are left out of its ceiling. */
export const accountEntry = (
  row: Row<'accounts'>,
  identifiers: ReadonlyMap<string, string>,
): Entries['service_account'] => ({
  namespace: row.namespacePath,
  name: row.name,
  display_name: row.displayName,
  description: row.description,
  kind: row.kind,
  enabled: row.enabled,
  grant_types: row.grantTypes,
  resource_servers: row.resourceServerIds?.flatMap((id) => identifiers.get(id) ?? []) ?? null,
  max_token_ttl_seconds: row.maxTokenTtlSeconds,
  token_endpoint_auth_method: row.authMethod,
  client_credentials: { enabled: row.clientCredentials },
})

/** A policy as a document has it, under a name that is its own in the account. */
export const policyEntry = (
  row: Row<'policies'>,
  named: { readonly account: Ref; readonly name: string },
): Entries['trust_policy'] => ({
  service_account: named.account,
  name: named.name,
  issuer: row.issuer,
  audience: row.audience,
  bound_claims: row.boundClaims as unknown as JsonObject,
  replay: row.replay,
  max_token_ttl_seconds: row.maxTokenTtlSeconds,
  scope: row.scope,
  examples: row.examples,
  acknowledge: row.acknowledge,
  enabled: row.enabled,
  expires_at: utc(row.expiresAt),
})

/** Who has a role, as a document has it. */
export const bindingEntry = (
  role: RoleRef,
  namespace: string,
  principal: Entries['role_binding']['principal'],
): Entries['role_binding'] => ({ role, namespace, principal })
