import type { JsonObject } from '../core/json.ts'

/** Where a token gives rights, and which (RFC 9396). */
export interface NamespaceGrant {
  /** A path like `/acme/payments`; the rights hold there and below. */
  readonly namespace: string
  readonly actions: readonly string[]
}

/** Which CI job got the token: verified claims under names that all platforms share. */
export interface Provenance {
  readonly provider?: string
  readonly repository?: string
  readonly repository_id?: string
  readonly owner?: string
  readonly owner_id?: string
  readonly ref?: string
  readonly sha?: string
  readonly workflow?: string
  readonly environment?: string
  readonly event?: string
  readonly run_id?: string
  readonly run_url?: string
}

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
  /** All claims of the token. */
  readonly claims: JsonObject
}
