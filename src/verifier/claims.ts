import { type JsonObject, member } from '../core/json.ts'
import type { EssentialClaims } from './principal-of.ts'
import { Refused } from './refused.ts'

/** What makes claims those of a good token of one API, now. Time in epoch seconds. */
export interface TokenRules {
  readonly issuer: string
  readonly audience: string
  readonly now: number
}

const skewSeconds = 30
const maxTextLength = 1024

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= maxTextLength

const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0

/** Checks the claims of an access token (RFC 9068 §4), whether or not its signature was checked yet. */
export const checkClaims = (claims: JsonObject, rules: TokenRules): EssentialClaims => {
  if (member(claims, 'iss') !== rules.issuer) throw new Refused('wrong_issuer')
  // A string: among several audiences each could use the token at the others.
  if (member(claims, 'aud') !== rules.audience) throw new Refused('wrong_audience')
  const [exp, iat, nbf] = ['exp', 'iat', 'nbf'].map((name) => member(claims, name))
  const [sub, client_id, jti] = ['sub', 'client_id', 'jti'].map((name) => member(claims, name))
  if (!isTime(exp) || !isTime(iat)) throw new Refused('missing_claim')
  if (!isText(sub) || !isText(client_id) || !isText(jti)) throw new Refused('missing_claim')
  if (iat >= exp) throw new Refused('malformed_token')
  if (rules.now >= exp + skewSeconds) throw new Refused('expired')
  if (iat > rules.now + skewSeconds) throw new Refused('not_yet_valid')
  if (nbf !== undefined && !(isTime(nbf) && nbf <= rules.now + skewSeconds)) {
    throw new Refused('not_yet_valid')
  }
  return { sub, client_id, jti, iat, exp }
}
