import { firstIdAt, idLetters } from '../core/id-time.ts'
import { base62, type SecretPrefix, secretChecksum } from '../core/secret-text.ts'

/** The prefixes of our ids; the part behind the underscore is opaque. */
export type IdPrefix =
  | 'ns'
  | 'rs'
  | 'role'
  | 'rb'
  | 'grp'
  | 'evt'
  | 'pc'
  | 'pair'
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

// The prefix, 43 base62 characters (256 bits), 6 of CRC32 for secret scanners.
const newSecret = (prefix: SecretPrefix): string => {
  const body = `${prefix}_${randomBase62(43)}`
  return body + secretChecksum(body)
}

/** A new client secret: `gths_`, 256 random bits and a checksum. */
export const newClientSecret = (): string => newSecret('gths')

/** A new named token: `gtht_`, likewise. */
export const newNamedToken = (): string => newSecret('gtht')

/** A new pairing code: `gthp_`, likewise. */
export const newPairingCode = (): string => newSecret('gthp')
