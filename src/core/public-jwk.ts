import { type Json, type JsonObject, member } from './json.ts'

const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** For each algorithm that an issuer may be configured with: what its keys look like (R2). */
const keyShape: Readonly<Record<string, { readonly kty: string; readonly crv?: string }>> = {
  RS256: { kty: 'RSA' },
  RS384: { kty: 'RSA' },
  RS512: { kty: 'RSA' },
  PS256: { kty: 'RSA' },
  PS384: { kty: 'RSA' },
  PS512: { kty: 'RSA' },
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
}

/** The algorithms that an issuer's tokens can be signed with. */
export const verifiableAlgorithms: readonly string[] = Object.keys(keyShape)

const decoded = (value: Json | undefined): Uint8Array => {
  try {
    const text = typeof value === 'string' ? value : ''
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    return Uint8Array.from(binary, (character) => character.charCodeAt(0))
  } catch {
    return new Uint8Array(0)
  }
}

const bits = (bytes: Uint8Array): number => {
  const first = bytes.findIndex((byte) => byte !== 0)
  if (first < 0) return 0
  return (bytes.length - first - 1) * 8 + (32 - Math.clz32(bytes[first] ?? 0))
}

// Exponent 1 makes every message a signature (AC-029), short moduli can be factored.
const isStrongRsa = (jwk: JsonObject): boolean => {
  const exponent = decoded(member(jwk, 'e')).reduce((sum, byte) => sum * 256 + byte, 0)
  return bits(decoded(member(jwk, 'n'))) >= 2048 && exponent >= 65_537 && exponent % 2 === 1
}

// The points whose order divides 8, by the y that they are written with, those beyond the field's prime
// among them. With such a key a signature verifies that anybody can make without a private half.
const smallOrder: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

const isStrongEd25519 = (jwk: JsonObject): boolean => {
  const point = decoded(member(jwk, 'x'))
  // The top bit is the sign of the other coordinate: both points are of the same order.
  const y = point.map((byte, i) => (i === 31 ? byte & 0x7f : byte))
  const hex = Array.from(y, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return point.length === 32 && !smallOrder.has(hex)
}

/** Whether a key is as strong as its kind can be: not known to verify what anybody could sign. */
export const isStrong = (jwk: JsonObject): boolean => {
  if (member(jwk, 'kty') === 'RSA') return isStrongRsa(jwk)
  return member(jwk, 'crv') !== 'Ed25519' || isStrongEd25519(jwk)
}

/** Whether a key shows private or symmetric material. */
export const isExposed = (jwk: JsonObject): boolean =>
  secretMembers.some((name) => Object.hasOwn(jwk, name))

/** Whether a key is meant for verifying signatures, or does not say (`use`, `key_ops`). */
export const isForSignatures = (jwk: JsonObject): boolean => {
  const use = member(jwk, 'use')
  const operations = member(jwk, 'key_ops')
  if (use !== undefined && use !== 'sig') return false
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'))
}

/** Whether a key may verify signatures of an algorithm: type, curve and its own `alg` must fit. */
export const fitsAlgorithm = (
  { jwk }: { readonly jwk: JsonObject },
  algorithm: string,
): boolean => {
  const shape = Object.hasOwn(keyShape, algorithm) ? keyShape[algorithm] : undefined
  const own = member(jwk, 'alg')
  return (
    shape !== undefined &&
    member(jwk, 'kty') === shape.kty &&
    (shape.crv === undefined || member(jwk, 'crv') === shape.crv) &&
    (own === undefined || own === algorithm)
  )
}
