import { base64url } from 'jose'
import type { VersionedKey } from '../config.ts'
import type { Seal } from '../core/seal.ts'
import { derivedKey } from './derived-keys.ts'
import { lengthPrefixed } from './digest.ts'

// Of several spellings that decode to one tag only the canonical one is ours.
const decodeTag = (tag: string): Uint8Array | undefined => {
  try {
    const decoded = base64url.decode(tag)
    return base64url.encode(decoded) === tag ? decoded : undefined
  } catch {
    return undefined
  }
}

/** A seal keyed from the key-encryption keys: the newest tags, all of them check. */
export const createSeal = (keys: readonly [VersionedKey, ...VersionedKey[]]): Seal => ({
  async tag(...parts) {
    const key = await derivedKey(keys.at(-1) ?? keys[0], 'seal')
    const mac = await crypto.subtle.sign('HMAC', key, lengthPrefixed(parts))
    return base64url.encode(new Uint8Array(mac))
  },
  async check(tag, ...parts) {
    const mac = decodeTag(tag)
    if (mac === undefined) return false
    const data = lengthPrefixed(parts)
    for (const key of keys) {
      const hmac = await derivedKey(key, 'seal')
      if (await crypto.subtle.verify('HMAC', hmac, mac as BufferSource, data)) return true
    }
    return false
  },
})
