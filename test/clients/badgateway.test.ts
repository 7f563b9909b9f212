import { OAuth2Client } from '@badgateway/oauth2-client'
import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { API_1 } from '../support/fixture.ts'
import { settings } from '../support/settings.ts'
import { behindTls, makeSecretAccount } from './setting.ts'

type Settings = ConstructorParameters<typeof OAuth2Client>[0]

const house = useHouse()
let account: SecretAccount

beforeAll(async () => {
  account = await makeSecretAccount(house(), 'badgateway')
})

const clientWith = (changes: Partial<Settings> = {}) =>
  new OAuth2Client({
    discoveryEndpoint: `${settings.issuerUrl}/.well-known/oauth-authorization-server`,
    clientId: account.client_id,
    clientSecret: account.client_secret,
    fetch: behindTls(house().gateway),
    ...changes,
  })

describe('@badgateway/oauth2-client', () => {
  test.each(['client_secret_basic', 'client_secret_basic_interop', 'client_secret_post'] as const)(
    'discovers and logs in by %s',
    async (authenticationMethod) => {
      const client = clientWith({ authenticationMethod })
      const token = await client.clientCredentials({ scope: ['deploy:read'], resource: API_1 })
      expect(decodeJwt(token.accessToken)).toMatchObject({ aud: API_1, scope: 'deploy:read' })
      expect(token.expiresAt).toBeGreaterThan(Date.now())
    },
  )

  test('chooses a method by itself, from the metadata', async () => {
    const token = await clientWith().clientCredentials({ resource: API_1 })
    expect(decodeJwt(token.accessToken).client_id).toBe(account.client_id)
  })

  test('a wrong secret is an error that it understands', async () => {
    const refused = clientWith({ clientSecret: 'wrong' }).clientCredentials()
    await expect(refused).rejects.toMatchObject({ oauth2Code: 'invalid_client', httpCode: 401 })
  })
})
