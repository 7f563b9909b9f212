import type { Context } from '../context.ts'
import type { AccountConfig, AccountPolicy, ResourceServer } from '../core/account-config.ts'
import type { ClientAssertion } from '../core/client-assertion.ts'
import { type Denial, type SubjectFault, subjectRefused } from '../core/denial.ts'
import type { JsonObject } from '../core/json.ts'
import { err, type Result } from '../core/result.ts'
import type { GrantType, ServiceAccount } from '../core/service-account.ts'
import type { Holdings, Wanted } from '../core/target.ts'
import type { Trace } from '../core/trace.ts'
import type { ReplayMode } from '../core/trust-policy.ts'

/** How a caller proves to be a client, as the door read it. */
export type ClientCredential =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'secret'
      readonly secret: string
      readonly method: 'client_secret_basic' | 'client_secret_post'
    }
  | ClientAssertion
  | { readonly kind: 'malformed' }

/** A token request as the door parsed it. Empty parameters are absent ones (RFC 6749 §3.2). */
export interface TokenRequest {
  readonly grantType: string
  readonly clientId: string | null
  readonly credential: ClientCredential
  readonly wanted: Wanted
  /** A proof of possession, and what it has to be for; null where none was sent. */
  readonly dpop: { readonly proof: string; readonly method: string; readonly url: string } | null
  readonly parameters: ReadonlyMap<string, string>
}

/** What a signature has proven, and what the trust policies made of an outside token. */
export interface Evidence {
  readonly account: ServiceAccount
  readonly claims: JsonObject
  readonly traces: readonly Trace[]
  /** Where an outside token comes from; null for an assertion that the client made itself. */
  readonly origin: Origin | null
}

/** What an outside token says of where it comes from. */
export interface Origin {
  readonly issuer: string
  readonly provenance: JsonObject
}

/** A refusal on its way out; with evidence it becomes a stored decision. */
export interface Refused {
  readonly denial: Denial
  readonly evidence: Evidence | null
}

/** An outside token that a policy accepted. */
export interface Federated extends Evidence {
  readonly origin: Origin
  readonly subject: string
  readonly policy: AccountPolicy
  readonly replay: ReplayMode
  readonly tokenIdentity: string
  /** What the edge remembers this use by; null where uses are not remembered. */
  readonly edgeKey: string | null
  readonly seenAtEdge: boolean
  /** Epoch seconds. */
  readonly expiresAt: number
  /** Says the refusal of this token as spent, in the words its caller has earned. */
  readonly reused: () => Denial
}

/** A secret, key or named token of ours that was presented and found good. */
export interface UsedCredential {
  readonly id: string
  /** The digest of its value; null for a key. */
  readonly hash: string | null
  /** Epoch milliseconds; null: it does not expire. */
  readonly expiresAt: number | null
}

/** How a client proved who it is. */
export interface Proof {
  /** Null where it did not have to: its outside token speaks for itself. */
  readonly credential: UsedCredential | null
  /** The client assertion that is spent on this. */
  readonly assertion: ProvenAssertion | null
}

/** A client assertion whose signature and claims are good. */
export interface ProvenAssertion {
  readonly identity: string
  /** Epoch seconds. */
  readonly expiresAt: number
  readonly claims: JsonObject
}

/** Everything an access token will say, decided; nothing is spent or signed yet. */
export interface Authorization {
  readonly account: ServiceAccount
  readonly target: ResourceServer
  readonly granted: Holdings
  readonly federated: Federated | null
  /** The named token that was exchanged, if it was one. */
  readonly namedToken: UsedCredential | null
}

/** Judges one request against a configuration. Called again when the configuration has changed. */
export type Judge = (config: AccountConfig) => Promise<Result<Authorization, Refused>>

/** A way to obtain a token. The phases that all grants share belong to `answer.ts`. */
export interface Grant {
  readonly type: GrantType
  /** The OAuth error for an outside token that is not accepted; where two RFCs disagree. */
  readonly refusedAs: 'invalid_request' | 'invalid_grant'
  /** Whether a client must authenticate, or its token speaks for itself. */
  readonly authenticates: boolean
  /** Reads the grant's own parameters, without I/O. */
  readonly prepare: (context: Context, request: TokenRequest) => Result<Judge, Denial>
}

/** What a client assertion has proven of its sender, whatever its request comes to. */
export const evidenceOf = ({ account }: AccountConfig, { assertion }: Proof): Evidence | null =>
  account === null || assertion === null
    ? null
    : { account, claims: assertion.claims, traces: [], origin: null }

/** A subject token on its way through the rooms: an outside one, or a named one of ours. */
export interface Presented {
  readonly request: TokenRequest
  readonly token: string
  readonly grantType: GrantType
}

/** A refusal about which nothing is stored. */
export const refusal = (denial: Denial): Refused => ({ denial, evidence: null })

/** A refused subject token that has proven nothing, and so leaves no state behind (R36). */
export const unprovenToken = (fault: SubjectFault): Result<never, Refused> =>
  err(refusal(subjectRefused(fault)))
