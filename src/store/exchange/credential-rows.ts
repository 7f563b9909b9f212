import type { AccountKey, NamedTokenDigest, SecretDigest } from '../../core/account-config.ts'

/** The digest of a client secret, from a row of snake_case members. */
export const readSecret = (row: Record<string, unknown>): SecretDigest => ({
  id: row.id as string,
  hash: row.hash as string,
  pepperVersion: row.pepper_version as number,
  expiresAt: row.expires_at as number,
})

/** A public key, likewise. */
export const readKey = (row: Record<string, unknown>): AccountKey => ({
  id: row.id as string,
  kid: row.kid as string,
  algorithm: row.algorithm as string,
  jwk: JSON.parse(row.jwk as string),
  assertionAudience: row.assertion_audience as string | null,
  expiresAt: row.expires_at as number | null,
})

/** The digest of a named token, likewise. */
export const readNamedToken = (row: Record<string, unknown>): NamedTokenDigest => ({
  ...readSecret(row),
  resourceServerId: row.resource_server_id as string,
})
