import { base64url, compactVerify, type JWK } from 'jose'
import { boundTo, type ProofRules, readProof } from '../../core/dpop.ts'
import type { JsonObject } from '../../core/json.ts'
import { within } from '../../patience.ts'
import type { Credential } from '../credential.ts'
import type { VerifierOptions } from '../options.ts'
import type { Presented } from '../presented.ts'
import { Refused } from '../refused.ts'
import { dpopOf } from './options.ts'
import { type FirstUse, proofMemory, type SpentProof } from './proof-memory.ts'

/** A token that is good, and the request that it came with. */
export interface Held {
  readonly claims: JsonObject
  readonly credential: Credential
  readonly presented: Presented
}

/** Refuses whoever has a token and not the key that it is bound to; where it has to be, any other. */
export type CheckPossession = (held: Held) => Promise<void>

const utf8 = new TextEncoder()

const sha256 = async (text: string): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(text))))

// RFC 7638: the members that make the key, and no others, in the order of their names.
const thumbprintOf = (jwk: JsonObject): Promise<string> =>
  sha256(JSON.stringify(jwk, Object.keys(jwk).sort()))

const theProof = ({ dpop: [only, ...more] }: Presented): string => {
  if (only === undefined) throw new Refused('proof_missing')
  if (more.length > 0) throw new Refused('proof_malformed')
  return only
}

/** Verifies a proof (RFC 9449 §4.3), and that it is by the key of this thumbprint. */
const verifyProof = async (text: string, rules: ProofRules, thumbprint: string) => {
  const proof = readProof(text, rules)
  if (!proof.ok) throw new Refused(proof.error)
  const { algorithm, jwk, tokenId, expiresAt } = proof.value
  if ((await thumbprintOf(jwk)) !== thumbprint) throw new Refused('other_key')
  try {
    await compactVerify(text, jwk as JWK, { algorithms: [algorithm] })
  } catch {
    throw new Refused('proof_signature')
  }
  return { id: `${thumbprint}.${tokenId}`, expiresAt }
}

// A memory that hangs must not hang those who wait for it.
const patienceMs = 2000

const unknown = (): never => {
  throw new Refused('proofs_unavailable')
}

const spend = async (firstUse: FirstUse, proof: SpentProof): Promise<void> => {
  const ask = async () => firstUse(proof)
  const asked = ask().catch(unknown)
  // Nothing but true: what a hook forgets to return is no yes.
  if ((await within(patienceMs, asked, unknown)) !== true) throw new Refused('proof_reused')
}

/**
 * Makes what checks proofs of possession (RFC 9449 §7). It comes last: a request that is refused for
 * anything else leaves its proof as it was.
 */
export const possessionCheck = (options: VerifierOptions, now: () => number): CheckPossession => {
  const dpop = dpopOf(options.dpop)
  const firstUse = dpop.firstUse ?? proofMemory()
  return async ({ claims, credential: { scheme, token }, presented }) => {
    const thumbprint = boundTo(claims)
    if (thumbprint === null) {
      if (scheme === 'dpop' || dpop.mode === 'required') throw new Refused('unbound_token')
      return
    }
    // A thief of the token would come without its key (RFC 9449 §7.2).
    if (scheme === 'bearer' || dpop.mode === 'off' || thumbprint === undefined) {
      throw new Refused('bound_token')
    }
    const rules: ProofRules = {
      method: presented.method,
      url: presented.url,
      now: Math.floor(now() / 1000),
      accessTokenHash: await sha256(token),
    }
    await spend(firstUse, await verifyProof(theProof(presented), rules, thumbprint))
  }
}
