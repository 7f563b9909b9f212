import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { ACCESS_TOKEN_TYPE, JWT_TYPE, TOKEN_EXCHANGE } from '../support/baseline.ts'
import type { SecretAccount } from '../support/callers.ts'
import { API_1, API_2 } from '../support/fixture.ts'
import { settings } from '../support/settings.ts'
import { behindTls, makeSecretAccount, SCOPE } from './setting.ts'

const house = useHouse()
let account: SecretAccount
let server: oauth.AuthorizationServer

const options = () => ({ [oauth.customFetch]: behindTls(house().gateway) })

beforeAll(async () => {
  account = await makeSecretAccount(house(), 'oauth4webapi')
  const issuer = new URL(settings.issuerUrl)
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options() })
  server = await oauth.processDiscoveryResponse(issuer, found)
})

const login = async (
  authentication: oauth.ClientAuth,
  parameters: Record<string, string> = { resource: API_1 },
): Promise<oauth.TokenEndpointResponse> => {
  const { client_id } = account
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    { client_id },
    authentication,
    parameters,
    options(),
  )
  return oauth.processClientCredentialsResponse(server, { client_id }, response)
}

/** What an API does with a request: verifies its token by RFC 9068. */
const callApi = (token: string, audience: string) =>
  oauth.validateJwtAccessToken(
    server,
    new Request('https://api-1.test/deploy', { headers: { authorization: `Bearer ${token}` } }),
    audience,
    options(),
  )

describe('oauth4webapi', () => {
  test.each([
    ['client_secret_basic', oauth.ClientSecretBasic],
    ['client_secret_post', oauth.ClientSecretPost],
  ])('logs in by %s', async (_method, by) => {
    const tokens = await login(by(account.client_secret))
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: SCOPE })
  })

  test('validates what is issued by RFC 9068, for its audience only', async () => {
    const { access_token } = await login(oauth.ClientSecretBasic(account.client_secret))
    const claims = await callApi(access_token, API_1)
    expect(claims).toMatchObject({
      iss: settings.issuerUrl,
      sub: account.id,
      client_id: account.client_id,
      scope: SCOPE,
    })
    await expect(callApi(access_token, API_2)).rejects.toThrow(/unexpected JWT "aud"/)
    const [header, payload] = access_token.split('.')
    const forged = `${header}.${payload}.${Buffer.alloc(64).toString('base64url')}`
    await expect(callApi(forged, API_1)).rejects.toThrow(/signature verification failed/)
  })

  test('understands each refusal', async () => {
    const secret = oauth.ClientSecretPost(account.client_secret)
    const target = login(secret, { resource: API_2 })
    await expect(target).rejects.toMatchObject({ error: 'invalid_target', status: 400 })
    const scope = login(secret, { scope: 'deploy:all' })
    await expect(scope).rejects.toMatchObject({ error: 'invalid_scope', status: 400 })
    for (const by of [oauth.ClientSecretBasic, oauth.ClientSecretPost]) {
      const challenged = login(by('wrong'))
      await expect(challenged).rejects.toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
      await expect(challenged).rejects.toMatchObject({ status: 401 })
    }
  })

  test('token exchange of a CI token', async () => {
    const { deployer, BT } = house()
    const client = { client_id: deployer.client_id }
    const response = await oauth.genericTokenEndpointRequest(
      server,
      client,
      oauth.None(),
      TOKEN_EXCHANGE,
      { subject_token: BT(), subject_token_type: JWT_TYPE, resource: API_1 },
      options(),
    )
    const tokens = await oauth.processGenericTokenEndpointResponse(server, client, response)
    expect(tokens.issued_token_type).toBe(ACCESS_TOKEN_TYPE)
    expect(decodeJwt(tokens.access_token).sub).toBe(deployer.id)
  })
})
