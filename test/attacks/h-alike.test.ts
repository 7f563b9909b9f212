import { beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { makeCallers, type SecretAccount } from '../support/callers.ts'
import { type Account, API_3 } from '../support/fixture.ts'
import { logIn, METHODS, type Pair, secretAccount, whole } from '../support/logins.ts'

const house = useHouse({ env: { FAILED_AUTH: null } })

let account: SecretAccount
let disabled: SecretAccount
let expired: SecretAccount
let switchedOff: SecretAccount
let bare: Account
let suspended: SecretAccount
let foreign: SecretAccount

beforeAll(async () => {
  const { gateway, make, roles } = house()
  account = (await makeCallers(house())).secret
  disabled = await secretAccount(house(), 'disabled')
  await gateway.admin('PATCH', `/service-accounts/${disabled.id}`, { enabled: false })
  switchedOff = await secretAccount(house(), 'switched-off')
  const off = { client_credentials: { enabled: false } }
  await gateway.admin('PATCH', `/service-accounts/${switchedOff.id}`, off)
  expired = await secretAccount(house(), 'expired')
  // Nothing remembers this account yet, so the database may be told another expiry behind our back.
  await gateway.db.execute({
    sql: 'UPDATE client_secrets SET expires_at = ? WHERE service_account_id = ?',
    args: [Date.now() - 1, expired.id],
  })
  bare = await house().account('bare')
  await make.namespace('/acme/closed')
  suspended = await secretAccount(house(), 'suspended', {
    namespace: '/acme/closed',
    role_bindings: [],
  })
  foreign = await make.create<SecretAccount>('/service-accounts', {
    namespace: '/globex',
    name: 'foreign',
    client_credentials: {},
    role_bindings: [{ role_id: roles.api3.id, namespace: '/globex' }],
  })
})

const wrong = `gths_${'x'.repeat(49)}`
const withSecret = (client_secret: string): Pair => ({ ...account, client_secret })

describe('AC-174 alike to the byte', () => {
  const strangers: readonly [string, () => Pair | Promise<Pair>][] = [
    ['a wrong secret', () => withSecret(wrong)],
    ['an unknown client', () => ({ client_id: 'nobody', client_secret: wrong })],
    ['an unknown client of our kind', () => ({ ...account, client_id: `cli_${'0'.repeat(26)}` })],
    ['a disabled account with its right secret', () => disabled],
    ['an expired secret', () => expired],
    ['client credentials that are switched off', () => switchedOff],
    ['an account without secrets', () => ({ ...bare, client_secret: wrong })],
    ['a truncated secret', () => withSecret(account.client_secret.slice(0, -1))],
    ['a padded secret', () => withSecret(`${account.client_secret} `)],
    ['a re-cased secret', () => withSecret(account.client_secret.toLowerCase())],
    ['another tenant’s secret', () => withSecret(foreign.client_secret)],
    ['another tenant’s client', () => ({ ...account, client_id: foreign.client_id })],
    [
      'the digest as the secret',
      async () => {
        const { rows } = await house().gateway.db.execute({
          sql: 'SELECT hash FROM client_secrets WHERE service_account_id = ?',
          args: [account.id],
        })
        return withSecret(String(rows[0]?.hash))
      },
    ],
  ]

  test.each(METHODS)('AC-174 by %s', async (method) => {
    const first = await whole(
      await logIn(house(), { ...account, client_secret: wrong }, { method }),
    )
    expect(first).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Basic realm=/) },
      body: expect.stringContaining('"invalid_client"'),
    })
    for (const [who, pair] of strangers) {
      expect(await whole(await logIn(house(), await pair(), { method })), who).toEqual(first)
    }
  })

  test('AC-174 whatever is asked for', async () => {
    const forms = [{ resource: undefined }, { resource: API_3 }, { scope: 'x' }, { audience: 'x' }]
    const answers = new Set<string>()
    for (const form of forms) {
      for (const [, pair] of strangers) {
        answers.add(JSON.stringify(await whole(await logIn(house(), await pair(), { form }))))
      }
    }
    expect(answers.size).toBe(1)
  })

  test('AC-174 a suspended namespace', async () => {
    const { gateway } = house()
    const before = await whole(await logIn(house(), withSecret(wrong)))
    await gateway.db.batch([
      "UPDATE namespaces SET enabled = 0 WHERE path = '/acme/closed'",
      "UPDATE namespaces SET config_version = config_version + 1 WHERE path = '/acme'",
    ])
    expect(await whole(await logIn(house(), suspended))).toEqual(before)
  })
})

const median = (samples: readonly number[]): number =>
  [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)] ?? Number.NaN

/** Milliseconds of each kind, measured in turn so that a slow moment meets all of them. */
async function measure(kinds: readonly Pair[], samples: number): Promise<number[]> {
  const times: number[][] = kinds.map(() => [])
  for (let i = 0; i < samples; i++) {
    for (const [at, pair] of kinds.entries()) {
      const start = performance.now()
      const answer = await logIn(house(), pair)
      await answer.arrayBuffer()
      times[at]?.push(performance.now() - start)
      expect(answer.status).toBe(401)
    }
  }
  return times.map(median)
}

test('AC-175 unknown, wrong, disabled and bare take the same time (limiter unbound)', async () => {
  const kinds: readonly Pair[] = [
    { client_id: `cli_${'1'.repeat(26)}`, client_secret: wrong },
    withSecret(wrong),
    disabled,
    { ...bare, client_secret: wrong },
    expired,
  ]
  await measure(kinds, 20)
  let best = { difference: Number.POSITIVE_INFINITY, share: Number.POSITIVE_INFINITY }
  // The machine has other things to do: of three rounds of 1 000 requests the calmest counts.
  for (let round = 0; round < 3 && (best.difference >= 2 || best.share >= 0.15); round++) {
    const medians = await measure(kinds, 200)
    const difference = Math.max(...medians) - Math.min(...medians)
    const share = difference / Math.max(...medians)
    if (share < best.share) best = { difference, share }
  }
  expect(best.difference).toBeLessThan(2)
  expect(best.share).toBeLessThan(0.15)
}, 60_000)
