import type { AccountKey } from '../core/account-config.ts'
import { type AssertionAlgorithm, assertionAlgorithms } from '../core/account-key.ts'
import type { UnverifiedJwt } from '../core/compact-jwt.ts'
import { checkHeader, type SignatureFault } from '../core/jws-header.ts'
import { fitsAlgorithm } from '../core/public-jwk.ts'
import { err, ok, type Result } from '../core/result.ts'
import { decoyKey } from './decoy-keys.ts'
import type { UsableKey } from './usable-keys.ts'
import { checkSignature } from './verify.ts'

/** Why no key of an account accepts an assertion. */
export type AssertionKeyFault = SignatureFault | 'expired_key'

// Servers must not insist on explicit typing, and must not take other kinds of tokens (R3).
const rules = {
  algorithms: assertionAlgorithms,
  types: ['jwt', 'client-authentication+jwt'],
  typeRequired: false,
}

const selectKey = (
  keys: readonly AccountKey[],
  { algorithm, kid }: { readonly algorithm: string; readonly kid: string | undefined },
  nowMs: number,
): Result<AccountKey, AssertionKeyFault> => {
  const named = kid === undefined ? keys : keys.filter((key) => key.kid === kid)
  if (named.length === 0) return err('unknown_key')
  // The header only has to agree: what a key may be used with is said where it is registered (R2).
  const fitting = named.filter(
    (key) => key.algorithm === algorithm && fitsAlgorithm(key, algorithm),
  )
  const living = fitting.filter(({ expiresAt }) => expiresAt === null || expiresAt > nowMs)
  const [key, another] = living
  if (another !== undefined) return err('ambiguous_key')
  if (key !== undefined) return ok(key)
  return err(fitting.length > 0 ? 'expired_key' : 'algorithm')
}

// The configuration may be read twice for one request. Its signature is checked once all the same,
// or that an isolate remembers an account would show in the time it takes to refuse it.
const checked = new WeakMap<UnverifiedJwt, { by: string; fault: SignatureFault | undefined }>()

const checkOnce = async (
  jwt: UnverifiedJwt,
  key: UsableKey,
  algorithm: string,
): Promise<SignatureFault | undefined> => {
  const by = JSON.stringify([algorithm, key.jwk])
  const known = checked.get(jwt)
  if (known?.by === by) return known.fault
  const fault = await checkSignature(jwt.text, key, algorithm)
  checked.set(jwt, { by, fault })
  return fault
}

/**
 * Finds the one key of an account that signed an assertion (R2–R4, R19). Whatever keys there are,
 * and be there none, one signature is checked.
 */
export const findSigningKey = async (
  jwt: UnverifiedJwt,
  keys: readonly AccountKey[],
  nowMs: number,
): Promise<Result<AccountKey, AssertionKeyFault>> => {
  const header = checkHeader(jwt.header, rules)
  if (!header.ok) return header
  const { algorithm } = header.value
  const key = selectKey(keys, header.value, nowMs)
  const by = key.ok ? key.value : decoyKey(algorithm as AssertionAlgorithm)
  const fault = await checkOnce(jwt, by, algorithm)
  return key.ok && fault !== undefined ? err(fault) : key
}
