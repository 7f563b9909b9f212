import { err } from '../core/result.ts'
import { judgeOutsideToken } from './federation.ts'
import type { Grant } from './grant.ts'

/** JWT bearer grant (RFC 7523 §2.1): the same judgement as token exchange, in other words. */
export const jwtBearer: Grant = {
  type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
  refusedAs: 'invalid_grant',
  authenticates: false,
  prepare(context, request) {
    const token = request.parameters.get('assertion')
    if (token === undefined) return err({ reason: 'invalid_request', fault: 'missing_assertion' })
    return judgeOutsideToken(context, { request, token, grantType: jwtBearer.type })
  },
}
