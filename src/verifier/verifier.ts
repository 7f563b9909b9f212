import { createLocalJWKSet, errors, type JWTPayload, jwtVerify } from 'jose'
import type { JsonObject } from '../core/json.ts'
import { checkOptions, type VerifierOptions } from './options.ts'
import type { Lifetime, Presented } from './presented.ts'
import type { NamespaceGrant, Principal, Provenance } from './principal.ts'
import { Refused } from './refused.ts'

/** Verifies the access tokens of one gateway for one API. */
export interface Verifier {
  readonly issuer: string
  readonly audience: string
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
  let keySet: KeySet | undefined
  const keys = async (): Promise<KeySet> => {
    keySet ??= createLocalJWKSet(await readKeys(reach, issuer))
    return keySet
  }
  return {
    issuer,
    audience,
    authenticate: async (presented) => {
      const token = bearerOf(presented)
      try {
        const { payload } = await jwtVerify(token, await keys(), {
          issuer,
          audience,
          algorithms: ['ES256', 'RS256', 'Ed25519'],
          typ: 'at+jwt',
          requiredClaims: ['sub', 'client_id', 'exp', 'iat', 'jti'],
        })
        return principalOf(payload)
      } catch (thrown) {
        if (thrown instanceof Refused) throw thrown
        throw new Refused(thrown instanceof errors.JWTExpired ? 'expired' : 'malformed_token')
      }
    },
  }
}

const readKeys = async (reach: (request: Request) => Promise<Response>, issuer: string) => {
  const response = await reach(new Request(`${issuer}/.well-known/jwks.json`)).catch(() => null)
  if (response?.ok !== true) throw new Refused('keys_unavailable')
  return response.json()
}

const bearerOf = ({ authorization }: Presented): string => {
  const [only, ...more] = authorization
  if (only === undefined) throw new Refused('no_token')
  if (more.length > 0) throw new Refused('several_tokens')
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*)$/i.exec(only)?.[1]
  if (token === undefined) throw new Refused('malformed_token')
  return token
}

const principalOf = (payload: JWTPayload): Principal => {
  const claims = payload as JsonObject
  const scopes = String(claims.scope ?? '').split(' ')
  return {
    serviceAccount: String(claims.sub),
    clientId: String(claims.client_id),
    scopes,
    grants: grantsOf(claims, scopes),
    provenance: (claims.provenance as Provenance | undefined) ?? null,
    actor: (claims.act as { iss: string; sub: string } | undefined) ?? null,
    policy: typeof claims.policy === 'string' ? claims.policy : null,
    decisionId: typeof claims.decision_id === 'string' ? claims.decision_id : null,
    tokenId: String(claims.jti),
    issuedAt: Number(claims.iat),
    expiresAt: Number(claims.exp),
    claims,
  }
}

const grantsOf = (claims: JsonObject, scopes: readonly string[]): NamespaceGrant[] => {
  if (typeof claims.namespace === 'string') {
    return [{ namespace: claims.namespace, actions: scopes }]
  }
  const details = (claims.authorization_details ?? []) as unknown as readonly {
    readonly identifier: string
    readonly actions: readonly string[]
  }[]
  return details.map(({ identifier, actions }) => ({ namespace: identifier, actions }))
}
