import { afterAll, beforeAll, expect, test } from 'vitest'
import { expiresSoon } from '../../src/http/expires-soon.ts'
import { DOORS } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectC401, expectIssued } from '../support/expect.ts'
import { API_1, createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import type { Made } from '../support/maker.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await createFixture(await startGateway())
})

afterAll(() => fixture.gateway.close())

const header = 'gatehouse-expires-soon'
const dayMs = 86_400_000
let count = 0

const withSecret = async (days: number) => {
  const { make, roles } = fixture
  const account = await make.create<Made & { client_id: string; client_secret: string }>(
    '/service-accounts',
    {
      namespace: '/acme',
      name: `bot-${++count}`,
      client_credentials: { expires_in_days: days },
      role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
    },
  )
  const login = (secret = account.client_secret) =>
    fixture.gateway.token(
      { grant_type: 'client_credentials', resource: API_1 },
      { headers: { authorization: basic(account.client_id, secret) } },
    )
  return { account, login }
}

test('who logs in with a secret that ends within 14 days is told which and when', async () => {
  const { account, login } = await withSecret(14)
  const response = await login()
  const told = response.headers.get(header)
  await expectIssued(response)
  const list = await fixture.gateway.admin('GET', `/service-accounts/${account.id}/secrets`)
  const { data } = (await list.json()) as { data: { id: string; expires_at: string }[] }
  expect(told).toBe(`${data[0]?.id};expires="${data[0]?.expires_at}"`)
})

test('who has more time, or is refused, is told nothing', async () => {
  const late = await withSecret(15)
  const answer = await late.login()
  await expectIssued(answer)
  expect(answer.headers.has(header)).toBe(false)
  const refused = await (await withSecret(2)).login('gths_wrong')
  await expectC401(refused)
  expect(refused.headers.has(header)).toBe(false)
})

test('who exchanges a named token is told of that token', async () => {
  const { account } = await withSecret(90)
  const token = await fixture.make.create<Made & { token: string; expires_at: string }>(
    `/service-accounts/${account.id}/tokens`,
    { name: 'grafana', resource_server_id: fixture.resourceServers.api1.id, expires_in_days: 3 },
  )
  const response = await fixture.gateway.token({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    client_id: account.client_id,
    subject_token: token.token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  })
  await expectIssued(response)
  expect(response.headers.get(header)).toBe(`${token.id};expires="${token.expires_at}"`)
})

test('a token of the outside world has nothing of ours that could end', async () => {
  const { deployer, gateway, BT } = fixture
  for (const door of DOORS) {
    const form = { ...door.form(BT()), client_id: deployer.client_id, resource: API_1 }
    const response = await gateway.token(form)
    await expectIssued(response)
    expect(response.headers.has(header)).toBe(false)
  }
})

test('nothing is said of a credential that does not end', () => {
  const now = 1_800_000_000_000
  expect(expiresSoon(null, now)).toEqual({})
  expect(expiresSoon({ id: 'key_1', expiresAt: null }, now)).toEqual({})
  expect(expiresSoon({ id: 'key_1', expiresAt: now + 14 * dayMs + 1 }, now)).toEqual({})
  expect(expiresSoon({ id: 'key_1', expiresAt: now + 14 * dayMs }, now)).toEqual({
    [header]: 'key_1;expires="2027-01-29T08:00:00.000Z"',
  })
})
