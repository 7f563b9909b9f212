import { beforeAll, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { expectC401, expectIssued, expectS400 } from '../support/expect.ts'
import { type Account, API_3 } from '../support/fixture.ts'
import { flood } from '../support/flood.ts'
import { turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test', faultyDatabase: true })

let one: Account
let twenty: Account

beforeAll(async () => {
  const { gateway, account } = house()
  const policies = Array.from({ length: 20 }, (_, i) =>
    policyP0(gateway.issuers.a.url, {
      name: `P${i}`,
      bound_claims: { repository_id: String(1001 - i), repository_owner_id: '501' },
    }),
  )
  one = await account('one-policy', { policies: policies.slice(0, 1) })
  twenty = await account('twenty-policies', { policies })
})

interface Cost {
  readonly databaseRequests: number
  readonly signatureChecks: number
  readonly outboundRequests: number
}

async function counts(): Promise<Cost> {
  const { gateway } = house()
  return {
    databaseRequests: gateway.database.requests(),
    signatureChecks: (await turn(gateway)).signatureChecks,
    outboundRequests: gateway.issuers.requests.length,
  }
}

/** Expects a request to cost so much, its record included. */
async function expectCost(cost: Cost, request: () => Promise<void>): Promise<void> {
  const before = await counts()
  await request()
  await vi.waitFor(async () => {
    const after = await counts()
    expect({
      databaseRequests: after.databaseRequests - before.databaseRequests,
      signatureChecks: after.signatureChecks - before.signatureChecks,
      outboundRequests: after.outboundRequests - before.outboundRequests,
    }).toEqual(cost)
  })
}

describe('AC-367 twenty policies cost what one does (test entry: counters)', () => {
  const once = { signatureChecks: 1, outboundRequests: 0 }

  test.each(['its configuration read', 'its configuration remembered'])(
    'AC-367 a token that none of them matches, %s',
    async () => {
      const { gateway, BR, BT } = house()
      for (const { client_id } of [one, twenty]) {
        const subject_token = BT({ repository_id: '7' })
        await expectCost({ ...once, databaseRequests: 2 }, async () =>
          expectS400(await gateway.token(BR({ subject_token, client_id }))),
        )
      }
    },
  )

  test('AC-367 a token that the last of them matches', async () => {
    const { gateway, BR, BT } = house()
    const cases: [Account, string][] = [
      [one, '1001'],
      [twenty, '982'],
    ]
    for (const [{ client_id }, repository_id] of cases) {
      await expectCost({ ...once, databaseRequests: 1 }, async () => {
        const subject_token = BT({ repository_id })
        await expectIssued(await gateway.token(BR({ subject_token, client_id })))
      })
    }
  })
})

describe('AC-370 a neighbour', () => {
  test('AC-370 a flood of wrong secrets on globex leaves acme alone', async () => {
    const { gateway, BR, make, roles } = house()
    type Secret = Account & { readonly client_secret: string }
    const victim = await make.create<Secret>('/service-accounts', {
      namespace: '/globex',
      name: 'flooded',
      client_credentials: {},
      role_bindings: [{ role_id: roles.api3.id, namespace: '/globex' }],
    })
    const login = (secret: string) =>
      gateway.token(
        { grant_type: 'client_credentials', resource: API_3 },
        { headers: { authorization: basic(victim.client_id, secret) } },
      )
    const flooding = flood(300, (i) => login(`gths_wrong${i}`))
    const exchanges = await flood(100, () => gateway.token(BR()), 5)
    for (const exchange of exchanges) await expectIssued(exchange)
    const answers = await flooding
    const statuses = new Set(answers.map(({ status }) => status))
    // The flood reached the ceiling of the limiter.
    expect(statuses).toEqual(new Set([401, 429]))
    for (const answer of answers.filter(({ status }) => status === 401)) await expectC401(answer)
    await expectIssued(await login(victim.client_secret))
    await expectIssued(await gateway.token(BR()))
  })
})
