import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { JWT_TYPE, TOKEN_EXCHANGE } from '../support/baseline.ts'
import type { SecretAccount } from '../support/callers.ts'
import { API_1 } from '../support/fixture.ts'
import { settings } from '../support/settings.ts'
import { behindTls, makeSecretAccount } from './setting.ts'

const house = useHouse()
const issuer = new URL(settings.issuerUrl)
let account: SecretAccount

beforeAll(async () => {
  account = await makeSecretAccount(house(), 'prover')
})

const algorithms = ['ES256', 'Ed25519', 'RS256'] as const

describe('oauth4webapi', () => {
  const options = () => ({ [oauth.customFetch]: behindTls(house().gateway) })
  const discover = async () =>
    oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options() }),
    )
  const jktOf = (token: string) => (decodeJwt(token).cnf as { jkt: string }).jkt

  test.each(algorithms)('binds a token by %s, and validates it at the API', async (alg) => {
    const server = await discover()
    expect(server.dpop_signing_alg_values_supported).toContain(alg)
    const client: oauth.Client = { client_id: account.client_id }
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair(alg))
    const response = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(account.client_secret),
      { resource: API_1 },
      { DPoP, ...options() },
    )
    const tokens = await oauth.processClientCredentialsResponse(server, client, response)
    expect(tokens.token_type).toBe('dpop')
    expect(jktOf(tokens.access_token)).toBe(await DPoP.calculateThumbprint())
    // What it sends to an API is what it takes there.
    let sent: Request | undefined
    await oauth.protectedResourceRequest(
      tokens.access_token,
      'POST',
      new URL('https://api-1.test/deploy?to=prod'),
      undefined,
      undefined,
      {
        DPoP,
        [oauth.customFetch]: async (url, init) => {
          sent = new Request(url, init as RequestInit)
          return new Response()
        },
      },
    )
    if (sent === undefined) throw new Error('it sent nothing')
    const claims = await oauth.validateJwtAccessToken(server, sent, API_1, options())
    expect(claims).toMatchObject({ client_id: account.client_id })
  })

  test('exchanges a CI token for a bound one', async () => {
    const server = await discover()
    const { deployer, BT } = house()
    const client: oauth.Client = { client_id: deployer.client_id }
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const response = await oauth.genericTokenEndpointRequest(
      server,
      client,
      oauth.None(),
      TOKEN_EXCHANGE,
      { subject_token: BT(), subject_token_type: JWT_TYPE, resource: API_1 },
      { DPoP, ...options() },
    )
    const tokens = await oauth.processGenericTokenEndpointResponse(server, client, response)
    expect(jktOf(tokens.access_token)).toBe(await DPoP.calculateThumbprint())
  })
})

test('openid-client binds a token', async () => {
  const config = await openid.discovery(
    issuer,
    account.client_id,
    {},
    openid.ClientSecretPost(account.client_secret),
    { algorithm: 'oauth2', [openid.customFetch]: behindTls(house().gateway) },
  )
  const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair())
  const tokens = await openid.clientCredentialsGrant(config, { resource: API_1 }, { DPoP })
  expect(tokens.token_type).toBe('dpop')
  expect(decodeJwt(tokens.access_token).cnf).toEqual({ jkt: await DPoP.calculateThumbprint() })
})
