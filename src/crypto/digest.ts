import { base64url } from 'jose'

const utf8 = new TextEncoder()

/** Joins parts so that no two lists of parts give the same bytes: each is led by its length. */
export const lengthPrefixed = (parts: readonly string[]): Uint8Array<ArrayBuffer> =>
  utf8.encode(parts.map((part) => `${part.length}:${part}`).join(''))

/** SHA-256 over length-prefixed parts, base64url. */
export const digest = async (...parts: readonly string[]): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', lengthPrefixed(parts))))
