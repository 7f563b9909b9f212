import {
  base64url,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
} from 'jose'
import type { SigningAlgorithm, VersionedKey } from '../config.ts'
import type { StoredSigningKey } from '../core/account-config.ts'
import { Unavailable } from '../core/unavailable.ts'
import { derivedKey } from './derived-keys.ts'

type Keys = readonly [VersionedKey, ...VersionedKey[]]

/** A signing key ready to sign. */
export interface Signer {
  readonly kid: string
  readonly algorithm: string
  readonly key: CryptoKey
}

/** A new signing key as it is stored: public members in the open, private ones wrapped. */
export interface NewSigningKey extends StoredSigningKey {
  readonly publicJwk: JWK
}

const utf8 = new TextEncoder()

const wrap = async (jwk: JWK, kid: string, keys: Keys): Promise<string> => {
  const newest = keys.at(-1) ?? keys[0]
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: utf8.encode(kid) },
    await derivedKey(newest, 'wrap-signing-keys'),
    utf8.encode(JSON.stringify(jwk)),
  )
  return `${newest.version}.${base64url.encode(iv)}.${base64url.encode(new Uint8Array(sealed))}`
}

const unwrap = async (stored: StoredSigningKey, keys: Keys): Promise<CryptoKey> => {
  const [version = '', iv = '', sealed = ''] = stored.wrappedKey.split('.')
  const key = keys.find((candidate) => String(candidate.version) === version)
  if (key === undefined) throw new Error(`no key-encryption key of version ${version}`)
  const opened = await crypto.subtle.decrypt(
    {
      name: 'AES-GCM',
      iv: base64url.decode(iv) as BufferSource,
      additionalData: utf8.encode(stored.kid),
    },
    await derivedKey(key, 'wrap-signing-keys'),
    base64url.decode(sealed) as BufferSource,
  )
  const jwk = JSON.parse(new TextDecoder().decode(opened)) as JWK
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
  const wrappedKey = await wrap(await exportJWK(pair.privateKey), kid, keys)
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
      key: await unwrap(stored, keys),
    }
    opened.clear()
    opened.set(stored.wrappedKey, signer)
    return signer
  } catch {
    throw new Unavailable('signing_key', 'the active signing key cannot be unwrapped', 30)
  }
}
