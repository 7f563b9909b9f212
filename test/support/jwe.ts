import { createCipheriv, randomBytes } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'

/** Makes a five-part JWE under a direct key, its plaintext compressed. */
export function compressedJwe(plaintext: Buffer): string {
  const header = encode({ alg: 'dir', enc: 'A256GCM', zip: 'DEF', cty: 'JWT' })
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', randomBytes(32), iv)
  cipher.setAAD(Buffer.from(header, 'ascii'))
  const sealed = Buffer.concat([cipher.update(deflateRawSync(plaintext)), cipher.final()])
  const parts = [iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url'))
  return [header, '', ...parts].join('.')
}

/** Makes a JWE that asks for `iterations` rounds of key derivation. */
export function passwordJwe(iterations: number): string {
  const salt = randomBytes(16).toString('base64url')
  const alg = 'PBES2-HS256+A128KW'
  const header = encode({ alg, enc: 'A128GCM', p2s: salt, p2c: iterations })
  const parts = [24, 12, 64, 16].map((size) => randomBytes(size).toString('base64url'))
  return [header, ...parts].join('.')
}

function encode(header: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url')
}
