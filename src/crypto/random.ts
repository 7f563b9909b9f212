import { firstIdAt, idLetters } from '../core/id-time.ts'

const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** The prefixes of our ids; the part behind the underscore is opaque. */
export type IdPrefix =
  | 'ns'
  | 'rs'
  | 'role'
  | 'rb'
  | 'grp'
  | 'evt'
  | 'pc'
  | 'iss'
  | 'sa'
  | 'tp'
  | 'sec'
  | 'key'
  | 'tok'
  | 'sub'
  | 'ntc'
  | 'dec'
  | 'req'
  | 'cli'

/**
 * A new id: the prefix, 10 characters of time in milliseconds and 16 random ones (80 bits).
 * Ids of one prefix sort by the time of their making.
 */
export const newId = (prefix: IdPrefix, nowMs: number): string => {
  let random = ''
  for (const byte of crypto.getRandomValues(new Uint8Array(16))) random += idLetters[byte & 31]
  return firstIdAt(prefix, nowMs) + random
}

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

const crc32 = (text: string): number => {
  let crc = 0xffffffff
  for (let i = 0; i < text.length; i++) {
    crc = (crcTable[(crc ^ text.charCodeAt(i)) & 0xff] as number) ^ (crc >>> 8)
  }
  return (crc ^ 0xffffffff) >>> 0
}

const toBase62 = (number: number, width: number): string => {
  let text = ''
  for (let rest = number, i = 0; i < width; i++, rest = Math.floor(rest / 62)) {
    text = `${base62[rest % 62]}${text}`
  }
  return text
}

const randomBase62 = (length: number): string => {
  let text = ''
  while (text.length < length) {
    // 248 = 4 × 62: bytes above it would make the first letters likelier.
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < 248 && text.length < length) text += base62[byte % 62]
    }
  }
  return text
}

const checksum = (body: string): string => toBase62(crc32(body), 6)

type SecretPrefix = 'gths' | 'gtht'

// The prefix, 43 base62 characters (256 bits), 6 of CRC32 for secret scanners.
const newSecret = (prefix: SecretPrefix): string => {
  const body = `${prefix}_${randomBase62(43)}`
  return body + checksum(body)
}

const isSecret = (prefix: SecretPrefix, text: string): boolean =>
  text.startsWith(`${prefix}_`) &&
  /^_[0-9A-Za-z]{49}$/.test(text.slice(prefix.length)) &&
  checksum(text.slice(0, -6)) === text.slice(-6)

/** A new client secret: `gths_`, 256 random bits and a checksum. */
export const newClientSecret = (): string => newSecret('gths')

/** A new named token: `gtht_`, likewise. */
export const newNamedToken = (): string => newSecret('gtht')

/** Tells, offline, whether a text has the shape and checksum of a client secret of ours. */
export const isClientSecret = (text: string): boolean => isSecret('gths', text)

/** Tells, offline, whether a text has the shape and checksum of a named token of ours. */
export const isNamedToken = (text: string): boolean => isSecret('gtht', text)
