import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, expect, test } from 'vitest'
import { assertionClaims, signAssertion, withAssertion } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { expectC401, expectIssued } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import { type KeyClient, makeKeyClient } from '../support/key-clients.ts'
import { makeEcKey, makeRsaKey, type TestKey } from '../support/keys.ts'
import { turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test' })

let client: KeyClient
let stranger: TestKey

beforeAll(async () => {
  client = await makeKeyClient(house(), 'ci-key')
  stranger = await makeEcKey('c1')
})

const checks = async () => (await turn(house().gateway)).signatureChecks

/** The round trips so far, once what was left for after the answers is done. */
async function tripsSoFar(): Promise<number> {
  const { hrana } = house().gateway
  let seen = -1
  while (seen !== hrana.requests()) {
    seen = hrana.requests()
    await pause(100)
  }
  return seen
}

/** Expects a request to cost so many round trips in all, and one signature check. */
async function expectCost(trips: number, request: () => Promise<Response>): Promise<Response> {
  const before = await checks()
  const requests = await tripsSoFar()
  const response = await request()
  expect((await tripsSoFar()) - requests).toBe(trips)
  expect((await checks()) - before).toBe(1)
  return response
}

const login = (assertion: string) =>
  house().gateway.token({
    grant_type: 'client_credentials',
    resource: API_1,
    ...withAssertion(assertion),
  })

test('a good assertion: two round trips cold and one to note its use, then one (test entry: counters)', async () => {
  await house().gateway.restart()
  await expectIssued(await expectCost(3, () => login(client.assertion())))
  for (let i = 0; i < 3; i++) {
    await expectIssued(await expectCost(1, () => login(client.assertion())))
  }
})

test('AC-203 an assertion that no key verifies: the same for every kind of account', async () => {
  const { gateway, account } = house()
  const bare = await account('bare', { policies: [] })
  const cold = await makeKeyClient(house(), 'cold')
  const off = await makeKeyClient(house(), 'off')
  const rsa = await makeKeyClient(house(), 'rsa', { key: await makeRsaKey('c1') })
  await gateway.admin('PATCH', `/service-accounts/${off.account.id}`, { enabled: false })
  // Of all these nobody remembers anything at first, and what there is from then on.
  await gateway.restart()
  const known = [client, cold, off, rsa].map((one) => one.account.client_id)
  for (const client_id of [...known, bare.client_id, 'nobody', 'nobody']) {
    for (const header of [{}, { kid: undefined }, { kid: 'unheard-of' }]) {
      const text = signAssertion(assertionClaims(client_id), stranger, header)
      await expectC401(await expectCost(1, () => login(text)))
    }
  }
})

test('AC-216 a spent assertion: asked of the claim, then of the database, then kept', async () => {
  const text = client.assertion()
  await expectIssued(await login(text))
  await expectC401(await expectCost(3, () => login(text)))
})
