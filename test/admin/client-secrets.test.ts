import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { basic } from '../support/clients.ts'
import { expectC401, expectIssued, expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { expectWinners } from '../support/race.ts'
import { type Secrets, type Shown, secretsOf, useSecrets } from './secrets.ts'

const dayMs = 86_400_000

let gateway: Gateway
let secrets: Secrets

beforeAll(async () => {
  gateway = await startGateway()
  secrets = await useSecrets(gateway)
})

afterAll(() => gateway.close())

describe('a new secret', () => {
  test('is shown once, by the names of RFC 7591', async () => {
    const account = await secrets.account()
    const response = await gateway.admin('POST', secretsOf(account), { expires_in_days: 30 })
    expect(response.status).toBe(201)
    const shown = (await response.json()) as Shown
    expect(shown).toEqual({
      id: expect.stringMatching(/^sec_[0-9a-z]{26}$/),
      client_id: account.client_id,
      client_secret: expect.stringMatching(/^gths_[0-9A-Za-z]{49}$/),
      client_id_issued_at: expect.any(Number),
      client_secret_expires_at: expect.any(Number),
      created_at: expect.any(String),
      expires_at: expect.any(String),
    })
    const createdAt = Date.parse(String(shown.created_at))
    expect(Date.parse(shown.expires_at) - createdAt).toBe(30 * dayMs)
    expect(shown.client_secret_expires_at).toBe(Math.floor(Date.parse(shown.expires_at) / 1000))
    const accountMade = Date.parse(String(account.created_at))
    expect(shown.client_id_issued_at).toBe(Math.floor(accountMade / 1000))
    expect(response.headers.get('cache-control')).toBe('no-store')
    const location = response.headers.get('location')
    expect(location).toBe(`/admin/v1${secretsOf(account)}/${shown.id}`)
    const found = await gateway.admin('GET', `${secretsOf(account)}/${shown.id}`)
    const { expires_at, created_at, id } = shown
    const unused = { last_used_at: null, last_used_from: null }
    expect(await found.json()).toEqual({ id, created_at, expires_at, ...unused })
  })

  test('switches client credentials on, and works at once', async () => {
    const account = await secrets.account()
    expect(await secrets.read(account)).toMatchObject({
      client_credentials: { enabled: false, secrets: 0, expires_at: null },
    })
    const shown = await secrets.add(account)
    await expectIssued(await secrets.login(shown))
    expect(await secrets.read(account)).toMatchObject({
      client_credentials: { enabled: true, secrets: 1, expires_at: shown.expires_at },
    })
  })

  test('lives for the maximum by default', async () => {
    const shown = await secrets.add(await secrets.account())
    const lifeMs = Date.parse(shown.expires_at) - Date.parse(String(shown.created_at))
    expect(lifeMs).toBe(90 * dayMs)
  })

  test('lives for no longer than the deployment allows', async () => {
    const strict = await gateway.beside({ MAX_SECRET_DAYS: { type: 'text', value: '30' } })
    const path = secretsOf(await secrets.account())
    const shown = (await (await strict.admin('POST', path, {})).json()) as Shown
    const lifeMs = Date.parse(shown.expires_at) - Date.parse(String(shown.created_at))
    expect(lifeMs).toBe(30 * dayMs)
    await expectProblem(await strict.admin('POST', path, { expires_in_days: 31 }), 422)
  })

  test('may name the instant of its end', async () => {
    const expires_at = new Date(Date.now() + 2 * dayMs).toISOString()
    expect((await secrets.add(await secrets.account(), { expires_at })).expires_at).toBe(expires_at)
  })

  test.each([
    [{ expires_in_days: 0 }, '/expires_in_days'],
    [{ expires_in_days: 91 }, '/expires_in_days'],
    [{ expires_in_days: 1.5 }, '/expires_in_days'],
    [{ expires_at: new Date(Date.now() - dayMs).toISOString() }, '/expires_at'],
    [{ expires_at: new Date(Date.now() + dayMs / 2).toISOString() }, '/expires_at'],
    [{ expires_at: new Date(Date.now() + 91 * dayMs).toISOString() }, '/expires_at'],
    [{ expires_at: 'tomorrow' }, '/expires_at'],
    [{ expires_in_days: 2, expires_at: '2100-01-01T00:00:00Z' }, '/expires_at'],
  ])('does not live as %j says', async (body, pointer) => {
    const account = await secrets.account()
    for (const path of [secretsOf(account), `${secretsOf(account)}:reset`]) {
      const problem = await expectProblem(
        await gateway.admin('POST', path, body),
        422,
        'validation-failed',
      )
      expect(problem.errors).toMatchObject([{ pointer }])
    }
    expect(await secrets.list(account)).toEqual([])
  })

  test('may be the second, but not the third', async () => {
    const account = await secrets.account()
    const [first, second] = [await secrets.add(account), await secrets.add(account)]
    const third = await gateway.admin('POST', secretsOf(account), {})
    await expectProblem(third, 409, 'quota-exceeded')
    for (const shown of [first, second]) await expectIssued(await secrets.login(shown))
    expect((await secrets.list(account)).map(({ id }) => id)).toEqual([first.id, second.id])
  })

  test('of 50 at once two are made', async () => {
    const account = await secrets.account()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => gateway.admin('POST', secretsOf(account), {})),
    )
    expectWinners(answers, { times: 2, success: 201, refusals: [409] })
    expect(await secrets.list(account)).toHaveLength(2)
  })
})

describe('a secret that is deleted', () => {
  test('ends at once, and is gone', async () => {
    const account = await secrets.account()
    const [first, second] = [await secrets.add(account), await secrets.add(account)]
    await expectIssued(await secrets.login(first))
    const path = `${secretsOf(account)}/${first.id}`
    expect((await gateway.admin('DELETE', path)).status).toBe(204)
    await expectC401(await secrets.login(first))
    await expectIssued(await secrets.login(second))
    await expectProblem(await gateway.admin('DELETE', path), 404, 'not-found')
    await expectProblem(await gateway.admin('GET', path), 404, 'not-found')
  })

  test('is not found under another account', async () => {
    const [account, other] = [await secrets.account(), await secrets.account()]
    const shown = await secrets.add(account)
    const path = `${secretsOf(other)}/${shown.id}`
    await expectProblem(await gateway.admin('GET', path), 404, 'not-found')
    await expectProblem(await gateway.admin('DELETE', path), 404, 'not-found')
    await expectIssued(await secrets.login(shown))
  })
})

describe('client credentials', () => {
  test('are switched off and on again, secrets kept', async () => {
    const account = await secrets.account({ client_credentials: {} })
    const shown = account as Shown
    await expectIssued(await secrets.login(shown))
    const path = `/service-accounts/${account.id}`
    await gateway.admin('PATCH', path, { client_credentials: { enabled: false } })
    await expectC401(await secrets.login(shown))
    expect(await secrets.read(account)).toMatchObject({
      client_credentials: { enabled: false, secrets: 1 },
    })
    await gateway.admin('PATCH', path, { client_credentials: { enabled: true } })
    await expectIssued(await secrets.login(shown))
  })

  test('that are off come on with a new secret, and those that were kept are no more', async () => {
    const account = await secrets.account()
    const kept = [await secrets.add(account), await secrets.add(account)]
    await secrets.switchTo(account, false)
    const shown = await secrets.add(account)
    for (const old of kept) await expectC401(await secrets.login(old))
    await expectIssued(await secrets.login(shown))
    expect((await secrets.list(account)).map(({ id }) => id)).toEqual([shown.id])
  })

  test('of a new account live until the instant that was named', async () => {
    const expires_at = new Date(Date.now() + 3 * dayMs).toISOString()
    const account = await secrets.account({ client_credentials: { expires_at } })
    expect(account).toMatchObject({
      client_credentials: { enabled: true, secrets: 1, expires_at },
      client_secret_expires_at: Math.floor(Date.parse(expires_at) / 1000),
    })
    expect(account).not.toHaveProperty('expires_at')
  })

  test('of a new account do not live too long', async () => {
    const client_credentials = { expires_in_days: 91 }
    const body = { namespace: '/acme', name: 'too-long', client_credentials }
    const answer = await gateway.admin('POST', '/service-accounts', body)
    const problem = await expectProblem(answer, 422, 'validation-failed')
    expect(problem.errors).toMatchObject([{ pointer: '/client_credentials/expires_in_days' }])
  })
})

describe('the last use', () => {
  test('tells which secret is still in use, and from where', async () => {
    const account = await secrets.account()
    const [used, unused] = [await secrets.add(account), await secrets.add(account)]
    const before = Date.now()
    const headers = {
      authorization: basic(used.client_id, used.client_secret),
      'cf-connecting-ip': '203.0.113.9',
    }
    await expectIssued(await gateway.token({ grant_type: 'client_credentials' }, { headers }))
    await vi.waitFor(async () => {
      const [first, second] = await secrets.list(account)
      expect(first).toMatchObject({ id: used.id, last_used_from: '203.0.113.9' })
      expect(Date.parse(String(first?.last_used_at))).toBeGreaterThanOrEqual(before)
      expect(second).toMatchObject({ id: unused.id, last_used_at: null, last_used_from: null })
    })
  })
})
