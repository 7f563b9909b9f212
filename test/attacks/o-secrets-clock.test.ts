import { afterEach, describe, expect, test } from 'vitest'
import { secretsOf } from '../admin/secrets.ts'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { expectC401, expectIssued, expectProblem } from '../support/expect.ts'
import { logIn, secretAccount } from '../support/logins.ts'
import type { Made } from '../support/maker.ts'
import { turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test', env: { FAILED_AUTH: null } })

const minuteMs = 60_000
const dayMs = 86_400_000

let made = 0

const newAccount = (members: Record<string, unknown> = {}): Promise<SecretAccount> => {
  made += 1
  return secretAccount(house(), `timed-${made}`, members)
}
const later = (clockOffsetMs: number) => turn(house().gateway, { clockOffsetMs })

afterEach(() => later(0))

/** The admin API at the gateway's time, which may be days from now. */
const admin = async (method: string, path: string, body?: unknown): Promise<Response> => {
  const { gateway } = house()
  const { client_id, client_secret } = gateway.root
  const form = { grant_type: 'client_credentials', client_id, client_secret }
  const { access_token: token } = await expectIssued(await gateway.token(form))
  return gateway.admin(method, path, body, { token })
}
const list = async (account: Made) =>
  ((await (await admin('GET', secretsOf(account))).json()) as { data: Made[] }).data

describe('a reset with ten minutes of grace (test entry: clock)', () => {
  test('AC-324 the old secret at +9 min, and at +11 min', async () => {
    const account = await newAccount()
    const shown = await house().make.create<SecretAccount>(`${secretsOf(account)}:reset`, {
      grace_seconds: 600,
    })
    for (const pair of [account, shown]) await expectIssued(await logIn(house(), pair))
    await later(9 * minuteMs)
    for (const pair of [account, shown]) await expectIssued(await logIn(house(), pair))
    await later(11 * minuteMs)
    await expectC401(await logIn(house(), account))
    await expectIssued(await logIn(house(), shown))
    const [ended, current] = await list(account)
    expect([ended?.last_used_at, current?.id]).toEqual([expect.any(String), shown.id])
  })
})

describe('an expired secret (test entry: clock)', () => {
  test('AC-329 is refused to the second', async () => {
    const account = await newAccount({ client_credentials: { expires_in_days: 2 } })
    await later(2 * dayMs - 5000)
    await expectIssued(await logIn(house(), account))
    await later(2 * dayMs + 1000)
    await expectC401(await logIn(house(), account))
  })

  test('AC-329 stays refused until it is reset', async () => {
    const account = await newAccount({ client_credentials: { expires_in_days: 1 } })
    await later(dayMs + 1000)
    for (let i = 0; i < 2; i++) await expectC401(await logIn(house(), account))
    const answer = await admin('POST', `${secretsOf(account)}:reset`, {})
    expect(answer.status).toBe(201)
    await expectIssued(await logIn(house(), (await answer.json()) as SecretAccount))
    await expectC401(await logIn(house(), account))
  })

  test('AC-323 is listed, but does not count, and goes when another is made', async () => {
    const account = await newAccount({ client_credentials: { expires_in_days: 1 } })
    const path = secretsOf(account)
    await house().make.create(path, { expires_in_days: 1 })
    await expectProblem(await admin('POST', path, {}), 409, 'quota-exceeded')
    await later(dayMs + 1000)
    expect(await list(account)).toHaveLength(2)
    const read = await admin('GET', `/service-accounts/${account.id}`)
    expect(await read.json()).toMatchObject({
      client_credentials: { enabled: true, secrets: 0, expires_at: null },
    })
    expect((await admin('POST', path, {})).status).toBe(201)
    expect(await list(account)).toHaveLength(1)
  })

  test('AC-323 is not kept alive by a grace', async () => {
    const account = await newAccount({ client_credentials: { expires_in_days: 1 } })
    await later(dayMs + 1000)
    const answer = await admin('POST', `${secretsOf(account)}:reset`, { grace_seconds: 600 })
    expect(answer.status).toBe(201)
    expect(await list(account)).toHaveLength(1)
    await expectC401(await logIn(house(), account))
  })
})
