import type { VersionedKey } from '../config.ts'

/** What a text that is kept encrypted is. */
export type WrappingPurpose = 'wrap-signing-keys' | 'wrap-webhook-secrets'

/** What a derived key is for; two purposes never share a key. */
export type Purpose = WrappingPurpose | 'seal'

const utf8 = new TextEncoder()
const derived = new WeakMap<VersionedKey, Map<Purpose, CryptoKey>>()

const derive = async (key: VersionedKey, purpose: Purpose): Promise<CryptoKey> => {
  const base = await crypto.subtle.importKey('raw', key.bytes, 'HKDF', false, ['deriveKey'])
  const hkdf = {
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(0),
    info: utf8.encode(`gatehouse ${purpose}`),
  }
  return purpose === 'seal'
    ? crypto.subtle.deriveKey(hkdf, base, { name: 'HMAC', hash: 'SHA-256', length: 256 }, false, [
        'sign',
        'verify',
      ])
    : crypto.subtle.deriveKey(hkdf, base, { name: 'AES-GCM', length: 256 }, false, [
        'encrypt',
        'decrypt',
      ])
}

/** A key derived from a key-encryption key by HKDF (RFC 5869), once per isolate and purpose. */
export const derivedKey = async (key: VersionedKey, purpose: Purpose): Promise<CryptoKey> => {
  const known = derived.get(key)?.get(purpose)
  if (known) return known
  const made = await derive(key, purpose)
  const purposes = derived.get(key) ?? new Map<Purpose, CryptoKey>()
  derived.set(key, purposes.set(purpose, made))
  return made
}
