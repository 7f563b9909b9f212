import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { JsonObject } from '../core/json.ts'
import { checkOptions } from './check-options.ts'
import { credentialOf } from './credential.ts'
import type { VerifierOptions } from './options.ts'
import { checkPossession } from './possession.ts'
import type { Lifetime, Presented } from './presented.ts'
import type { Principal } from './principal.ts'
import { type EssentialClaims, principalOf } from './principal-of.ts'
import { type ProtectedResource, protectedResource } from './protected-resource.ts'
import { Refused } from './refused.ts'

/** Verifies the access tokens of one gateway for one API. Make it once, at the start. */
export interface Verifier {
  readonly issuer: string
  readonly audience: string
  /** What the API tells clients of itself; null unless its identifier is a URL. */
  readonly metadata: ProtectedResource | null
  /**
   * Lets the bearer of a request in, or throws `Refused`. On Workers hand over the execution context,
   * so that keys are refreshed while nobody waits for them.
   */
  authenticate(presented: Presented, lifetime?: Lifetime): Promise<Principal>
}

type KeySet = ReturnType<typeof createLocalJWKSet>

/** Makes a verifier. Throws a TypeError at once when an option is missing, unsafe or unknown. */
export const createVerifier = (options: VerifierOptions): Verifier => {
  checkOptions(options)
  const { issuer, audience } = options
  const reach = options.fetch ?? ((request: Request) => fetch(request))
  const now = options.now ?? Date.now
  let keySet: KeySet | undefined
  const keys = async (): Promise<KeySet> => {
    keySet ??= createLocalJWKSet(await readKeys(reach, issuer))
    return keySet
  }
  const verify = async (token: string): Promise<JWTPayload> => {
    try {
      const verified = await jwtVerify(token, await keys(), {
        issuer,
        audience,
        algorithms: ['ES256', 'RS256', 'Ed25519'],
        typ: 'at+jwt',
        requiredClaims: ['sub', 'client_id', 'exp', 'iat', 'jti'],
        currentDate: new Date(now()),
      })
      return verified.payload
    } catch (thrown) {
      if (thrown instanceof Refused) throw thrown
      throw new Refused(thrown instanceof errors.JWTExpired ? 'expired' : 'malformed_token')
    }
  }
  return {
    issuer,
    audience,
    metadata: protectedResource(issuer, audience, options.resource ?? {}),
    authenticate: async (presented) => {
      const credential = credentialOf(presented)
      const claims = (await verify(credential.token)) as JsonObject
      checkPossession(claims, credential)
      return principalOf(claims, claims as unknown as EssentialClaims, Math.floor(now() / 1000))
    },
  }
}

const readKeys = async (reach: (request: Request) => Promise<Response>, issuer: string) => {
  const response = await reach(new Request(`${issuer}/.well-known/jwks.json`)).catch(() => null)
  if (response?.ok !== true) throw new Refused('keys_unavailable')
  return response.json()
}
