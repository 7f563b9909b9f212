import { calculateJwkThumbprint, exportJWK, importJWK, type JWK } from 'jose'
import { type AssertionAlgorithm, assertionAlgorithms } from '../core/account-key.ts'
import { type JsonObject, member } from '../core/json.ts'
import { isKeyId } from '../core/jws-header.ts'
import { fitsAlgorithm, isExposed, isForSignatures, isStrong } from '../core/public-jwk.ts'
import { err, ok, type Result } from '../core/result.ts'

/** Why a key is not taken as an account's public key. */
export type PublicKeyFault =
  | 'private_key'
  | 'symmetric_key'
  | 'other_use'
  | 'unsupported_key'
  | 'other_algorithm'
  | 'weak_key'
  | 'malformed_key'

/** A public key that was understood, pinned to one algorithm. */
export interface PublicKey {
  readonly kid: string
  readonly algorithm: AssertionAlgorithm
  /** The public members alone, with `kid`, `alg` and `use`. */
  readonly jwk: JsonObject
}

// Checking a signature takes longer with every bit of the modulus, and logins are for anybody to try.
const maxModulusCharacters = Math.ceil((8192 / 8) * (4 / 3))

const isAlgorithm = (name: unknown): name is AssertionAlgorithm =>
  assertionAlgorithms.some((algorithm) => algorithm === name)

// The first that a key's type and curve allow: of the two for RSA, the common one.
const defaultAlgorithm = (jwk: JsonObject): AssertionAlgorithm | undefined => {
  const { alg: _own, ...shape } = jwk
  return assertionAlgorithms.find((name) => fitsAlgorithm({ jwk: shape }, name))
}

const chooseAlgorithm = (
  jwk: JsonObject,
  wanted: AssertionAlgorithm | null,
): Result<AssertionAlgorithm, PublicKeyFault> => {
  const usual = defaultAlgorithm(jwk)
  if (usual === undefined) return err('unsupported_key')
  const own = member(jwk, 'alg')
  const chosen = wanted ?? (isAlgorithm(own) ? own : usual)
  return fitsAlgorithm({ jwk }, chosen) ? ok(chosen) : err('other_algorithm')
}

/** Imports what is public of a key, and writes it down in its one canonical spelling. */
const canonical = async (jwk: JsonObject, algorithm: string): Promise<JWK | undefined> => {
  try {
    const { kty, crv, x, y, n, e } = jwk as JWK
    const members = kty === 'RSA' ? { n, e } : { crv, x, ...(y !== undefined && { y }) }
    return await exportJWK(await importJWK({ kty, ...members } as JWK, algorithm))
  } catch {
    // Whatever the platform throws here, it is about the key that it was given.
    return undefined
  }
}

/** Whether an id can stand in a header and in a list: valid (R4) and plain text. */
const isPlainKeyId = (kid: unknown): kid is string =>
  isKeyId(kid) && kid.isWellFormed() && !/\p{Cc}/u.test(kid)

/**
 * Reads an account's public key (RFC 7517), to be used with one algorithm alone (R2, R19). Its id is
 * its own, or else its RFC 7638 thumbprint.
 */
export const readPublicKey = async (
  jwk: JsonObject,
  wanted: AssertionAlgorithm | null,
): Promise<Result<PublicKey, PublicKeyFault>> => {
  if (member(jwk, 'kty') === 'oct') return err('symmetric_key')
  if (isExposed(jwk)) return err('private_key')
  if (!isForSignatures(jwk)) return err('other_use')
  const algorithm = chooseAlgorithm(jwk, wanted)
  if (!algorithm.ok) return algorithm
  const key = await canonical(jwk, algorithm.value)
  if (key === undefined) return err('malformed_key')
  const { n = '' } = key
  if (!isStrong(key as JsonObject) || n.length > maxModulusCharacters) return err('weak_key')
  const own = member(jwk, 'kid')
  const kid = isPlainKeyId(own) ? own : await calculateJwkThumbprint(key)
  const { value } = algorithm
  return ok({ kid, algorithm: value, jwk: { ...key, kid, alg: value, use: 'sig' } as JsonObject })
}
