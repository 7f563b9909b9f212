import { beforeAll, expect, test } from 'vitest'
import { withAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { formBody } from '../support/clients.ts'
import { expectC401, expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import { type KeyClient, makeKeyClient } from '../support/key-clients.ts'

const house = useHouse()

let client: KeyClient
let mayNot: KeyClient

beforeAll(async () => {
  const role_bindings = [
    { role_id: 'role_deployer', namespace: '/acme' },
    { role_id: house().roles.api1.id, namespace: '/acme' },
  ]
  client = await makeKeyClient(house(), 'api', { members: { role_bindings } })
  mayNot = await makeKeyClient(house(), 'may-not')
})

const post = (path: string, assertion: string) =>
  house().gateway.fetch(path, {
    method: 'POST',
    body: formBody({ token: 'gtht_unknown', ...withAssertion(assertion) }),
  })
const introspect = (assertion: string) => post('/oauth/introspect', assertion)
const revoke = (assertion: string) => post('/oauth/revoke', assertion)
const login = (assertion: string) => client.login(assertion)
const doors = { login, introspect, revoke }

test.each(Object.keys(doors) as (keyof typeof doors)[])(
  'AC-216 spent at %s, an assertion is spent everywhere',
  async (first) => {
    const text = client.assertion()
    expect((await doors[first](text)).status).toBe(200)
    for (const door of Object.values(doors)) await expectC401(await door(text))
    await house().gateway.restart()
    for (const door of Object.values(doors)) await expectC401(await door(text))
  },
)

test.each(Object.entries(doors))('AC-217 50 parallel copies at %s', async (_, door) => {
  const text = client.assertion()
  const responses = await Promise.all(Array.from({ length: 50 }, () => door(text)))
  expect(responses.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(responses.filter(({ status }) => [401, 503].includes(status))).toHaveLength(49)
})

test('AC-217 50 parallel copies at all of them', async () => {
  const text = client.assertion()
  const ways = Object.values(doors)
  const responses = await Promise.all(
    Array.from({ length: 51 }, (_, i) => (ways[i % ways.length] ?? login)(text)),
  )
  expect(responses.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(responses.filter(({ status }) => [401, 503].includes(status))).toHaveLength(50)
})

test('AC-224 refused there, it is not spent', async () => {
  const { gateway } = house()
  const aud = 'https://gw.test/oauth/introspect'
  const jti = crypto.randomUUID()
  await expectC401(await introspect(client.assertion({ jti, aud })))
  await expectC401(await revoke(client.assertion({ jti, aud })))
  await expectIssued(await login(client.assertion({ jti })))
  // It may log in, and not ask about tokens.
  const text = mayNot.assertion()
  await expectC401(await introspect(text))
  await expectIssued(await mayNot.login(text))
  const form = { grant_type: 'client_credentials', resource: API_1 }
  await expectC401(await gateway.token({ ...form, ...withAssertion(text) }))
})

test('a platform’s token authenticates nobody there', async () => {
  const { BT, BR, deployer, gateway } = house()
  const token = BT()
  for (const path of ['/oauth/introspect', '/oauth/revoke']) {
    const form = { token: 'x', client_id: deployer.client_id, ...withAssertion(token) }
    await expectC401(await gateway.fetch(path, { method: 'POST', body: formBody(form) }))
  }
  await expectIssued(await gateway.token(BR({ subject_token: token })))
})

test('a removed key opens nothing there either', async () => {
  const { gateway } = house()
  const one = await makeKeyClient(house(), 'removed')
  expect((await revoke(one.assertion())).status).toBe(200)
  await gateway.admin('DELETE', `/service-accounts/${one.account.id}/keys/${one.registered.id}`)
  await expectC401(await revoke(one.assertion()))
})
