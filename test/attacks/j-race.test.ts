import { setImmediate as breath } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, now, policyP0 } from '../support/baseline.ts'
import { type Account, API_1 } from '../support/fixture.ts'

const house = useHouse()

const PRESENTATIONS = 500

interface Outcome {
  readonly issued: number
  readonly refused: number
  /** Answers that an overloaded machine may give instead of a refusal; never instead of a token. */
  readonly unavailable: number
}

/** Presents one token so often at once, at both doors, and counts the answers. */
async function race(token: string, account: Account): Promise<Outcome> {
  const statuses = await Promise.all(
    Array.from({ length: PRESENTATIONS }, async (_, index) => {
      const form = DOORS[index % DOORS.length]?.form(token)
      const request = { ...form, client_id: account.client_id, resource: API_1 }
      const response = await house().gateway.token(request)
      await response.body?.cancel()
      return response.status
    }),
  )
  const count = (status: number): number => statuses.filter((it) => it === status).length
  return { issued: count(200), refused: count(400), unavailable: count(503) }
}

/** Expects one winner, nothing but losers beside it, and a token that stays spent. */
async function expectOneWinner(token: string, account: Account): Promise<void> {
  const { issued, refused, unavailable } = await race(token, account)
  expect(issued).toBe(1)
  expect(refused + unavailable).toBe(PRESENTATIONS - 1)
  await house().refused(token, account)
}

function singleUse(name: string): Promise<Account> {
  const { gateway, account } = house()
  const policies = [policyP0(gateway.issuers.a.url, { replay: 'single_use' })]
  return account(name, { policies })
}

/** A token old enough that the edge's memory is asked about it. */
function oldToken(): string {
  const issued = now() - 90
  return house().BT({ iat: issued, nbf: issued })
}

test('race: one of 500', async () => {
  const account = await singleUse('race-fresh')
  const token = house().BT()
  await expectOneWinner(token, account)
  // Neither the isolate's memory nor KV's is what keeps it spent.
  await house().gateway.restart()
  await house().refused(token, account)
})

test('race: one of 500, KV working', async () => {
  const account = await singleUse('race-kv')
  const { kv } = house().gateway
  const remembered = (await kv.keys()).length
  const token = oldToken()
  await expectOneWinner(token, account)
  await vi.waitFor(async () => expect((await kv.keys()).length).toBeGreaterThan(remembered))
  await house().refused(token, account)
})

test('race: one of 500, KV empty', async () => {
  const account = await singleUse('race-no-kv')
  const { kv } = house().gateway
  const token = oldToken()
  let racing = true
  const forgetting = (async () => {
    while (racing) {
      await kv.clear()
      await breath()
    }
  })()
  await expectOneWinner(token, account).finally(() => {
    racing = false
  })
  await forgetting
  await kv.clear()
  await house().refused(token, account)
})
