import { beforeAll, expect, test } from 'vitest'
import { firstIdAt } from '../../src/core/id-time.ts'
import { useHouse } from '../support/attack.ts'
import { now, policyP0 } from '../support/baseline.ts'
import { expectIssued } from '../support/expect.ts'
import { type Account, API_1 } from '../support/fixture.ts'
import { text } from '../support/gateway-bindings.ts'
import { turn } from '../support/switches.ts'

// The clock has to move: test entry. Two days are the least that decisions can be kept.
const house = useHouse({ entry: 'test', env: { DECISION_DAYS: text('2') } })

const minuteMs = 60_000
const dayMs = 86_400_000

let once: Account

beforeAll(async () => {
  const { account, gateway } = house()
  once = await account('once', {
    policies: [policyP0(gateway.issuers.a.url, { replay: 'single_use' })],
  })
})

/** The hour strikes at this time from now. The baseline request is made by the real clock. */
async function strikeAt(clockOffsetMs: number): Promise<void> {
  const { gateway } = house()
  await turn(gateway, { clockOffsetMs })
  await gateway.scheduled()
}

const present = (token: string) =>
  house().gateway.token({
    ...house().BR({ subject_token: token }),
    client_id: once.client_id,
    resource: API_1,
  })

const reasons = async (): Promise<unknown[]> => {
  const { rows } = await house().gateway.db.execute({
    sql: 'SELECT outcome, reason FROM decisions WHERE service_account_id = ? ORDER BY id',
    args: [once.id],
  })
  return rows.map(({ outcome, reason }) => reason ?? outcome)
}

test('a token that was used once stays spent across purges, as long as it lives', async () => {
  const { gateway, BT } = house()
  const at = now()
  const token = BT({ iat: at, nbf: at, exp: at + 86_000 })
  await expectIssued(await present(token))
  for (const ms of [minuteMs, 12 * 60 * minuteMs, 86_000_000]) {
    await strikeAt(ms)
    await house().refused(token, once)
  }
  await expect.poll(reasons).toEqual(['issued', ...Array(6).fill('reused')])
  // Dead by itself, and gone from the books.
  await strikeAt(2 * dayMs + minuteMs)
  expect(await reasons()).not.toContain('issued')
  await house().refused(token, once)
  await turn(gateway, { clockOffsetMs: 0 })
})

test('a purge beside 50 exchanges harms none of them', async () => {
  const { gateway, BT } = house()
  const old = firstIdAt('dec', Date.now() - 3 * dayMs)
  await gateway.db.execute(`INSERT INTO decisions (id, at, outcome, grant_type, service_account_id,
      client_id, namespace_id, token_identity, slot, remember_until)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
    SELECT '${old}' || printf('%016d', i), 1, 'issued', 'x', '${once.id}', 'x', 'x',
      'old_' || i, '', 1 FROM n`)
  const tokens = Array.from({ length: 50 }, () => BT())
  const [answers] = await Promise.all([Promise.all(tokens.map(present)), gateway.scheduled()])
  for (const answer of answers) await expectIssued(answer)
  const left = await gateway.db.execute(
    // Not LIKE: to it one digest in thousands begins like these, whatever its letters' case.
    "SELECT count(*) AS n FROM decisions WHERE token_identity GLOB 'old_*'",
  )
  expect(left.rows[0]?.n).toBe(0)
  // Every one of them is remembered.
  for (const answer of await Promise.all(tokens.map(present))) expect(answer.status).toBe(400)
})
