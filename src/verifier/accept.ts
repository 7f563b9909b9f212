import { readCompactJwt } from '../core/compact-jwt.ts'
import type { JsonObject } from '../core/json.ts'
import { isNamedToken } from '../core/secret-text.ts'
import { checkClaims } from './claims.ts'
import { keySetOf } from './gateway/key-set.ts'
import { keepPublished } from './gateway/published.ts'
import type { Surroundings } from './gateway/published-load.ts'
import { type Introspect, introspector } from './introspection/introspector.ts'
import type { VerifierOptions } from './options.ts'
import type { Lifetime } from './presented.ts'
import type { EssentialClaims } from './principal-of.ts'
import { Refused } from './refused.ts'
import { feedCheck } from './revocations.ts'
import { prover, readHeader } from './signed.ts'

/** What a good token says. */
export interface Accepted {
  readonly claims: JsonObject
  readonly essential: EssentialClaims
}

interface Moment {
  /** Epoch seconds. */
  readonly now: number
  readonly lifetime: Lifetime | undefined
}

/** Says what a token means, or throws `Refused`. */
export type Accept = (token: string, moment: Moment) => Promise<Accepted>

// Cheap before dear: shape, strict JSON, header, claims, key, signature, revocation.
const acceptSigned = (
  options: VerifierOptions,
  surroundings: Surroundings,
  introspect: Introspect | null,
): Accept => {
  const { issuer, audience, keys, revocation } = options
  const prove = prover(keepPublished(keySetOf(issuer), surroundings), keys, surroundings.now)
  const isRevoked =
    typeof revocation === 'object' ? feedCheck(revocation, surroundings, prove) : null
  const asks = revocation === 'introspection' ? introspect : null
  return async (token, { now, lifetime }) => {
    const jwt = readCompactJwt(token)
    if (!jwt.ok) throw new Refused('malformed_token')
    const { header, unverifiedClaims: claims } = jwt.value
    const signed = readHeader(token, header, 'at+jwt')
    const essential = checkClaims(claims, { issuer, audience, now })
    await prove(signed, lifetime)
    await isRevoked?.({ kid: signed.kid, claims, essential }, lifetime)
    await asks?.(token, 'signed')
    return { claims, essential }
  }
}

const acceptNamed =
  ({ issuer, audience }: VerifierOptions, introspect: Introspect | null): Accept =>
  async (token, { now }) => {
    // Before anything is asked: what has no checksum of ours costs nobody a call.
    if (!isNamedToken(token)) throw new Refused('malformed_token')
    if (introspect === null) throw new Refused('named_token')
    const claims = await introspect(token, 'named')
    return { claims, essential: checkClaims(claims, { issuer, audience, now }) }
  }

/** Makes what tells good tokens from others: signed ones, and named ones where they are asked about. */
export const accepter = (options: VerifierOptions, surroundings: Surroundings): Accept => {
  const { introspection } = options
  const introspect = introspection === undefined ? null : introspector(introspection, surroundings)
  const signed = acceptSigned(options, surroundings, introspect)
  const named = acceptNamed(options, introspect)
  return (token, moment) => (token.startsWith('gtht_') ? named : signed)(token, moment)
}
