import { constants, createHmac, type KeyObject, type SignKeyObjectInput, sign } from 'node:crypto'
import type { TestKey } from './keys.ts'

/** A segment of a token: bytes and text travel as they are, anything else as JSON. */
export type Segment = unknown

/** What makes the signature: a key, an HMAC secret, bytes as they are, or nothing. */
export type Signer =
  | TestKey
  | { readonly secret: string | Uint8Array }
  | { readonly bytes: Uint8Array }
  | null

export interface JwsParts {
  readonly header: Segment
  readonly payload: Segment
  readonly signer: Signer
  /** How to sign, when it is not what the key says. */
  readonly alg?: string
  /** Spells a segment; base64url unless told otherwise. */
  readonly spell?: (bytes: Buffer, segment: 'header' | 'payload' | 'signature') => string
}

const HASHES: Readonly<Record<string, string>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  PS256: 'sha256',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
}

const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }

/** Signs a compact JWS over exactly the bytes given, however malformed they are. */
export function jws({ header, payload, signer, alg, spell = base64url }: JwsParts): string {
  const signed = `${spell(bytesOf(header), 'header')}.${spell(bytesOf(payload), 'payload')}`
  return `${signed}.${spell(signatureOf(signed, signer, alg), 'signature')}`
}

/** Signs any text or bytes the way `alg` of JWA says, with ECDSA signatures as r and s. */
export function signBytes(data: string | Uint8Array, key: KeyObject, alg: string): Buffer {
  const how: SignKeyObjectInput = { key, dsaEncoding: 'ieee-p1363' }
  if (alg === 'PS256') Object.assign(how, PSS)
  // The algorithm of an Ed25519 key includes its hash.
  const hash = alg === 'Ed25519' ? null : (HASHES[alg] ?? 'sha256')
  return sign(hash, Buffer.from(data), how)
}

/** Writes a segment's bytes: text and bytes unchanged, the rest as JSON. */
export function bytesOf(segment: Segment): Buffer {
  if (typeof segment === 'string') return Buffer.from(segment, 'utf8')
  if (segment instanceof Uint8Array) return Buffer.from(segment)
  return Buffer.from(JSON.stringify(segment) ?? '', 'utf8')
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url')
}

function signatureOf(signed: string, signer: Signer, alg?: string): Buffer {
  if (signer === null) return Buffer.alloc(0)
  if ('bytes' in signer) return Buffer.from(signer.bytes)
  if ('secret' in signer) return createHmac('sha256', signer.secret).update(signed).digest()
  return signBytes(signed, signer.privateKey, alg ?? signer.alg)
}
