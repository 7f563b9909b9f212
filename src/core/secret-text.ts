/** The characters of our secrets. */
export const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

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

/** What our secrets begin with: client secrets, named tokens, pairing codes. */
export type SecretPrefix = 'gths' | 'gtht' | 'gthp'

/** Six characters of CRC32, so that secret scanners, and we, can tell offline what is none of ours. */
export const secretChecksum = (body: string): string => toBase62(crc32(body), 6)

const isSecret = (prefix: SecretPrefix, text: string): boolean =>
  text.startsWith(`${prefix}_`) &&
  /^_[0-9A-Za-z]{49}$/.test(text.slice(prefix.length)) &&
  secretChecksum(text.slice(0, -6)) === text.slice(-6)

/** Tells, offline, whether a text has the shape and checksum of a client secret of ours. */
export const isClientSecret = (text: string): boolean => isSecret('gths', text)

/** Tells, offline, whether a text has the shape and checksum of a named token of ours. */
export const isNamedToken = (text: string): boolean => isSecret('gtht', text)

/** Tells, offline, whether a text has the shape and checksum of a pairing code of ours. */
export const isPairingCode = (text: string): boolean => isSecret('gthp', text)
