import { calculateJwkThumbprint, type JWK } from 'jose'
import { type ProofFault, type ProofRules, readProof } from '../core/dpop.ts'
import { err, ok, type Result } from '../core/result.ts'
import { digest } from './digest.ts'
import { checkSignature } from './verify.ts'

/** A key that the sender of a request has shown to hold. */
export interface ProvenKey {
  /** Its RFC 7638 thumbprint. */
  readonly thumbprint: string
  /** What names the proof that showed it, for ever. */
  readonly proofIdentity: string
  /** Epoch seconds until which that proof could be presented again. */
  readonly expiresAt: number
}

/** Verifies a DPoP proof (RFC 9449 §4.3). That it is used once is not known here. */
export const verifyProof = async (
  text: string,
  rules: ProofRules,
): Promise<Result<ProvenKey, ProofFault>> => {
  const proof = readProof(text, rules)
  if (!proof.ok) return proof
  const { algorithm, jwk, tokenId, expiresAt } = proof.value
  const fault = await checkSignature(text, { kid: undefined, jwk }, algorithm)
  if (fault !== undefined) return err(fault === 'unusable_key' ? 'proof_key' : 'proof_signature')
  const thumbprint = await calculateJwkThumbprint(jwk as JWK)
  return ok({ thumbprint, proofIdentity: await digest('proof', thumbprint, tokenId), expiresAt })
}
