import type { JsonObject } from '../json.ts'
import type { AuthMethod } from '../service-account.ts'
import type { Acknowledgement, ReplayMode } from '../trust-policy.ts'

/** The kinds of objects that a document holds, in the order in which they build on each other. */
export const kinds = [
  'namespace',
  'resource_server',
  'role',
  'group',
  'issuer',
  'service_account',
  'trust_policy',
  'role_binding',
] as const
export type Kind = (typeof kinds)[number]

/** Names an account or a group wherever the document is read. */
export interface Ref {
  readonly namespace: string
  readonly name: string
}

/** Names a role: its name is its own only beside its API. */
export interface RoleRef extends Ref {
  /** The identifier of its API. */
  readonly resource_server: string
}

/** Who has a role. */
export interface Principal extends Ref {
  readonly type: 'service_account' | 'group'
}

/** The objects as a document has them: in the words of the API, by names instead of ids. */
export interface Entries {
  readonly namespace: {
    readonly path: string
    readonly kind: string
    readonly display_name: string | null
    readonly enabled: boolean
    readonly named_tokens_max_days: number | null
    readonly widening_needs_approval: boolean
  }
  readonly resource_server: {
    readonly namespace: string
    readonly identifier: string
    readonly name: string
    readonly permissions: readonly string[]
    readonly token_ttl_seconds: number
  }
  readonly role: RoleRef & {
    readonly display_name: string | null
    readonly permissions: readonly string[]
  }
  readonly group: Ref & {
    readonly display_name: string | null
    readonly members: readonly Ref[]
  }
  readonly issuer: {
    readonly namespace: string
    readonly issuer: string
    readonly name: string
    readonly preset: string | null
    readonly jwks_uri: string | null
    readonly jwks: JsonObject | null
    readonly algorithms: readonly string[]
    readonly max_token_age_seconds: number
    readonly replay: ReplayMode | null
    readonly enabled: boolean
  }
  readonly service_account: Ref & {
    readonly display_name: string | null
    readonly description: string | null
    readonly kind: 'workload' | 'person'
    readonly enabled: boolean
    readonly grant_types: readonly string[]
    /** Identifiers; null: no ceiling. */
    readonly resource_servers: readonly string[] | null
    readonly max_token_ttl_seconds: number | null
    readonly token_endpoint_auth_method: AuthMethod | null
    readonly client_credentials: { readonly enabled: boolean }
  }
  readonly trust_policy: {
    readonly service_account: Ref
    readonly name: string
    readonly issuer: string
    readonly audience: string
    readonly bound_claims: JsonObject
    readonly replay: ReplayMode | null
    readonly max_token_ttl_seconds: number | null
    readonly scope: readonly string[] | null
    readonly examples: {
      readonly accept: readonly JsonObject[]
      readonly reject: readonly JsonObject[]
    }
    readonly acknowledge: readonly Acknowledgement[]
    readonly enabled: boolean
    /** RFC 3339. */
    readonly expires_at: string | null
  }
  readonly role_binding: {
    readonly role: RoleRef
    readonly namespace: string
    readonly principal: Principal
  }
}
