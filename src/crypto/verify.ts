import { compactVerify, errors, importJWK, type JWK } from 'jose'
import type { Issuer } from '../core/account-config.ts'
import type { UnverifiedJwt } from '../core/compact-jwt.ts'
import type { JsonObject } from '../core/json.ts'
import { checkHeader, type SignatureFault } from '../core/jws-header.ts'
import { fitsAlgorithm } from '../core/public-jwk.ts'
import { err, ok, type Result } from '../core/result.ts'
import { Unavailable } from '../core/unavailable.ts'
import { type KeySetsEnvironment, type KeysNow, keysOf } from './key-sets.ts'
import type { UsableKey } from './usable-keys.ts'

declare const verified: unique symbol

/** The claims of a token whose signature was checked against its issuer's keys; made only here. */
export interface VerifiedClaims {
  readonly claims: JsonObject
  readonly [verified]: true
}

const selectKey = (
  { keySet, refreshFailed }: KeysNow,
  algorithm: string,
  kid: string | undefined,
): Result<UsableKey, SignatureFault> => {
  if (kid !== undefined && !keySet.listedKids.has(kid)) {
    // A new key cannot be told from a forged one while the set cannot be refreshed: ask to retry.
    if (refreshFailed) throw new Unavailable('issuer_keys', 'unknown key, refresh failed', 30)
    return err('unknown_key')
  }
  const fitting = keySet.keys.filter(
    (key) => fitsAlgorithm(key, algorithm) && (kid === undefined || key.kid === kid),
  )
  const [key, another] = fitting
  if (key === undefined) return err('unusable_key')
  return another === undefined ? ok(key) : err('ambiguous_key')
}

const importedKeys = new WeakMap<UsableKey, Map<string, CryptoKey>>()

const importKey = async (key: UsableKey, algorithm: string): Promise<CryptoKey | undefined> => {
  const known = importedKeys.get(key)?.get(algorithm)
  if (known) return known
  try {
    const imported = (await importJWK(key.jwk as JWK, algorithm)) as CryptoKey
    const forKey = importedKeys.get(key) ?? new Map<string, CryptoKey>()
    importedKeys.set(key, forKey.set(algorithm, imported))
    return imported
  } catch {
    return undefined
  }
}

/** Checks a compact signature with one key; jose's refusals become values here, by class. */
export const checkSignature = async (
  text: string,
  key: UsableKey,
  algorithm: string,
): Promise<SignatureFault | undefined> => {
  const imported = await importKey(key, algorithm)
  if (imported === undefined) return 'unusable_key'
  try {
    await compactVerify(text, imported, { algorithms: [algorithm] })
    return undefined
  } catch (thrown) {
    if (thrown instanceof errors.JOSEError || thrown instanceof TypeError) return 'signature'
    throw thrown
  }
}

const subjectTokenTypes = ['jwt']

/**
 * Verifies a subject token's signature with its issuer's keys (R2–R4).
 * Refusals are values; keys out of reach are Unavailable. Claims are checked afterwards.
 */
export const verifySubjectToken = async (
  jwt: UnverifiedJwt,
  issuer: Issuer,
  environment: KeySetsEnvironment,
): Promise<Result<VerifiedClaims, SignatureFault>> => {
  const header = checkHeader(jwt.header, {
    algorithms: issuer.algorithms,
    types: subjectTokenTypes,
    typeRequired: false,
  })
  if (!header.ok) return header
  const { algorithm, kid } = header.value
  const key = selectKey(await keysOf(issuer, kid, environment), algorithm, kid)
  if (!key.ok) return key
  const fault = await checkSignature(jwt.text, key.value, algorithm)
  if (fault !== undefined) return err(fault)
  return ok({ claims: jwt.unverifiedClaims } as VerifiedClaims)
}
