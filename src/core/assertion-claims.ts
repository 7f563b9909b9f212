import { type ClaimFault, checkClaimSet, type TimeReason } from './claim-set.ts'
import { type Json, type JsonObject, member } from './json.ts'
import { maxAssertionSeconds } from './lifetime.ts'
import { err, ok, type Result } from './result.ts'

/** What is wrong with the claims of a client assertion. */
export type AssertionFault =
  | ClaimFault
  | TimeReason
  | 'jti_missing'
  | 'assertion_client'
  | 'assertion_audience'

/** What a client assertion must say; `now` in epoch seconds. */
export interface AssertionRules {
  readonly clientId: string
  readonly audience: string
  readonly now: number
}

// Sole audience, compared byte for byte (R19): with a second one, or a URL of ours that is merely
// like the issuer identifier, another server could have the assertion made for itself.
const isFor = (audience: Json | undefined, wanted: string): boolean =>
  audience === wanted ||
  (Array.isArray(audience) && audience.length === 1 && audience[0] === wanted)

/**
 * Checks the claims of a client assertion (RFC 7523 §3) whose signature has verified: the client
 * speaks for itself, to us alone, for at most five minutes, once.
 */
export const checkAssertionClaims = (
  claims: JsonObject,
  { clientId, audience, now }: AssertionRules,
): Result<{ readonly tokenId: string; readonly expiresAt: number }, AssertionFault> => {
  const checked = checkClaimSet(claims, {
    now,
    maxAgeSeconds: maxAssertionSeconds,
    maxLifetimeSeconds: maxAssertionSeconds,
    iatRequired: false,
  })
  if (!checked.ok) return checked
  if (member(claims, 'iss') !== clientId || member(claims, 'sub') !== clientId) {
    return err('assertion_client')
  }
  if (!isFor(member(claims, 'aud'), audience)) return err('assertion_audience')
  if (checked.value.timeReason !== null) return err(checked.value.timeReason)
  const tokenId = member(claims, 'jti')
  if (tokenId === undefined) return err('jti_missing')
  return ok({ tokenId: String(tokenId), expiresAt: Number(member(claims, 'exp')) })
}
