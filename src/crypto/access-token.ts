import { readCompactJwt } from '../core/compact-jwt.ts'
import { isJsonObject, type Json, type JsonObject, member } from '../core/json.ts'
import { checkHeader } from '../core/jws-header.ts'
import { fitsAlgorithm } from '../core/public-jwk.ts'
import { err, ok, type Result } from '../core/result.ts'
import { signingAlgorithms } from '../core/signing-key.ts'
import { readKeySet } from './usable-keys.ts'
import { checkSignature } from './verify.ts'

/** What makes a token one of ours, for one API, now. Times in epoch seconds. */
export interface AccessTokenRules {
  readonly issuer: string
  readonly audience: string
  readonly now: number
}

const hasGoodClaims = (claims: JsonObject, rules: AccessTokenRules): boolean => {
  const expiresAt = member(claims, 'exp')
  return (
    member(claims, 'iss') === rules.issuer &&
    member(claims, 'aud') === rules.audience &&
    typeof expiresAt === 'number' &&
    typeof member(claims, 'client_id') === 'string'
  )
}

/**
 * Verifies an access token of ours (RFC 9068 §4): `typ`, algorithm, key id, signature, issuer,
 * audience, expiry. `expired` says that nothing else is wrong with it.
 */
export const verifyAccessToken = async (
  text: string,
  publicKeys: readonly Json[],
  rules: AccessTokenRules,
): Promise<Result<JsonObject, 'unknown_key' | 'invalid_token' | 'expired'>> => {
  const jwt = readCompactJwt(text)
  if (!jwt.ok) return err('invalid_token')
  const header = checkHeader(jwt.value.header, {
    algorithms: signingAlgorithms,
    types: ['at+jwt'],
    typeRequired: true,
  })
  if (!header.ok) return err('invalid_token')
  const { algorithm, kid } = header.value
  const keySet = readKeySet({ keys: publicKeys.filter(isJsonObject) })
  const key = keySet?.keys.find((candidate) => candidate.kid === kid)
  if (key === undefined) return err('unknown_key')
  if (!fitsAlgorithm(key, algorithm)) return err('invalid_token')
  if ((await checkSignature(text, key, algorithm)) !== undefined) return err('invalid_token')
  const claims = jwt.value.unverifiedClaims
  if (!hasGoodClaims(claims, rules)) return err('invalid_token')
  return Number(member(claims, 'exp')) > rules.now ? ok(claims) : err('expired')
}
