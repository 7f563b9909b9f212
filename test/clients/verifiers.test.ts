import { createPublicKey } from 'node:crypto'
import { JwtVerifier } from 'aws-jwt-verify'
import { SimpleJwksCache } from 'aws-jwt-verify/jwk'
import { createRemoteJWKSet, customFetch, decodeProtectedHeader, type JWK, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { migrateDatabase } from '../../scripts/database/provision.ts'
import { type House, useHouse } from '../support/attack.ts'
import { API_1, API_2 } from '../support/fixture.ts'
import type { Gateway } from '../support/gateway.ts'
import { settings } from '../support/settings.ts'
import { behindTls, makeSecretAccount, plainToken, SCOPE } from './setting.ts'

const issuer = settings.issuerUrl
const jwksUri = `${issuer}/.well-known/jwks.json`

/** Gives the gateway the first key that a deployment with this `SIGNING_ALGORITHM` would have. */
const signBy = async ({ db, hrana }: Gateway, algorithm: string): Promise<void> => {
  await db.execute('DELETE FROM signing_keys')
  vi.stubEnv('SIGNING_ALGORITHM', algorithm)
  await migrateDatabase({ libsqlUrl: hrana.url, ...settings })
  vi.unstubAllEnvs()
}

/** A token with another payload under the same signature. */
const forge = (token: string): string => {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  const wider = Buffer.from(JSON.stringify({ ...claims, scope: 'all' })).toString('base64url')
  return `${header}.${wider}.${signature}`
}

/** jsonwebtoken reads no key sets: its users look for the `kid` and make a key of the entry. */
const keyOf = async ({ gateway }: House, token: string) => {
  const { keys } = (await (await behindTls(gateway)(jwksUri)).json()) as { keys: JWK[] }
  const key = keys.find(({ kid }) => kid === decodeProtectedHeader(token).kid)
  return createPublicKey({ key: { ...key }, format: 'jwk' })
}

/** The fetcher of aws-jwt-verify speaks https only; another one is its documented way to a proxy. */
const awsVerifier = ({ gateway }: House, audience: string) =>
  JwtVerifier.create(
    { issuer, audience, jwksUri, scope: 'deploy:write' },
    {
      jwksCache: new SimpleJwksCache({
        fetcher: { fetch: async (uri) => (await behindTls(gateway)(uri)).arrayBuffer() },
      }),
    },
  )

describe.each(['ES256', 'RS256', 'Ed25519'] as const)('an %s token', (algorithm) => {
  const house = useHouse()
  let token: string

  beforeAll(async () => {
    const account = await makeSecretAccount(house(), 'verified')
    await signBy(house().gateway, algorithm)
    token = await plainToken(house(), account)
    expect(decodeProtectedHeader(token).alg).toBe(algorithm)
  })

  test('is verified by jose, with the key set of the metadata', async () => {
    const verify = (jwt: string, audience: string) => {
      const fetched = { [customFetch]: behindTls(house().gateway) }
      const keys = createRemoteJWKSet(new URL(jwksUri), fetched)
      return jwtVerify(jwt, keys, { issuer, audience, typ: 'at+jwt', algorithms: [algorithm] })
    }
    expect((await verify(token, API_1)).payload.scope).toBe(SCOPE)
    await expect(verify(token, API_2)).rejects.toThrow(/unexpected "aud"/)
    await expect(verify(forge(token), API_1)).rejects.toThrow(/signature verification failed/)
  })

  if (algorithm === 'Ed25519') {
    // They know the algorithm by its old name only, EdDSA, which RFC 9864 retired.
    test('is verified neither by jsonwebtoken nor by aws-jwt-verify', async () => {
      const key = await keyOf(house(), token)
      expect(() => jsonwebtoken.verify(token, key)).toThrow('invalid algorithm')
      const verified = awsVerifier(house(), API_1).verify(token)
      await expect(verified).rejects.toThrow(/algorithm not allowed: Ed25519/)
    })
    return
  }

  test('is verified by jsonwebtoken', async () => {
    const key = await keyOf(house(), token)
    const pem = key.export({ format: 'pem', type: 'spki' })
    const options = { algorithms: [algorithm], issuer, audience: API_1 }
    for (const either of [key, pem]) {
      expect(jsonwebtoken.verify(token, either, options)).toMatchObject({ scope: SCOPE })
      expect(() => jsonwebtoken.verify(forge(token), either, options)).toThrow('invalid signature')
    }
    const other = { ...options, audience: API_2 }
    expect(() => jsonwebtoken.verify(token, key, other)).toThrow('jwt audience invalid')
  })

  test('is verified by aws-jwt-verify', async () => {
    expect(await awsVerifier(house(), API_1).verify(token)).toMatchObject({ scope: SCOPE })
    const other = awsVerifier(house(), API_2).verify(token)
    await expect(other).rejects.toThrow(/Audience not allowed/)
    await expect(awsVerifier(house(), API_1).verify(forge(token))).rejects.toThrow(/signature/)
  })
})
