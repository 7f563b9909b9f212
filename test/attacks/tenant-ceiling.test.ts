import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { policyP0 } from '../support/baseline.ts'
import type { SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { expectC401, expectIssued, expectL429, expectS400, expectU503 } from '../support/expect.ts'
import { type Account, API_1, API_3, createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import { text } from '../support/gateway-bindings.ts'
import { inOneMinute } from '../support/minute.ts'
import { turn } from '../support/switches.ts'

// The clocks of isolates have to be wrong: test entry.
const CEILING = 20

let house: Fixture
let globex: Account

beforeAll(async () => {
  const env = { EXCHANGES_PER_MINUTE: text(String(CEILING)) }
  house = await createFixture(await startGateway({ entry: 'test', faultyDatabase: true, env }))
  const { a } = house.gateway.issuers
  await house.register(a, {}, '/globex')
  globex = await house.account('neighbour', {
    namespace: '/globex',
    policies: [policyP0(a.url)],
    roles: [house.roles.api3],
  })
})

afterAll(() => house.gateway.close())

/** Goes to a minute that nobody has been issued anything in. */
const nextMinute = () => house.gateway.db.execute('UPDATE issue_counts SET minute = minute - 1')

beforeEach(async () => {
  await inOneMinute(15_000)
  await nextMinute()
})

afterEach(() => house.gateway.database.set('pass'))

const exchange = (at = house.gateway) => at.token({ ...house.BR(), resource: API_1 })
const exhaust = () => Promise.all(Array.from({ length: CEILING }, () => exchange()))

type Robot = SecretAccount & { readonly form: Readonly<Record<string, string>> }

/** A tenant of its own, and its account with a secret. */
async function tenantOf(
  path: string,
): Promise<{ readonly namespace: string; readonly robot: Robot }> {
  const { make } = house
  const namespace = await make.namespace(path)
  const server = await make.resourceServer(path, `https://${path.slice(1)}.test`)
  const role = await make.role(path, 'user', server)
  const account = await make.create<SecretAccount>('/service-accounts', {
    namespace: path,
    name: 'robot',
    client_credentials: {},
    role_bindings: [{ role_id: role.id, namespace: path }],
  })
  const { client_id, client_secret } = account
  const form = { grant_type: 'client_credentials', client_id, client_secret }
  return { namespace: namespace.id, robot: { ...account, form } }
}

const decisions = async (where = 'TRUE', ...args: string[]) => {
  const sql = `SELECT count(*) AS n FROM decisions WHERE ${where}`
  return Number((await house.gateway.db.execute({ sql, args })).rows[0]?.n)
}

test('a tenant is issued so many tokens in a minute, of 60 at once', async () => {
  const answers = await Promise.all(Array.from({ length: 60 }, () => exchange()))
  const issued = answers.filter(({ status }) => status === 200)
  expect(issued).toHaveLength(CEILING)
  for (const answer of answers.filter(({ status }) => status !== 200)) {
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    await expectL429(answer)
  }
})

test('its neighbours and the operator are not', async () => {
  await exhaust()
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
  await exhaust()
  const request = { ...house.BR(), resource: API_1 }
  await expectL429(await house.gateway.token(request))
  await nextMinute()
  await expectIssued(await house.gateway.token(request))
})

test('the log says why, and nothing is stored', async () => {
  await exhaust()
  const before = await decisions()
  const { decision_id } = (await (await exchange()).json()) as { decision_id: string }
  await expect
    .poll(() => house.gateway.logs.find((line) => line.includes(decision_id)))
    .toContain('"reason":"over_ceiling"')
  expect(await decisions()).toBe(before)
})

test('a tenant that is deleted is refused as any stranger, where it is remembered too', async () => {
  const { namespace, robot } = await tenantOf('/doomed')
  const remembering = await house.gateway.beside()
  await expectIssued(await remembering.token(robot.form))
  expect((await house.gateway.admin('DELETE', `/namespaces/${namespace}`)).status).toBe(204)
  for (let i = 0; i < 3; i += 1) {
    await expectC401(await remembering.token(robot.form))
    await expectC401(await remembering.token({ ...robot.form, client_secret: 'wrong' }))
  }
  expect(await decisions("client_id = ? AND outcome = 'refused'", robot.client_id)).toBe(0)
})

test('over it, a secret that has ended is refused as any wrong one', async () => {
  const { robot } = await tenantOf('/full')
  const remembering = await house.gateway.beside()
  for (let i = 0; i < CEILING; i += 1) await expectIssued(await remembering.token(robot.form))
  await expectL429(await remembering.token(robot.form))
  const reset = await house.gateway.admin('POST', `/service-accounts/${robot.id}/secrets:reset`, {})
  expect(reset.status).toBe(201)
  await expectC401(await remembering.token(robot.form))
})

test('over it, a spent token is refused as spent, by whom its account is known or not', async () => {
  const policies = [policyP0(house.gateway.issuers.a.url, { replay: 'single_use' })]
  const once = await house.account('once', { policies })
  const request = { ...house.BR({ client_id: once.client_id }), resource: API_1 }
  await expectIssued(await house.gateway.token(request))
  await exhaust()
  await expectL429(await exchange())
  for (const at of [house.gateway, await house.gateway.beside()]) {
    await expectS400(await at.token(request))
  }
})

test('an isolate whose clock is ahead, or behind, counts in the same minute', async () => {
  const { robot } = await tenantOf('/skewed')
  for (const clockOffsetMs of [600_000, -600_000]) {
    const skewed = await house.gateway.beside()
    await turn(skewed, { clockOffsetMs })
    await expectIssued(await skewed.token(robot.form))
  }
  for (let i = 0; i < CEILING - 2; i += 1) {
    await expectIssued(await house.gateway.token(robot.form))
  }
  await expectL429(await house.gateway.token(robot.form))
  await nextMinute()
  await expectIssued(await house.gateway.token(robot.form))
})

test('a lost reply counts once', async () => {
  const { robot } = await tenantOf('/lossy')
  const { database } = house.gateway
  for (let i = 0; i < CEILING; i += 1) {
    database.set('lose-reply', { times: 1, when: (body) => body.includes('issue_counts') })
    await expectIssued(await house.gateway.token(robot.form))
  }
  await expectL429(await house.gateway.token(robot.form))
})

test('a violated constraint is an outage that passes, and is not recorded', async () => {
  const { robot } = await tenantOf('/strict')
  await expectIssued(await house.gateway.token(robot.form))
  const { db } = house.gateway
  await db.execute(`CREATE TRIGGER strict BEFORE INSERT ON decisions
    WHEN NEW.outcome = 'issued' BEGIN SELECT RAISE(ABORT, 'no more'); END`)
  try {
    await expectU503(await house.gateway.token(robot.form))
  } finally {
    await db.execute('DROP TRIGGER strict')
  }
  await expectIssued(await house.gateway.token(robot.form))
  expect(await decisions("client_id = ? AND outcome = 'refused'", robot.client_id)).toBe(0)
})
