import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import type { StoredSigningKey } from '../core/account-config.ts'
import type { SigningAlgorithm } from '../core/signing-key.ts'
import { Unavailable } from '../core/unavailable.ts'
import { type Keys, unwrap, type Wrapping, wrap } from './wrapping.ts'

/** A signing key ready to sign. */
export interface Signer {
  readonly kid: string
  readonly algorithm: string
  readonly key: CryptoKey
}

/** A new signing key as it is stored: public members in the open, private ones wrapped. */
export interface NewSigningKey extends StoredSigningKey {
  readonly algorithm: SigningAlgorithm
  readonly publicJwk: JWK
}

// Bound to its kid: the private half of another key does not open in its place.
const wrappingOf = (kid: string, keys: Keys): Wrapping => ({
  purpose: 'wrap-signing-keys',
  owner: kid,
  keys,
})

const openKey = async (stored: StoredSigningKey, keys: Keys): Promise<CryptoKey> => {
  const jwk = JSON.parse(await unwrap(stored.wrappedKey, wrappingOf(stored.kid, keys))) as JWK
  return (await importJWK(jwk, stored.algorithm)) as CryptoKey
}

/** Makes a signing key; its `kid` is the RFC 7638 thumbprint, its private half AES-GCM wrapped. */
export const generateSigningKey = async (
  algorithm: SigningAlgorithm,
  keys: Keys,
): Promise<NewSigningKey> => {
  const pair = await generateKeyPair(algorithm, { extractable: true })
  const publicJwk = await exportJWK(pair.publicKey)
  const kid = await calculateJwkThumbprint(publicJwk)
  const privateJwk = JSON.stringify(await exportJWK(pair.privateKey))
  const wrappedKey = await wrap(privateJwk, wrappingOf(kid, keys))
  return {
    kid,
    algorithm,
    wrappedKey,
    publicJwk: { ...publicJwk, kid, alg: algorithm, use: 'sig' },
  }
}

const opened = new Map<string, Signer>()

/**
 * Opens the active signing key, once per isolate.
 * Without one, or when it cannot be unwrapped: Unavailable; a key is never improvised (R38).
 */
export const openSigner = async (stored: StoredSigningKey | null, keys: Keys): Promise<Signer> => {
  if (stored === null) throw new Unavailable('signing_key', 'no active signing key', 30)
  const known = opened.get(stored.wrappedKey)
  if (known) return known
  try {
    const signer = {
      kid: stored.kid,
      algorithm: stored.algorithm,
      key: await openKey(stored, keys),
    }
    opened.clear()
    opened.set(stored.wrappedKey, signer)
    return signer
  } catch {
    throw new Unavailable('signing_key', 'the active signing key cannot be unwrapped', 30)
  }
}
