import { base64url } from 'jose'
import type { VersionedKey } from '../config.ts'
import { derivedKey, type WrappingPurpose } from './derived-keys.ts'

/** Key-encryption keys, newest last: the last one wraps, all of them unwrap. */
export type Keys = readonly [VersionedKey, ...VersionedKey[]]

/** What a wrapped text is for and whose it is: nobody else's opens in its place. */
export interface Wrapping {
  readonly purpose: WrappingPurpose
  readonly owner: string
  readonly keys: Keys
}

const utf8 = new TextEncoder()

const newestOf = (keys: Keys): VersionedKey => keys.at(-1) ?? keys[0]

/** How every text begins that the newest key wrapped. */
export const newestMark = (keys: Keys): string => `${newestOf(keys).version}.`

/** Encrypts a text for the database (AES-GCM): the key's version, the nonce, the sealed text. */
export const wrap = async (text: string, { purpose, owner, keys }: Wrapping): Promise<string> => {
  const newest = newestOf(keys)
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: utf8.encode(owner) },
    await derivedKey(newest, purpose),
    utf8.encode(text),
  )
  return `${newest.version}.${base64url.encode(iv)}.${base64url.encode(new Uint8Array(sealed))}`
}

/** Opens what `wrap` made. Throws when its key is gone or anything of it was changed. */
export const unwrap = async (
  wrapped: string,
  { purpose, owner, keys }: Wrapping,
): Promise<string> => {
  const [version = '', iv = '', sealed = ''] = wrapped.split('.')
  const key = keys.find((candidate) => String(candidate.version) === version)
  if (key === undefined) throw new Error(`no key-encryption key of version ${version}`)
  const opened = await crypto.subtle.decrypt(
    {
      name: 'AES-GCM',
      iv: base64url.decode(iv) as BufferSource,
      additionalData: utf8.encode(owner),
    },
    await derivedKey(key, purpose),
    base64url.decode(sealed) as BufferSource,
  )
  return new TextDecoder().decode(opened)
}
