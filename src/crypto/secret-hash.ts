import { base64url } from 'jose'
import type { VersionedKey } from '../config.ts'

const hmac = { name: 'HMAC', hash: 'SHA-256' } as const
const utf8 = new TextEncoder()

// Keys are data of the deployment, not of a request: importing them once per isolate is safe.
const imported = new WeakMap<VersionedKey, CryptoKey>()

/** Imports a pepper for HMAC-SHA-256, once per isolate. */
export const importHmacKey = async (key: VersionedKey): Promise<CryptoKey> => {
  const known = imported.get(key)
  if (known) return known
  const made = await crypto.subtle.importKey('raw', key.bytes, hmac, false, ['sign', 'verify'])
  imported.set(key, made)
  return made
}

/** What is kept of a secret: its digest, and which pepper is in it. */
export interface HashedSecret {
  readonly hash: string
  readonly pepperVersion: number
}

const hashUnder = async (secret: string, pepper: VersionedKey): Promise<HashedSecret> => {
  const mac = await crypto.subtle.sign('HMAC', await importHmacKey(pepper), utf8.encode(secret))
  return { hash: base64url.encode(new Uint8Array(mac)), pepperVersion: pepper.version }
}

/** The stored form of a client secret: HMAC-SHA-256 under the newest pepper (R21), base64url. */
export const hashSecret = (
  secret: string,
  peppers: readonly [VersionedKey, ...VersionedKey[]],
): Promise<HashedSecret> => hashUnder(secret, peppers.at(-1) ?? peppers[0])

/**
 * Every stored form that a secret can have: one for each pepper, whatever is presented. Who does not
 * know the peppers cannot steer what is compared, or looked up.
 */
export const hashUnderEach = (
  secret: string,
  peppers: readonly [VersionedKey, ...VersionedKey[]],
): Promise<readonly HashedSecret[]> =>
  Promise.all(peppers.map((pepper) => hashUnder(secret, pepper)))

/** A digest that no secret has: what is compared where there is no other, so that time tells nothing. */
const noHash = 'A'.repeat(43)

// Not where they differ, nor how far: only how long the digests are, which is no secret.
const equal = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length
  for (let i = 0; i < noHash.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i)
  return difference === 0
}

/**
 * Whether one of the forms of a presented secret (`hashUnderEach`) is the stored one, in constant
 * time. Without a stored one, or with one under a pepper that is gone, it does the same work and
 * answers false.
 */
export const isStoredAs = (
  forms: readonly HashedSecret[],
  stored: HashedSecret | null,
): boolean => {
  let found = false
  for (const { hash, pepperVersion } of forms) {
    const same = equal(hash, stored?.hash ?? noHash)
    found ||= same && pepperVersion === stored?.pepperVersion
  }
  return found
}
