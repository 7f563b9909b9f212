import { beforeEach, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { expectC401, expectIssued, expectL429 } from '../support/expect.ts'
import { logIn, type Pair, secretAccount } from '../support/logins.ts'

const house = useHouse()

let made = 0
let account: Pair

beforeEach(async () => {
  made += 1
  account = await secretAccount(house(), `guessed-${made}`)
  await startOfMinute()
})

/** The local limiter counts by minutes of the clock: waits for the next where this one is ending. */
async function startOfMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000)
  if (left < 10_000) await new Promise((resolve) => setTimeout(resolve, left + 50))
}

/** Tries 30 wrong secrets: 20 are refused as wrong, the rest for coming too often. */
async function guess(headers: (attempt: number) => Record<string, string>): Promise<void> {
  for (let attempt = 1; attempt <= 30; attempt++) {
    const wrong = { ...account, client_secret: `gths_wrong${attempt}` }
    const answer = await logIn(house(), wrong, { headers: headers(attempt) })
    await (attempt <= 20 ? expectC401 : expectL429)(answer)
  }
}

describe('30 wrong secrets in a minute', () => {
  test('AC-193 for one client from one address', async () => {
    await guess(() => ({}))
    await expectIssued(await logIn(house(), account))
    const answer = await logIn(house(), { ...account, client_secret: 'gths_wrong' })
    expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  })

  test('AC-193 do not stand in the way of another address, or another client', async () => {
    await guess(() => ({}))
    const wrong = { ...account, client_secret: 'gths_wrong' }
    const elsewhere = { headers: { 'cf-connecting-ip': '203.0.113.7' } }
    await expectC401(await logIn(house(), wrong, elsewhere))
    await expectC401(await logIn(house(), { ...wrong, client_id: 'nobody' }))
  })

  test('AC-193 for a client that does not exist', async () => {
    account = { ...account, client_id: `nobody-${made}` }
    await guess(() => ({}))
  })

  test('AC-195 under many made-up addresses', async () => {
    await guess((attempt) => ({
      'x-forwarded-for': `203.0.113.${attempt}`,
      forwarded: `for=203.0.113.${attempt}`,
      'true-client-ip': `203.0.113.${attempt}`,
      'x-real-ip': `203.0.113.${attempt}`,
      'x-client-ip': `203.0.113.${attempt}`,
    }))
    await expectIssued(await logIn(house(), account))
  })
})
