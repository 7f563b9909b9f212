import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyP0 } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectIssued, expectL429 } from '../support/expect.ts'
import { type Account, API_1, API_3, createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import { text } from '../support/gateway-bindings.ts'
import { turn } from '../support/switches.ts'

// The minute has to be over: test entry.
const CEILING = 20

let house: Fixture
let globex: Account

beforeAll(async () => {
  const env = { EXCHANGES_PER_MINUTE: text(String(CEILING)) }
  house = await createFixture(await startGateway({ entry: 'test', env }))
  const { a } = house.gateway.issuers
  await house.register(a, {}, '/globex')
  globex = await house.account('neighbour', {
    namespace: '/globex',
    policies: [policyP0(a.url)],
    roles: [house.roles.api3],
  })
  await atMinute(1)
})

afterAll(() => house.gateway.close())

/** Goes to the middle of a minute that nobody has been issued anything in. */
async function atMinute(minute: number): Promise<void> {
  const now = Date.now()
  const clockOffsetMs = Math.ceil(now / 60_000) * 60_000 + minute * 60_000 + 10_000 - now
  await turn(house.gateway, { clockOffsetMs })
}

const exchange = () => house.gateway.token({ ...house.BR(), resource: API_1 })

test('a tenant is issued so many tokens in a minute, of 60 at once', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, exchange))
  const issued = answers.filter(({ status }) => status === 200)
  expect(issued).toHaveLength(CEILING)
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    await expectL429(answer)
  }
})

test('its neighbours and the operator are not', async () => {
  await expectL429(await exchange())
  const form = { ...house.BR({ client_id: globex.client_id }), resource: API_3 }
  await expectIssued(await house.gateway.token(form))
  const { client_id, client_secret } = house.gateway.root
  const headers = { authorization: basic(client_id, client_secret) }
  for (let i = 0; i < CEILING + 5; i += 1) {
    const login = { grant_type: 'client_credentials' }
    await expectIssued(await house.gateway.token(login, { headers }))
  }
})

test('what was refused for it is as good in the next minute', async () => {
  const request = { ...house.BR(), resource: API_1 }
  await expectL429(await house.gateway.token(request))
  await atMinute(2)
  await expectIssued(await house.gateway.token(request))
})

test('the log says why, and nothing is stored', async () => {
  await atMinute(3)
  const count = async () =>
    Number((await house.gateway.db.execute('SELECT count(*) AS n FROM decisions')).rows[0]?.n)
  for (let i = 0; i < CEILING; i += 1) await expectIssued(await exchange())
  const before = await count()
  const { decision_id } = (await (await exchange()).json()) as { decision_id: string }
  await expect
    .poll(() => house.gateway.logs.find((line) => line.includes(decision_id)))
    .toContain('"reason":"over_ceiling"')
  expect(await count()).toBe(before)
})
