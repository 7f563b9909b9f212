import type { Denial, RequestFault } from '../core/denial.ts'
import type { EarnedDetail } from '../core/earned-detail.ts'
import type { Unavailable } from '../core/unavailable.ts'

/** What leaves the token endpoint on a refusal: all that its caller may learn. */
export interface OAuthError {
  readonly status: 400 | 401 | 405 | 413 | 415 | 429 | 500 | 503
  readonly headers: Readonly<Record<string, string>>
  readonly body: {
    readonly error: string
    readonly error_description: string
    readonly decision_id: string
    readonly reason?: string
    readonly failed_claims?: readonly unknown[]
  }
}

const requestFaults: Readonly<Record<RequestFault, string>> = {
  missing_grant_type: 'grant_type is required',
  missing_client_id: 'client_id is required: it names the service account',
  missing_subject_token: 'subject_token is required',
  missing_assertion: 'assertion is required',
  missing_token: 'token is required',
  missing_pairing_code: 'pairing_code is required: whoever administers the account makes one',
  feed_audience: 'audience is required, once: the identifier of an API',
  subject_token_type:
    'subject_token_type must be urn:ietf:params:oauth:token-type:jwt, ...:id_token or ...:access_token',
  requested_token_type:
    'requested_token_type must be urn:ietf:params:oauth:token-type:access_token or ...:jwt',
  actor_token: 'actor_token is not supported',
  repeated_parameter: 'a parameter is repeated',
  query_parameter: 'parameters belong in the body, not in the query',
  too_many_parameters: 'at most 64 parameters are accepted',
  malformed_form: 'the body is not a form in UTF-8',
  two_credentials: 'send one client credential, not several',
  conflicting_client_id: 'client_id differs from the one that the client credential names',
  client_assertion_type:
    'client_assertion needs client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
}

const tooMany = {
  rate_limited: 'too many failed attempts',
  over_ceiling: 'the tenant has had all its tokens of this minute',
} as const

/** Faults of the HTTP request itself. */
const httpFaults = {
  405: 'use POST',
  413: 'the body is larger than 32 KiB',
  415: 'send application/x-www-form-urlencoded in UTF-8, without Content-Encoding',
} as const

const plain = (
  status: OAuthError['status'],
  error: string,
  description: string,
): Omit<OAuthError, 'body'> & { body: Omit<OAuthError['body'], 'decision_id'> } => ({
  status,
  headers: {},
  body: { error, error_description: description },
})

const challenge = { 'www-authenticate': 'Basic realm="gatehouse", charset="UTF-8"' }
const bearerChallenge = { 'www-authenticate': 'Bearer realm="gatehouse", error="invalid_token"' }

const withDetail = (refused: ReturnType<typeof plain>, earned: EarnedDetail | null) => {
  if (earned === null) return refused
  const { reason, failedClaims } = earned
  const detail = { reason, ...(failedClaims && { failed_claims: failedClaims }) }
  return { ...refused, body: { ...refused.body, ...detail } }
}

const ofDenial = (denial: Denial, refusedAs: 'invalid_request' | 'invalid_grant') => {
  switch (denial.reason) {
    case 'invalid_request':
      return plain(400, 'invalid_request', requestFaults[denial.fault])
    case 'unsupported_grant_type':
      return plain(400, 'unsupported_grant_type', 'this grant_type is not offered')
    case 'client_refused': {
      const refused = plain(401, 'invalid_client', 'client authentication failed')
      return { ...withDetail(refused, denial.earned), headers: challenge }
    }
    case 'invalid_dpop_proof':
      return plain(400, 'invalid_dpop_proof', 'the DPoP proof is not accepted for this request')
    case 'bearer_refused':
      return {
        ...plain(401, 'invalid_token', 'the bearer token is not accepted here'),
        headers: bearerChallenge,
      }
    case 'subject_token_refused':
      return withDetail(plain(400, refusedAs, 'subject token refused'), denial.earned)
    case 'invalid_target':
      return plain(400, 'invalid_target', 'no such API, or no role for it; name one as resource')
    case 'invalid_scope':
      return plain(400, 'invalid_scope', 'the scope is malformed or more than is granted')
    case 'unauthorized_client':
      return plain(400, 'unauthorized_client', 'this grant is not enabled for the account')
    case 'rate_limited':
    case 'over_ceiling':
      return {
        ...plain(429, 'temporarily_unavailable', tooMany[denial.reason]),
        headers: { 'retry-after': String(denial.retryAfterSeconds) },
      }
  }
}

/** A denial in the words of RFC 6749; `refusedAs` is the dialect of its grant. */
export const denialToWire = (
  denial: Denial,
  refusedAs: 'invalid_request' | 'invalid_grant',
  decisionId: string,
): OAuthError => {
  const wire = ofDenial(denial, refusedAs)
  return { ...wire, body: { ...wire.body, decision_id: decisionId } }
}

/** A fault of the HTTP request in the words of RFC 6749. */
export const httpFaultToWire = (
  status: keyof typeof httpFaults,
  decisionId: string,
): OAuthError => {
  const wire = plain(status, 'invalid_request', httpFaults[status])
  const headers: Record<string, string> = status === 405 ? { allow: 'POST' } : {}
  return { ...wire, headers, body: { ...wire.body, decision_id: decisionId } }
}

/** An outage: the caller may come back, and nothing was issued or spent. */
export const outageToWire = (outage: Unavailable | null, decisionId: string): OAuthError => {
  const wire = plain(503, 'temporarily_unavailable', 'a dependency is out of reach, try again')
  const headers = { 'retry-after': String(outage?.retryAfterSeconds ?? 30) }
  return { ...wire, headers, body: { ...wire.body, decision_id: decisionId } }
}
