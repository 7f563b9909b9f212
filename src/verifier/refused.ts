/** Every way not to be let in. */
export type RefusalReason =
  | 'no_token'
  | 'several_tokens'
  | 'malformed_token'
  | 'wrong_type'
  | 'wrong_algorithm'
  | 'unknown_key'
  | 'bad_signature'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'expired'
  | 'not_yet_valid'
  | 'missing_claim'
  | 'insufficient_scope'
  | 'wrong_namespace'
  | 'wrong_provenance'
  | 'keys_unavailable'

/** The error codes of RFC 6750 section 3.1; null where no token was presented, or nothing can be said. */
export type BearerError = 'invalid_request' | 'invalid_token' | 'insufficient_scope' | null

interface Meaning {
  readonly status: 400 | 401 | 403 | 503
  readonly error: BearerError
  /** Fixed text, safe to return: nothing of the request is reflected. */
  readonly says: string
}

const token = (says: string): Meaning => ({ status: 401, error: 'invalid_token', says })
const forbidden = (says: string): Meaning => ({ status: 403, error: 'insufficient_scope', says })

const meanings: Readonly<Record<RefusalReason, Meaning>> = {
  no_token: { status: 401, error: null, says: 'this API needs a Bearer token' },
  several_tokens: token('the request carries more than one token'),
  malformed_token: token('the token is not one of this issuer'),
  wrong_type: token('the token is not an access token'),
  wrong_algorithm: token('the token is signed with another algorithm'),
  unknown_key: token('the token is signed with a key that the issuer does not publish'),
  bad_signature: token('the signature of the token does not fit'),
  wrong_issuer: token('the token is of another issuer'),
  wrong_audience: token('the token is for another API'),
  expired: token('the token has expired'),
  not_yet_valid: token('the token is not valid yet'),
  missing_claim: token('the token lacks a claim that every access token has'),
  insufficient_scope: forbidden('the token lacks a scope'),
  wrong_namespace: forbidden('the token gives no such right in this namespace'),
  wrong_provenance: forbidden('the token was issued to another job than this needs'),
  keys_unavailable: { status: 503, error: null, says: 'the keys of the issuer are out of reach' },
}

/** Thrown when a request is not let in. `reason` is for logs, the rest makes the answer. */
export class Refused extends Error {
  readonly reason: RefusalReason
  readonly status: Meaning['status']
  readonly error: BearerError

  constructor(reason: RefusalReason) {
    const { status, error, says } = meanings[reason]
    super(says)
    this.name = 'Refused'
    this.reason = reason
    this.status = status
    this.error = error
  }
}
