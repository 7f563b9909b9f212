import type { JsonObject } from './json.ts'
import type { ServiceAccount } from './service-account.ts'
import type { PolicyForEvaluation, ReplayMode } from './trust-policy.ts'

/** Where keys of an issuer come from, and what its tokens may be. */
export interface Issuer {
  readonly id: string
  readonly version: number
  readonly issuer: string
  readonly preset: string | null
  readonly jwksUri: string | null
  readonly jwks: JsonObject | null
  readonly algorithms: readonly string[]
  readonly maxTokenAgeSeconds: number
  readonly replay: ReplayMode | null
  readonly enabled: boolean
}

/** A stored policy as an exchange needs it. */
export interface AccountPolicy extends PolicyForEvaluation {
  readonly replay: ReplayMode | null
  readonly maxTokenTtlSeconds: number | null
  readonly scope: readonly string[] | null
  readonly enabled: boolean
  /** Epoch seconds. */
  readonly expiresAt: number | null
}

/**
 * A role bound to the account, or to a group that it is in: permissions of one resource server in a
 * namespace and below.
 */
export interface AccountBinding {
  readonly id: string
  /** The group through which the account has it; null: its own. */
  readonly groupId: string | null
  readonly roleId: string
  readonly resourceServerId: string
  readonly namespaceId: string
  readonly namespacePath: string
  readonly permissions: readonly string[]
  /** False where the namespace or one above it is suspended. */
  readonly enabled: boolean
}

/** An API that tokens are issued for. */
export interface ResourceServer {
  readonly id: string
  readonly identifier: string
  readonly namespacePath: string
  readonly tenantId: string
  readonly permissions: readonly string[]
  readonly tokenTtlSeconds: number
}

/** A live secret's digest, never the secret. */
export interface SecretDigest {
  readonly id: string
  readonly hash: string
  readonly pepperVersion: number
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

/** A public key that an account signs client assertions with (RFC 7523 §3). */
export interface AccountKey {
  readonly id: string
  readonly kid: string
  /** The one algorithm that it may be used with (R2). */
  readonly algorithm: string
  readonly jwk: JsonObject
  /** Null: our issuer identifier, as it should be. */
  readonly assertionAudience: string | null
  /** Epoch milliseconds; null: until it is deleted. */
  readonly expiresAt: number | null
}

/** A named token's digest, never the token. */
export interface NamedTokenDigest extends SecretDigest {
  /** The API that it is for, and no other. */
  readonly resourceServerId: string
}

/** The active signing key as stored: its private half is wrapped. */
export interface StoredSigningKey {
  readonly kid: string
  readonly algorithm: string
  readonly wrappedKey: string
}

/** Counters that every change of configuration moves; a claim checks them (semantics, section 6). */
export interface ConfigVersions {
  readonly tenant: number | null
  readonly root: number
}

/** Everything that decides what an account may get, as of one instant of the database. */
export interface AccountConfig {
  readonly account: ServiceAccount | null
  /** False where the account's namespace or one above it is suspended. */
  readonly namespaceEnabled: boolean
  readonly issuers: readonly Issuer[]
  /** Oldest first. */
  readonly policies: readonly AccountPolicy[]
  readonly bindings: readonly AccountBinding[]
  readonly resourceServers: readonly ResourceServer[]
  readonly secrets: readonly SecretDigest[]
  readonly keys: readonly AccountKey[]
  readonly namedTokens: readonly NamedTokenDigest[]
  readonly signingKey: StoredSigningKey | null
  readonly versions: ConfigVersions
}

/** The configuration of a client that is not ours, read with another's: nothing but our own part. */
export const ofNobody = ({ signingKey, versions }: AccountConfig): AccountConfig => ({
  account: null,
  namespaceEnabled: false,
  issuers: [],
  policies: [],
  bindings: [],
  resourceServers: [],
  secrets: [],
  keys: [],
  namedTokens: [],
  signingKey,
  versions: { tenant: null, root: versions.root },
})
