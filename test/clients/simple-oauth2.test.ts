import { ClientCredentials, type ModuleOptions } from 'simple-oauth2'
import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { API_1 } from '../support/fixture.ts'
import { makeSecretAccount, SCOPE } from './setting.ts'

const house = useHouse()
let account: SecretAccount

beforeAll(async () => {
  account = await makeSecretAccount(house(), 'simple-oauth2')
})

/** It knows no discovery: it is told where the endpoints are, as everywhere. */
const clientWith = (
  options: NonNullable<ModuleOptions['options']>,
  { secret = account.client_secret, tokenPath = '/oauth/token' } = {},
) =>
  new ClientCredentials({
    client: { id: account.client_id, secret },
    auth: { tokenHost: house().gateway.url(), tokenPath },
    options,
  })

describe('simple-oauth2', () => {
  test.each([
    ['header', 'strict'],
    ['header', 'loose'],
    ['body', 'strict'],
  ] as const)('logs in by %s, %s encoding', async (authorizationMethod, encoding) => {
    const client = clientWith({ authorizationMethod, credentialsEncodingMode: encoding })
    const { token, expired } = await client.getToken({ scope: SCOPE })
    expect(token).toMatchObject({ token_type: 'Bearer', scope: SCOPE })
    expect(typeof expired).toBe('function')
    const asked = await client.getToken({ scope: 'deploy:read', resource: API_1 })
    expect(asked.token.scope).toBe('deploy:read')
    expect(asked.expired()).toBe(false)
  })

  test.each(['/v1/serviceaccounts/token', '/api/m2m/oauth/token'])('at %s', async (tokenPath) => {
    const client = clientWith({ authorizationMethod: 'body' }, { tokenPath })
    expect((await client.getToken({})).token.token_type).toBe('Bearer')
  })

  test('a wrong secret is a 401 that carries our answer', async () => {
    const refused = clientWith({}, { secret: 'wrong' }).getToken({})
    await expect(refused).rejects.toMatchObject({
      output: { statusCode: 401 },
      data: { payload: { error: 'invalid_client' } },
    })
  })
})
