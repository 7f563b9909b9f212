import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'

export type Jwk = JsonWebKey & Record<string, unknown>

export interface TestKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  /** The entry of a key set: public members, `kid`, `alg` and `use`. */
  readonly jwk: Jwk
  /** The same with the private members. */
  readonly privateJwk: Jwk
}

const generate = promisify(generateKeyPair)

const CURVES: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
}

/** Makes an RSA key, of 2048 bits and for RS256 unless told otherwise. */
export async function makeRsaKey(kid: string, bits = 2048, alg = 'RS256'): Promise<TestKey> {
  const pair = await generate('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return describe(kid, alg, pair)
}

/** Makes an Ed25519 key. */
export async function makeEd25519Key(kid: string): Promise<TestKey> {
  const pair = await generate('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return describe(kid, 'Ed25519', pair)
}

/** Makes an elliptic-curve key for ES256, ES384 or ES512. */
export async function makeEcKey(kid: string, alg = 'ES256'): Promise<TestKey> {
  const pair = await generate('ec', {
    namedCurve: CURVES[alg] ?? alg,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return describe(kid, alg, pair)
}

/** Leaves members out of a key-set entry. */
export function without(jwk: Jwk, ...names: readonly string[]): Jwk {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !names.includes(name)))
}

/** Writes the public key as SPKI, in PEM or DER. */
export function spki(key: TestKey, format: 'pem' | 'der'): Buffer {
  return Buffer.from(key.publicKey.export({ type: 'spki', format: format as 'pem' }))
}

function describe(
  kid: string,
  alg: string,
  pair: { privateKey: string; publicKey: string },
): TestKey {
  const privateKey = createPrivateKey(pair.privateKey)
  const publicKey = createPublicKey(pair.publicKey)
  const members = { kid, alg, use: 'sig' }
  return {
    kid,
    alg,
    privateKey,
    publicKey,
    jwk: { ...publicKey.export({ format: 'jwk' }), ...members },
    privateJwk: { ...privateKey.export({ format: 'jwk' }), ...members },
  }
}
