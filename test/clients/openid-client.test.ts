import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { ACCESS_TOKEN_TYPE, JWT_BEARER, JWT_TYPE, TOKEN_EXCHANGE } from '../support/baseline.ts'
import type { SecretAccount } from '../support/callers.ts'
import { API_1 } from '../support/fixture.ts'
import { settings } from '../support/settings.ts'
import { behindTls, makeSecretAccount, SCOPE } from './setting.ts'

const house = useHouse()
let account: SecretAccount

beforeAll(async () => {
  account = await makeSecretAccount(house(), 'openid-client')
})

const discover = (
  clientId: string,
  authentication: client.ClientAuth,
  algorithm: 'oauth2' | 'oidc' = 'oauth2',
): Promise<client.Configuration> =>
  client.discovery(new URL(settings.issuerUrl), clientId, undefined, authentication, {
    algorithm,
    [client.customFetch]: behindTls(house().gateway),
  })

describe('openid-client', () => {
  test.each(['oauth2', 'oidc'] as const)('discovers by %s and logs in', async (algorithm) => {
    const { client_id, client_secret } = account
    const secret = client.ClientSecretBasic(client_secret)
    const config = await discover(client_id, secret, algorithm)
    expect(config.serverMetadata().supportsPKCE()).toBe(false)
    const tokens = await client.clientCredentialsGrant(config, { resource: API_1 })
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE })
    expect(tokens.expiresIn()).toBeGreaterThan(0)
    expect(decodeJwt(tokens.access_token).client_id).toBe(client_id)
  })

  test('client_secret_post', async () => {
    const secret = client.ClientSecretPost(account.client_secret)
    const config = await discover(account.client_id, secret)
    const tokens = await client.clientCredentialsGrant(config, { scope: 'deploy:read' })
    expect(tokens.scope).toBe('deploy:read')
  })

  test.each([client.ClientSecretBasic, client.ClientSecretPost])(
    'a wrong secret is a challenge that it understands',
    async (by) => {
      const config = await discover(account.client_id, by('wrong'))
      const thrown: unknown = await client.clientCredentialsGrant(config).catch((error) => error)
      if (!(thrown instanceof client.WWWAuthenticateChallengeError)) throw thrown
      expect(thrown.cause).toMatchObject([{ scheme: 'basic' }])
      expect(await thrown.response.json()).toMatchObject({ error: 'invalid_client' })
    },
  )

  test('token exchange and the JWT bearer grant, of a CI token', async () => {
    const { deployer, BT } = house()
    const config = await discover(deployer.client_id, client.None())
    const exchanged = await client.genericGrantRequest(config, TOKEN_EXCHANGE, {
      subject_token: BT(),
      subject_token_type: JWT_TYPE,
      resource: API_1,
    })
    expect(exchanged).toMatchObject({ issued_token_type: ACCESS_TOKEN_TYPE, scope: SCOPE })
    expect(decodeJwt(exchanged.access_token).sub).toBe(deployer.id)
    const bearer = await client.genericGrantRequest(config, JWT_BEARER, { assertion: BT() })
    expect(decodeJwt(bearer.access_token).sub).toBe(deployer.id)
    const refused = client.genericGrantRequest(config, JWT_BEARER, { assertion: 'x.y.z' })
    await expect(refused).rejects.toMatchObject({ error: 'invalid_grant', status: 400 })
  })

  test('a CI token as client assertion is no method that it knows: extra parameters do it', async () => {
    const { deployer, BT } = house()
    const config = await discover(deployer.client_id, (_server, { client_id }, body) => {
      body.set('client_id', client_id)
      body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
      body.set('client_assertion', BT())
    })
    const tokens = await client.clientCredentialsGrant(config, { resource: API_1 })
    expect(decodeJwt(tokens.access_token).sub).toBe(deployer.id)
  })

  test('calls the admin API with what it was given', async () => {
    const { client_id, client_secret } = house().gateway.root
    const config = await discover(client_id, client.ClientSecretBasic(client_secret))
    const { access_token } = await client.clientCredentialsGrant(config)
    const url = new URL(`${settings.issuerUrl}/admin/v1/service-accounts?name=openid-client`)
    const answer = await client.fetchProtectedResource(config, access_token, url, 'GET')
    expect(await answer.json()).toMatchObject({ data: [{ id: account.id }] })
  })
})
