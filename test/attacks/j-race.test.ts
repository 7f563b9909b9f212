import { setImmediate as breath } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, now, policyP0 } from '../support/baseline.ts'
import { type Account, API_1 } from '../support/fixture.ts'

const house = useHouse()

const PRESENTATIONS = 500

/** Presents one token so often at once, at both doors, and counts the answers by status. */
async function race(token: string, account: Account): Promise<Record<string, number>> {
  const statuses = await Promise.all(
    Array.from({ length: PRESENTATIONS }, async (_, index) => {
      const form = DOORS[index % DOORS.length]?.form(token)
      const request = { ...form, client_id: account.client_id, resource: API_1 }
      const response = await house().gateway.token(request)
      await response.body?.cancel()
      return response.status
    }),
  )
  const count: Record<string, number> = {}
  for (const status of statuses) count[status] = (count[status] ?? 0) + 1
  return count
}

function singleUse(name: string): Promise<Account> {
  const { gateway, account } = house()
  const policies = [policyP0(gateway.issuers.a.url, { replay: 'single_use' })]
  return account(name, { policies })
}

const once = { '200': 1, '400': PRESENTATIONS - 1 }

/** A token old enough that the edge's memory is asked about it. */
function oldToken(): string {
  const issued = now() - 90
  return house().BT({ iat: issued, nbf: issued })
}

test('race: one of 500', async () => {
  const account = await singleUse('race-fresh')
  const token = house().BT()
  expect(await race(token, account)).toEqual(once)
  await house().refused(token, account)
})

test('race: one of 500, KV working', async () => {
  const account = await singleUse('race-kv')
  const { kv } = house().gateway
  const remembered = (await kv.keys()).length
  const token = oldToken()
  expect(await race(token, account)).toEqual(once)
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
  expect(await race(token, account)).toEqual(once)
  racing = false
  await forgetting
  await kv.clear()
  await house().refused(token, account)
})

test('race: one of 500 after a restart', async () => {
  const account = await singleUse('race-restart')
  const token = house().BT()
  expect(await race(token, account)).toEqual(once)
  await house().gateway.restart()
  await house().refused(token, account)
})
