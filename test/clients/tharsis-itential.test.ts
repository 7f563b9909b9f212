import { decodeJwt } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { curl } from './curl.ts'
import { makeSecretAccount, SCOPE } from './setting.ts'

const house = useHouse()
let account: SecretAccount

beforeAll(async () => {
  account = await makeSecretAccount(house(), 'moved-here')
})

// Tharsis: "Service accounts", client credentials, and then the API with the token.
test('T20 T21 T22 their token request, at their path, and the token as a Bearer header', async () => {
  const url = house().gateway.url()
  const { status, body } = await curl(
    ...['-X', 'POST', `${url}/v1/serviceaccounts/token`],
    ...['-H', 'Content-Type: application/x-www-form-urlencoded'],
    ...['-d', 'grant_type=client_credentials'],
    ...['-d', `client_id=${account.client_id}`],
    ...['-d', `client_secret=${account.client_secret}`],
  )
  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600, scope: SCOPE })
  const { client_id, client_secret } = house().gateway.root
  const root = await curl(
    ...['-X', 'POST', `${url}/v1/serviceaccounts/token`],
    ...['-d', `grant_type=client_credentials&client_id=${client_id}`],
    ...['-d', `client_secret=${client_secret}`],
  )
  const listed = await curl(
    ...['-H', `Authorization: Bearer ${root.body.access_token}`],
    `${url}/admin/v1/service-accounts?name=moved-here`,
  )
  expect(listed.body).toMatchObject({ data: [{ client_id: account.client_id }] })
})

// Itential Cloud: the OAuth 2.0 client-credentials grant; any client library's request.
test('I2 the client-credentials grant, by Basic and in the body', async () => {
  const url = `${house().gateway.url()}/oauth/token`
  const form = ['--data', 'grant_type=client_credentials']
  const byHeader = await curl(
    ...['--request', 'POST', url, '--header'],
    `Authorization: ${basic(account.client_id, account.client_secret)}`,
    ...form,
  )
  const inBody = await curl(
    ...['--request', 'POST', url, ...form],
    ...['--data-urlencode', `client_id=${account.client_id}`],
    ...['--data-urlencode', `client_secret=${account.client_secret}`],
  )
  for (const { status, body } of [byHeader, inBody]) {
    expect(status).toBe(200)
    expect(decodeJwt(String(body.access_token)).client_id).toBe(account.client_id)
  }
})
