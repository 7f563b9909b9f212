import { OAuth2Client } from '@badgateway/oauth2-client'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { ClientCredentials } from 'simple-oauth2'
import { beforeAll, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { API_1 } from '../support/fixture.ts'
import { settings } from '../support/settings.ts'
import { behindTls, makeSecretAccount, SCOPE } from './setting.ts'

const house = useHouse()
const issuer = new URL(settings.issuerUrl)
let job: SecretAccount
let api: SecretAccount

beforeAll(async () => {
  job = await makeSecretAccount(house(), 'job')
  const asks = { role_id: 'role_deployer', namespace: '/acme' }
  api = await makeSecretAccount(house(), 'api', { role_bindings: [asks] })
})

const active = () => ({ active: true, client_id: job.client_id, aud: API_1, scope: SCOPE })

test('openid-client: the API asks about a token, and its client revokes it', async () => {
  const discover = ({ client_id, client_secret }: SecretAccount) =>
    client.discovery(issuer, client_id, {}, client.ClientSecretBasic(client_secret), {
      algorithm: 'oauth2',
      [client.customFetch]: behindTls(house().gateway),
    })
  const [ofJob, ofApi] = [await discover(job), await discover(api)]
  const { access_token } = await client.clientCredentialsGrant(ofJob)
  expect(await client.tokenIntrospection(ofApi, access_token)).toMatchObject(active())
  await client.tokenRevocation(ofApi, access_token)
  expect(await client.tokenIntrospection(ofApi, access_token)).toMatchObject(active())
  await client.tokenRevocation(ofJob, access_token)
  expect(await client.tokenIntrospection(ofApi, access_token)).toEqual({ active: false })
  const notAllowed = client.tokenIntrospection(ofJob, access_token)
  await expect(notAllowed).rejects.toBeInstanceOf(client.WWWAuthenticateChallengeError)
})

test('oauth4webapi: the same', async () => {
  const options = { [oauth.customFetch]: behindTls(house().gateway) }
  const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...options })
  const server = await oauth.processDiscoveryResponse(issuer, found)
  const named = ({ client_id }: SecretAccount): oauth.Client => ({ client_id })
  const by = ({ client_secret }: SecretAccount) => oauth.ClientSecretPost(client_secret)
  const introspect = async (token: string) => {
    const response = await oauth.introspectionRequest(server, named(api), by(api), token, options)
    return oauth.processIntrospectionResponse(server, named(api), response)
  }
  const granted = await oauth.clientCredentialsGrantRequest(
    server,
    named(job),
    by(job),
    {},
    options,
  )
  const tokens = await oauth.processClientCredentialsResponse(server, named(job), granted)
  expect(await introspect(tokens.access_token)).toMatchObject(active())
  const revoked = await oauth.revocationRequest(
    server,
    named(job),
    by(job),
    tokens.access_token,
    options,
  )
  await oauth.processRevocationResponse(revoked)
  expect(await introspect(tokens.access_token)).toEqual({ active: false })
})

test('@badgateway/oauth2-client: the same', async () => {
  const clientOf = ({ client_id, client_secret }: SecretAccount) =>
    new OAuth2Client({
      discoveryEndpoint: `${settings.issuerUrl}/.well-known/oauth-authorization-server`,
      clientId: client_id,
      clientSecret: client_secret,
      fetch: behindTls(house().gateway),
    })
  const token = await clientOf(job).clientCredentials()
  expect(await clientOf(api).introspect(token)).toMatchObject(active())
  await clientOf(job).revoke(token)
  expect(await clientOf(api).introspect(token)).toEqual({ active: false })
})

test('simple-oauth2 revokes, and knows no introspection', async () => {
  const { gateway } = house()
  const ofJob = new ClientCredentials({
    client: { id: job.client_id, secret: job.client_secret },
    auth: { tokenHost: gateway.url() },
  })
  const made = await ofJob.getToken({})
  const ask = async () => {
    const { client_id, client_secret } = api
    const form = { token: String(made.token.access_token), client_id, client_secret }
    const body = new URLSearchParams(form)
    return (await gateway.fetch('/oauth/introspect', { method: 'POST', body })).json()
  }
  expect(await ask()).toMatchObject(active())
  await made.revoke('access_token')
  expect(await ask()).toEqual({ active: false })
})
