import type { JsonObject } from '../core/json.ts'

/** Where a token gives rights, and which (RFC 9396). */
export interface NamespaceGrant {
  /** A path like `/acme/payments`; the rights hold there and below. */
  readonly namespace: string
  readonly actions: readonly string[]
}

/** What a token can say of the CI job that got it, under names that all platforms share. */
export const provenanceFacts = [
  'provider',
  'repository',
  'repository_id',
  'owner',
  'owner_id',
  'ref',
  'sha',
  'workflow',
  'environment',
  'event',
  'run_id',
  'run_url',
] as const

/** Which CI job got the token, as far as its platform says. */
export type Provenance = { readonly [Fact in (typeof provenanceFacts)[number]]?: string }

/** Who is calling, as a verified token says. */
export interface Principal {
  /** The service account: `sa_…`. Never changes. */
  readonly serviceAccount: string
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly grants: readonly NamespaceGrant[]
  /** Null unless the token came from a federated login. */
  readonly provenance: Provenance | null
  /** The CI token's own issuer and subject; null unless federated. */
  readonly actor: { readonly iss: string; readonly sub: string } | null
  /** The trust policy that let the job in: `tp_…@version`; null unless federated. */
  readonly policy: string | null
  /** Opens the story of the exchange to an admin; null unless federated. */
  readonly decisionId: string | null
  readonly tokenId: string
  /** Epoch seconds. */
  readonly issuedAt: number
  /** Epoch seconds. */
  readonly expiresAt: number
  /** When it was looked at, by the verifier's clock: epoch seconds. */
  readonly verifiedAt: number
  /** All claims of the token. */
  readonly claims: JsonObject
}
