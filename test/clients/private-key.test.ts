import { createPrivateKey, randomUUID } from 'node:crypto'
import { decodeJwt } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { registerKey, withAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { now } from '../support/baseline.ts'
import { expectC401, expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import { type KeyClient, makeKeyClient } from '../support/key-clients.ts'
import { makeEcKey, makeEd25519Key, makeRsaKey, spki, type TestKey } from '../support/keys.ts'
import { settings } from '../support/settings.ts'
import { behindTls, SCOPE } from './setting.ts'

const house = useHouse()
const issuer = new URL(settings.issuerUrl)

const makers: [string, () => Promise<TestKey>][] = [
  ['RS256', () => makeRsaKey('k')],
  ['PS256', () => makeRsaKey('k', 2048, 'PS256')],
  ['ES256', () => makeEcKey('k')],
  ['ES384', () => makeEcKey('k', 'ES384')],
  ['Ed25519', () => makeEd25519Key('k')],
]

const imports: Readonly<Record<string, RsaHashedImportParams | EcKeyImportParams | Algorithm>> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
  ES256: { name: 'ECDSA', namedCurve: 'P-256' },
  ES384: { name: 'ECDSA', namedCurve: 'P-384' },
  Ed25519: { name: 'Ed25519' },
}

/** The private half as the libraries want it. */
const privateKey = ({ alg, privateKey: key }: TestKey): Promise<CryptoKey> => {
  const der = key.export({ type: 'pkcs8', format: 'der' })
  return crypto.subtle.importKey('pkcs8', Buffer.from(der), imports[alg] ?? alg, false, ['sign'])
}

describe.each(makers)('%s', (alg, makeKey) => {
  let one: KeyClient
  beforeAll(async () => {
    one = await makeKeyClient(house(), `client-${alg.toLowerCase()}`, { key: await makeKey() })
  })

  test('openid-client logs in by its key', async () => {
    const { gateway } = house()
    const by = client.PrivateKeyJwt({ key: await privateKey(one.key), kid: one.registered.kid })
    const config = await client.discovery(issuer, one.account.client_id, {}, by, {
      [client.customFetch]: behindTls(gateway),
      algorithm: 'oauth2',
    })
    const tokens = await client.clientCredentialsGrant(config, { resource: API_1 })
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: one.account.id, scope: SCOPE })
    expect((await client.clientCredentialsGrant(config, { resource: API_1 })).scope).toBe(SCOPE)
  })

  test('oauth4webapi logs in by its key', async () => {
    const options = { [oauth.customFetch]: behindTls(house().gateway) }
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options })
    const server = await oauth.processDiscoveryResponse(issuer, found)
    expect(server.token_endpoint_auth_methods_supported).toContain('private_key_jwt')
    expect(server.token_endpoint_auth_signing_alg_values_supported).toContain(alg)
    const { client_id } = one.account
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      { client_id },
      oauth.PrivateKeyJwt({ key: await privateKey(one.key), kid: one.registered.kid }),
      { resource: API_1 },
      options,
    )
    const tokens = await oauth.processClientCredentialsResponse(server, { client_id }, response)
    expect(tokens.scope).toBe(SCOPE)
  })
})

describe('M24 to M27, M31: the client of a Mia-Platform console, as its documentation has it', () => {
  const audience = 'console-client-credentials'
  let key: TestKey
  let clientId: string
  let keyId: string

  beforeAll(async () => {
    key = await makeRsaKey('r1')
    const { account } = await makeKeyClient(house(), 'console')
    clientId = account.client_id
    // The public key is pasted, and the key id that is answered is kept by its user.
    const pem = spki(key, 'pem').toString()
    const registered = await registerKey(house().gateway, account.id, {
      pem,
      assertion_audience: audience,
    })
    keyId = registered.kid
    expect(registered.warnings).toEqual(['assertion_audience'])
  })

  const assertion = (changes: Record<string, unknown> = {}) =>
    jsonwebtoken.sign(
      {
        iss: clientId,
        sub: clientId,
        aud: audience,
        jti: randomUUID(),
        iad: now(),
        exp: now() + 240,
        ...changes,
      },
      createPrivateKey(key.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      { algorithm: 'RS256', keyid: keyId, noTimestamp: true, header: { alg: 'RS256', typ: 'JWT' } },
    )

  const post = (text: string) =>
    house().gateway.fetch('/api/m2m/oauth/token', {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        token_endpoint_auth_method: 'private_key_jwt',
        resource: API_1,
        ...withAssertion(text),
      }),
    })

  test('gets a token', async () => {
    const { access_token } = await expectIssued(await post(assertion()))
    expect(decodeJwt(access_token)).toMatchObject({ client_id: clientId, scope: SCOPE })
    await expectIssued(await post(assertion({ iat: now() })))
  })

  test('once for each assertion, and for its audience alone', async () => {
    const text = assertion()
    await expectIssued(await post(text))
    await expectC401(await post(text))
    await expectC401(await post(assertion({ aud: settings.issuerUrl })))
    await expectC401(await post(assertion({ exp: now() + 3600 })))
  })
})
