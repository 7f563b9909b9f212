import { base64url } from 'jose'

const utf8 = new TextEncoder()

/** Joins parts so that no two lists of parts give the same bytes: each is led by its length. */
export const lengthPrefixed = (parts: readonly string[]): Uint8Array<ArrayBuffer> =>
  utf8.encode(parts.map((part) => `${part.length}:${part}`).join(''))

/** SHA-256 over length-prefixed parts, base64url. */
export const digest = async (...parts: readonly string[]): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', lengthPrefixed(parts))))

/** SHA-256 of a text's UTF-8, hexadecimal, as `sha256sum` prints it. */
export const sha256 = async (text: string): Promise<string> => {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(text)))
  return bytes.reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '')
}
