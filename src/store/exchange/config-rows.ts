import type {
  AccountBinding,
  Issuer,
  ResourceServer,
  StoredSigningKey,
} from '../../core/account-config.ts'
import { isJsonObject } from '../../core/json.ts'
import type { ServiceAccount } from '../../core/service-account.ts'

/** Parses stored JSON; what does not parse becomes undefined, and undefined matches nothing. */
export const safeParse = (text: unknown): unknown => {
  if (text === null) return null
  try {
    return JSON.parse(String(text))
  } catch {
    return undefined
  }
}

const ceilingOf = (ids: unknown): readonly string[] | null =>
  ids === null ? null : Array.isArray(ids) ? ids.map(String) : []

/** A service account from a row of snake_case members. */
export const readServiceAccount = (row: Record<string, unknown>): ServiceAccount => ({
  id: row.id as string,
  clientId: row.client_id as string,
  namespaceId: row.namespace_id as string,
  namespacePath: row.path as string,
  tenantId: row.tenant_id as string,
  name: row.name as string,
  enabled: row.enabled === 1,
  grantTypes: JSON.parse(row.grant_types as string),
  // A ceiling that cannot be read lets nothing through.
  resourceServerIds: ceilingOf(safeParse(row.resource_server_ids)),
  maxTokenTtlSeconds: row.max_token_ttl_seconds as number | null,
  clientCredentials: row.client_credentials === 1,
  authMethod: row.auth_method as ServiceAccount['authMethod'],
})

/** A binding from a row of snake_case members, and the permissions of its role. */
export const readBinding = (
  row: Record<string, unknown>,
  permissions: readonly string[],
): AccountBinding => ({
  id: row.id as string,
  groupId: row.group_id as string | null,
  roleId: row.role_id as string,
  resourceServerId: row.resource_server_id as string,
  namespaceId: row.namespace_id as string,
  namespacePath: row.path as string,
  permissions,
  enabled: row.enabled === 1,
})

/** A resource server from a row of snake_case members. */
export const readResourceServer = (row: Record<string, unknown>): ResourceServer => ({
  id: row.id as string,
  identifier: row.identifier as string,
  namespacePath: row.path as string,
  tenantId: row.tenant_id as string,
  permissions: JSON.parse(row.permissions as string),
  tokenTtlSeconds: row.token_ttl_seconds as number,
})

/** An issuer from a row of snake_case members. */
export const readIssuer = (row: Record<string, unknown>): Issuer => {
  const jwks = safeParse(row.jwks)
  // Inline keys that cannot be read must not be replaced by keys from the network.
  const readable = jwks === null || isJsonObject(jwks)
  return {
    id: row.id as string,
    version: row.version as number,
    issuer: row.issuer as string,
    preset: row.preset as string | null,
    jwksUri: row.jwks_uri as string | null,
    jwks: readable ? jwks : {},
    algorithms: JSON.parse(row.algorithms as string),
    maxTokenAgeSeconds: row.max_token_age_seconds as number,
    replay: row.replay as Issuer['replay'],
    enabled: readable && row.enabled === 1,
  }
}

/** The active signing key from the JSON text of a row; null when there is none. */
export const readSigningKey = (text: unknown): StoredSigningKey | null => {
  if (text === null) return null
  const row = JSON.parse(String(text))
  return { kid: row.kid, algorithm: row.algorithm, wrappedKey: row.wrapped_key }
}
