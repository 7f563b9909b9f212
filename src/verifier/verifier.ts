import { accepter } from './accept.ts'
import type { Scheme } from './challenge.ts'
import { checkOptions } from './check-options.ts'
import { credentialOf } from './credential.ts'
import { type DpopMode, dpopOf } from './dpop/options.ts'
import { possessionCheck } from './dpop/possession.ts'
import { teller } from './event.ts'
import { noCopies, platformCopies } from './gateway/platform-cache.ts'
import type { Surroundings } from './gateway/published-load.ts'
import type { VerifierOptions } from './options.ts'
import type { Lifetime, Presented } from './presented.ts'
import type { Principal } from './principal.ts'
import { principalOf } from './principal-of.ts'
import { type ProtectedResource, protectedResource } from './protected-resource.ts'
import { Refused } from './refused.ts'

/** Verifies the access tokens of one gateway for one API. Make it once, at the start. */
export interface Verifier {
  readonly issuer: string
  readonly audience: string
  /** What the API tells clients of itself; null unless its identifier is a URL. */
  readonly metadata: ProtectedResource | null
  /** How tokens may be presented. */
  readonly schemes: readonly Scheme[]
  /**
   * Lets the bearer of a request in, or throws `Refused`. On Workers hand over the execution context,
   * so that keys are refreshed while nobody waits for them.
   */
  authenticate(presented: Presented, lifetime?: Lifetime): Promise<Principal>
}

const schemesOf: Readonly<Record<DpopMode, readonly Scheme[]>> = {
  off: ['Bearer'],
  optional: ['Bearer', 'DPoP'],
  required: ['DPoP'],
}

const surroundingsOf = (options: VerifierOptions): Surroundings => ({
  issuer: options.issuer,
  audience: options.audience,
  reach: options.fetch ?? ((request) => fetch(request)),
  copies: options.platformCache === false ? noCopies : platformCopies,
  now: options.now ?? Date.now,
  tell: teller(options.onEvent),
})

/** Makes a verifier. Throws a TypeError at once when an option is missing, unsafe or unknown. */
export const createVerifier = (options: VerifierOptions): Verifier => {
  checkOptions(options)
  const { issuer, audience } = options
  const surroundings = surroundingsOf(options)
  const { now, tell } = surroundings
  const accept = accepter(options, surroundings)
  const { mode } = dpopOf(options.dpop)
  const checkPossession = possessionCheck(options, now)
  return {
    issuer,
    audience,
    metadata: protectedResource(issuer, audience, { ...options.resource, dpop: mode }),
    schemes: schemesOf[mode],
    authenticate: async (presented, lifetime) => {
      try {
        const credential = credentialOf(presented)
        const verifiedAt = Math.floor(now() / 1000)
        const { claims, essential } = await accept(credential.token, { now: verifiedAt, lifetime })
        await checkPossession({ claims, credential, presented })
        return principalOf(claims, essential, verifiedAt)
      } catch (thrown) {
        if (thrown instanceof Refused) {
          tell({ event: 'refused', reason: thrown.reason, status: thrown.status })
        }
        throw thrown
      }
    },
  }
}
