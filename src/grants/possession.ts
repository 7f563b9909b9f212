import { type Context, nowSeconds } from '../context.ts'
import type { Denial } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type ProvenKey, verifyProof } from '../crypto/dpop.ts'
import type { TokenRequest } from './grant.ts'

/**
 * Finds the key that a token shall be bound to (RFC 9449 §5): null without a proof. It is asked before
 * the account is looked up, so that what is wrong with a proof says nothing about anybody (R17), and
 * it leaves no state behind (R36): a proof is spent by the claim, with all else that is.
 */
export const proveKey = async (
  context: Context,
  { dpop }: TokenRequest,
): Promise<Result<ProvenKey | null, Denial>> => {
  if (dpop === null) return ok(null)
  const { proof, method, url } = dpop
  const rules = { method, url, now: nowSeconds(context), accessTokenHash: null }
  const key = await verifyProof(proof, rules)
  return key.ok ? key : err({ reason: 'invalid_dpop_proof', fault: key.error })
}
