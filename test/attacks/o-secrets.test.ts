import { beforeAll, describe, expect, test } from 'vitest'
import { secretsOf } from '../admin/secrets.ts'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import type { Clients } from '../support/clients.ts'
import { expectC401, expectIssued, expectProblem } from '../support/expect.ts'
import { logIn, secretAccount } from '../support/logins.ts'
import type { Made } from '../support/maker.ts'
import { expectOne } from '../support/race.ts'

const house = useHouse({ env: { FAILED_AUTH: null } })

type Shown = SecretAccount & { readonly expires_at: string }

let made = 0

const newAccount = (): Promise<SecretAccount> => {
  made += 1
  return secretAccount(house(), `rotated-${made}`)
}
const post = (path: string, body: unknown = {}, headers: Record<string, string> = {}) =>
  house().gateway.admin('POST', path, body, { headers })
const add = (account: Made, body: unknown = {}): Promise<Shown> =>
  house().make.create<Shown>(secretsOf(account), body)
const reset = (account: Made, body: unknown = {}): Promise<Shown> =>
  house().make.create<Shown>(`${secretsOf(account)}:reset`, body)
const idsOf = async (account: Made): Promise<string[]> => {
  const response = await house().gateway.admin('GET', secretsOf(account))
  return ((await response.json()) as { data: Made[] }).data.map(({ id }) => id)
}

describe('a secret is shown once', () => {
  test('AC-322 where it was made, and nowhere later', async () => {
    const { gateway } = house()
    const account = await newAccount()
    const answer = await post(secretsOf(account))
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const second = (await answer.json()) as Shown
    expect(second.client_secret).toMatch(/^gths_[0-9A-Za-z]{49}$/)
    const readings = [
      `/service-accounts/${account.id}`,
      '/service-accounts?namespace=/acme&limit=200',
      secretsOf(account),
      `${secretsOf(account)}/${second.id}`,
      '/decisions?limit=200',
    ]
    for (const path of readings) {
      const response = await gateway.admin('GET', path)
      expect([path, response.status]).toEqual([path, 200])
      expect(response.headers.get('cache-control')).toBe('no-store')
      const text = await response.text()
      expect(text).not.toMatch(/gths_|hash|pepper/)
      expect(text).not.toContain(second.client_secret.slice(5))
    }
    const found = await gateway.admin('GET', `${secretsOf(account)}/${second.id}`)
    expect(Object.keys((await found.json()) as object).sort()).toEqual([
      'created_at',
      'expires_at',
      'id',
      'last_used_at',
      'last_used_from',
    ])
  })
})

describe('two secrets live', () => {
  test('AC-323 and a third is refused', async () => {
    const account = await newAccount()
    const second = await add(account)
    await expectProblem(await post(secretsOf(account)), 409, 'quota-exceeded')
    for (const pair of [account, second]) await expectIssued(await logIn(house(), pair))
    const gone = await house().gateway.admin('DELETE', `${secretsOf(account)}/${second.id}`)
    expect(gone.status).toBe(204)
    await expectIssued(await logIn(house(), await add(account)))
  })

  test('AC-323 however many are asked for at once', async () => {
    const account = await newAccount()
    const answers = await Promise.all(Array.from({ length: 60 }, () => post(secretsOf(account))))
    expectOne(answers, 201, [409])
    expect(await idsOf(account)).toHaveLength(2)
  })

  test('AC-323 however many are asked for and reset at once', async () => {
    const account = await newAccount()
    const paths = [secretsOf(account), `${secretsOf(account)}:reset`]
    const bodies = [{}, {}, { grace_seconds: 600 }]
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) => {
        const path = paths[i % 2] ?? ''
        return post(path, i % 2 === 0 ? {} : bodies[i % 3])
      }),
    )
    for (const { status } of answers) expect([201, 409, 503]).toContain(status)
    const live = await idsOf(account)
    expect([1, 2]).toContain(live.length)
    const shown = await Promise.all(
      answers.filter(({ status }) => status === 201).map((answer) => answer.json()),
    )
    for (const pair of shown as Shown[]) {
      const answer = await logIn(house(), pair)
      await (live.includes(pair.id) ? expectIssued : expectC401)(answer)
    }
  })
})

describe('a reset without grace', () => {
  let elsewhere: Clients

  beforeAll(async () => {
    elsewhere = await house().gateway.beside()
  })

  test('AC-325 ends the old secret at once, here and in another isolate that remembers it', async () => {
    const account = await newAccount()
    const everywhere = [house().gateway, elsewhere]
    for (let i = 0; i < 2; i++) {
      for (const gateway of everywhere) await expectIssued(await logIn({ gateway }, account))
    }
    const shown = await reset(account)
    for (const gateway of everywhere) {
      await expectC401(await logIn({ gateway }, account))
      await expectIssued(await logIn({ gateway }, shown))
    }
  })

  test('AC-325 and its client id, where that changes too', async () => {
    const account = await newAccount()
    await expectIssued(await logIn({ gateway: elsewhere }, account))
    const shown = await reset(account, { rotate_client_id: true })
    for (const gateway of [house().gateway, elsewhere]) {
      await expectC401(await logIn({ gateway }, account))
      const { client_id } = account
      await expectC401(await logIn({ gateway }, { ...shown, client_id }))
      await expectIssued(await logIn({ gateway }, shown))
    }
  })

  test('AC-325 against 60 logins under way: whoever comes after it is refused', async () => {
    const account = await newAccount()
    await expectIssued(await logIn(house(), account))
    const gateways = [house().gateway, elsewhere]
    const logins = Array.from({ length: 60 }, (_, i) =>
      logIn({ gateway: gateways[i % 2] ?? elsewhere }, account),
    )
    const shown = await reset(account)
    const late = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        logIn({ gateway: gateways[i % 2] ?? elsewhere }, account),
      ),
    )
    for (const answer of late) await expectC401(answer)
    for (const { status } of await Promise.all(logins)) expect([200, 401]).toContain(status)
    await expectIssued(await logIn(house(), shown))
  })

  test('AC-325 50 resets at once leave one secret, and it was shown', async () => {
    const account = await newAccount()
    const path = `${secretsOf(account)}:reset`
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(path)))
    const shown = (await Promise.all(answers.map((answer) => answer.json()))) as Shown[]
    const [live, ...more] = await idsOf(account)
    expect(more).toEqual([])
    for (const pair of [account, ...shown]) {
      const answer = await logIn(house(), pair)
      await (pair.id === live ? expectIssued : expectC401)(answer)
    }
    expect(shown.map(({ id }) => id)).toContain(live)
  })
})

describe('the same Idempotency-Key', () => {
  const key = () => ({ 'idempotency-key': crypto.randomUUID() })

  test('AC-327 shows a secret once', async () => {
    const account = await newAccount()
    for (const path of [secretsOf(account), `${secretsOf(account)}:reset`]) {
      const headers = key()
      const first = (await (await post(path, {}, headers)).json()) as Shown
      for (const accept of ['application/json', 'text/csv']) {
        const again = await post(path, {}, { ...headers, accept })
        const problem = await expectProblem(again, 409, 'idempotency-replay')
        expect(problem).toMatchObject({ id: first.id })
        expect(JSON.stringify(problem)).not.toContain('gths_')
      }
      await expectIssued(await logIn(house(), first))
    }
    expect(await idsOf(account)).toHaveLength(1)
  })

  test('AC-328 with another body is another request', async () => {
    const account = await newAccount()
    const headers = key()
    expect((await post(secretsOf(account), { expires_in_days: 7 }, headers)).status).toBe(201)
    const other = await post(secretsOf(account), { expires_in_days: 8 }, headers)
    await expectProblem(other, 422, 'idempotency-mismatch')
    expect(await idsOf(account)).toHaveLength(2)
  })
})

describe('an expiry', () => {
  const at = (days: number) => ({
    expires_at: new Date(Date.now() + days * 86_400_000).toISOString(),
  })

  test('AC-329 in the past, too soon, or beyond the maximum', async () => {
    const account = await newAccount()
    const bodies = [at(-1), at(0), at(0.5), at(91), at(36_500), { expires_in_days: 91 }]
    for (const body of [...bodies, { expires_in_days: -1 }, { expires_in_days: 0 }]) {
      for (const path of [secretsOf(account), `${secretsOf(account)}:reset`]) {
        await expectProblem(await post(path, body), 422, 'validation-failed')
      }
      const creation = { namespace: '/acme', name: 'never-made', client_credentials: body }
      await expectProblem(await post('/service-accounts', creation), 422, 'validation-failed')
    }
    expect(await idsOf(account)).toHaveLength(1)
    await expectIssued(await logIn(house(), account))
  })
})
