import {
  base64url,
  CompactSign,
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWK,
} from 'jose'
import type { JsonObject } from '../../core/json.ts'

/** A signing key of the test issuer, with the public half as it is published. */
export interface TestKey {
  readonly kid: string
  readonly jwk: JWK
  readonly privateKey: CryptoKey
}

/** Makes a key; `kid` is its thumbprint, unless it is to pass for another. */
export const makeKey = async (kid?: string): Promise<TestKey> => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwk = await exportJWK(publicKey)
  const name = kid ?? (await calculateJwkThumbprint(jwk))
  return { kid: name, jwk: { ...jwk, kid: name, alg: 'ES256', use: 'sig' }, privateKey }
}

/** Signs claims; what is in `header` is laid over what belongs there. */
export const sign = (
  { kid, privateKey }: TestKey,
  claims: JsonObject,
  header: Readonly<Record<string, string>> = {},
): Promise<string> =>
  new CompactSign(bytes(claims))
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'at+jwt', ...header })
    .sign(privateKey)

/** An unsecured JWT: `alg` is `none`, and there is no signature. */
export const unsigned = (claims: JsonObject, kid: string): string =>
  [{ alg: 'none', kid, typ: 'at+jwt' }, claims, null]
    .map((part) => (part === null ? '' : base64url.encode(bytes(part))))
    .join('.')

/** Signed with HMAC; the secret is what everybody can read: the published key. */
export const signedWithPublicKey = ({ kid, jwk }: TestKey, claims: JsonObject): Promise<string> =>
  new CompactSign(bytes(claims))
    .setProtectedHeader({ alg: 'HS256', kid, typ: 'at+jwt' })
    .sign(new TextEncoder().encode(JSON.stringify(jwk)))

const bytes = (json: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(json))
