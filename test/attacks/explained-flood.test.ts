import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { awaitDecision, listDecisions, readDecision } from '../support/decisions.ts'
import { expectIssued } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import { judging, mismatch } from '../support/judging.ts'
import { turn } from '../support/switches.ts'

// The window of a minute needs a clock, which the test entry alone has.
const house = useHouse({ entry: 'test', preset: 'github-actions' })
const { told, trusting } = judging(house)

const BOUND = { repository_id: '1001', repository_owner_id: '501', ref: 'refs/heads/main' }

/** Presents a stranger's token, signed by the issuer, and answers the decision id. */
async function stranger({ client_id }: Account): Promise<string> {
  const { gateway, BR, BT } = house()
  const subject_token = BT({ repository_id: '9999' })
  const response = await gateway.token(BR({ subject_token, client_id }))
  expect(response.status).toBe(400)
  return ((await response.json()) as { decision_id: string }).decision_id
}

async function flood(account: Account, times: number): Promise<void> {
  for (let sent = 0; sent < times; sent += 1) await stranger(account)
}

const recorded = (account: Account, count: number) =>
  vi.waitFor(
    async () => expect(await listDecisions(house().gateway, account.id)).toHaveLength(count),
    { timeout: 10_000, interval: 100 },
  )

describe('strangers with signed tokens', () => {
  let account: Account
  let neighbour: Account

  beforeAll(async () => {
    account = await trusting(BOUND)
    neighbour = await trusting(BOUND)
  })

  test('fill at most 60 records a minute, and the next one says how many were left out', async () => {
    const { gateway } = house()
    await flood(account, 60)
    await recorded(account, 60)
    await flood(account, 7)
    // Another account has a minute of its own.
    const beside = await awaitDecision(gateway, await stranger(neighbour))
    expect(beside.omitted_before).toBe(0)
    expect(await listDecisions(gateway, account.id)).toHaveLength(60)
    await turn(gateway, { clockOffsetMs: 61_000 })
    // What was left out is counted behind the answers' backs; it is told once, and only once.
    let leftOut = 0
    await vi.waitFor(
      async () => {
        leftOut += (await awaitDecision(gateway, await stranger(account))).omitted_before
        expect(leftOut).toBe(7)
      },
      { timeout: 10_000, interval: 100 },
    )
    const after = await awaitDecision(gateway, await stranger(account))
    expect([after.outcome, after.omitted_before]).toEqual(['refused', 0])
  })

  test('never crowd out what the account itself gets, or is told', async () => {
    const { BT, BR, gateway } = house()
    await flood(account, 60)
    await flood(account, 1)
    const form = BR({ client_id: account.client_id })
    const { access_token } = await expectIssued(await gateway.token(form))
    const issued = await readDecision(gateway, String(decodeJwt(access_token).decision_id))
    expect(issued.outcome).toBe('issued')
    const ref = 'refs/heads/side'
    const ids = await told(BT({ ref }), account, mismatch({ ref }))
    for (const id of ids) {
      expect((await readDecision(gateway, id)).claims).toMatchObject({ ref })
    }
  })
})
