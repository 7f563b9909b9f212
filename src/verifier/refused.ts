import type { ProofFault } from '../core/dpop.ts'

/** Every way not to be let in. */
export type RefusalReason =
  | 'no_token'
  | 'several_tokens'
  | 'malformed_token'
  | 'wrong_type'
  | 'wrong_algorithm'
  | 'critical_header'
  | 'unknown_key'
  | 'bad_signature'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'expired'
  | 'not_yet_valid'
  | 'missing_claim'
  | 'bound_token'
  | 'unbound_token'
  | 'other_key'
  | 'proof_missing'
  | ProofFault
  | 'named_token'
  | 'revoked'
  | 'inactive_token'
  | 'too_old'
  | 'insufficient_scope'
  | 'wrong_namespace'
  | 'wrong_provenance'
  | 'wrong_ci_issuer'
  | 'wrong_policy'
  | 'keys_unavailable'
  | 'revocations_unavailable'
  | 'introspection_unavailable'
  | 'proofs_unavailable'

/** The error codes of RFC 6750 §3.1 and RFC 9449 §7.1; null where no token was presented, or nothing is known of it. */
export type BearerError =
  | 'invalid_request'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_dpop_proof'
  | null

interface Meaning {
  readonly status: 400 | 401 | 403 | 503
  readonly error: BearerError
  /** Fixed text, safe to return: nothing of the request is reflected. */
  readonly says: string
}

const token = (says: string): Meaning => ({ status: 401, error: 'invalid_token', says })
const forbidden = (says: string): Meaning => ({ status: 403, error: 'insufficient_scope', says })
const unavailable = (says: string): Meaning => ({ status: 503, error: null, says })

const badProof: Meaning = {
  status: 401,
  error: 'invalid_dpop_proof',
  says: 'the DPoP proof is not accepted for this request',
}

const meanings: Readonly<Record<Exclude<RefusalReason, ProofFault>, Meaning>> = {
  no_token: { status: 401, error: null, says: 'this API needs a Bearer token' },
  several_tokens: token('the request carries more than one token'),
  malformed_token: token('the token is not well-formed'),
  wrong_type: token('the token is not an access token'),
  wrong_algorithm: token('the token is signed with another algorithm'),
  critical_header: token('the token has a header member that nobody here understands'),
  unknown_key: token('the token is signed with a key that the issuer does not publish'),
  bad_signature: token('the signature of the token does not fit'),
  wrong_issuer: token('the token is of another issuer'),
  wrong_audience: token('the token is for another API'),
  expired: token('the token has expired'),
  not_yet_valid: token('the token is not valid yet'),
  missing_claim: token('the token lacks a claim that every access token has'),
  bound_token: token('the token is bound to a key, and is no Bearer token'),
  unbound_token: token('DPoP needs a token that is bound to a key'),
  other_key: token('the token is bound to another key than the one that signed the proof'),
  proof_missing: { ...badProof, says: 'the token is bound to a key: send a DPoP proof of it' },
  named_token: token('this API takes no named tokens: exchange it for an access token first'),
  revoked: token('the token was revoked'),
  inactive_token: token('the issuer says that the token is not good'),
  too_old: token('the token was issued longer ago than this allows'),
  insufficient_scope: forbidden('the token lacks a scope'),
  wrong_namespace: forbidden('the token gives no such right in this namespace'),
  wrong_provenance: forbidden('the token was issued to another job than this needs'),
  wrong_ci_issuer: forbidden(
    'the job comes from a CI issuer that this does not name, and that is not the public one',
  ),
  wrong_policy: forbidden('the token was issued by another trust policy than this needs'),
  keys_unavailable: unavailable('the keys of the issuer are out of reach'),
  revocations_unavailable: unavailable('what the issuer has revoked is out of reach'),
  proofs_unavailable: unavailable('which proofs were used before cannot be known now'),
  introspection_unavailable: unavailable('the issuer cannot be asked about the token'),
}

const isMeant = (reason: RefusalReason): reason is keyof typeof meanings =>
  Object.hasOwn(meanings, reason)

/** What a refusal adds to its reason. */
export interface RefusalDetails {
  /** The scopes that would have been enough, for the challenge. */
  readonly scopes?: readonly string[]
  /** When to come back: of a 503. */
  readonly retryAfterSeconds?: number
}

const retryAfterSeconds = 5

/** Thrown when a request is not let in. `reason` is for logs, the rest makes the answer. */
export class Refused extends Error {
  readonly reason: RefusalReason
  readonly status: Meaning['status']
  readonly error: BearerError
  readonly scopes: readonly string[]
  /** Null unless trying again may help. */
  readonly retryAfterSeconds: number | null

  constructor(reason: RefusalReason, details: RefusalDetails = {}) {
    const { status, error, says } = isMeant(reason) ? meanings[reason] : badProof
    super(says)
    this.name = 'Refused'
    this.reason = reason
    this.status = status
    this.error = error
    this.scopes = details.scopes ?? []
    this.retryAfterSeconds =
      status === 503 ? (details.retryAfterSeconds ?? retryAfterSeconds) : null
  }
}
