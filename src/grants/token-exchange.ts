import type { Denial, RequestFault } from '../core/denial.ts'
import { err, type Result } from '../core/result.ts'
import { judgeOutsideToken } from './federation.ts'
import type { Grant } from './grant.ts'
import { judgeNamedToken } from './named-token.ts'

const outsideTokenTypes = [
  'urn:ietf:params:oauth:token-type:jwt',
  'urn:ietf:params:oauth:token-type:id_token',
]

/** The type of what this endpoint issues (RFC 8693 §3). */
export const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token'
const requestedTokenTypes = [accessTokenType, 'urn:ietf:params:oauth:token-type:jwt']

const fault = (name: RequestFault): Result<never, Denial> =>
  err({ reason: 'invalid_request', fault: name })

/** Token exchange (RFC 8693): an outside token, or a named one, for a short one of ours. */
export const tokenExchange: Grant = {
  type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  refusedAs: 'invalid_request',
  authenticates: false,
  prepare(context, request) {
    const { parameters } = request
    const token = parameters.get('subject_token')
    const type = parameters.get('subject_token_type')
    const requested = parameters.get('requested_token_type')
    if (parameters.has('actor_token') || parameters.has('actor_token_type')) {
      return fault('actor_token')
    }
    if (token === undefined) return fault('missing_subject_token')
    const isOutside = type !== undefined && outsideTokenTypes.includes(type)
    if (!isOutside && type !== accessTokenType) return fault('subject_token_type')
    if (requested !== undefined && !requestedTokenTypes.includes(requested)) {
      return fault('requested_token_type')
    }
    const presented = { request, token, grantType: tokenExchange.type }
    return isOutside ? judgeOutsideToken(context, presented) : judgeNamedToken(context, presented)
  },
}
