import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type KeyDesk, keyDesk, rootLogin } from '../support/signing-keys.ts'
import { turn } from '../support/switches.ts'

const minuteMs = 60_000

let gateway: Gateway
let desk: KeyDesk
let offsetMs = 0

beforeAll(async () => {
  gateway = await startGateway({ entry: 'test' })
  desk = keyDesk(gateway)
})

afterAll(() => gateway.close())

// Every test begins with one key.
beforeEach(async () => {
  await gateway.db.execute("DELETE FROM signing_keys WHERE state <> 'active'")
})

/** Lets time pass for the gateway. */
const pass = async (ms: number): Promise<void> => {
  offsetMs += ms
  await turn(gateway, { clockOffsetMs: offsetMs })
}

const shape = {
  kid: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
  algorithm: 'ES256',
  created_at: expect.stringMatching(/Z$/),
}

describe('listing', () => {
  test('shows what there is, and nothing of the private half', async () => {
    const next = await desk.rotate()
    const keys = await desk.list()
    expect(keys).toEqual([
      { ...shape, kid: next.kid, state: 'published', activated_at: null, retired_at: null },
      { ...shape, state: 'active', activated_at: expect.stringMatching(/Z$/), retired_at: null },
    ])
    expect(keys.map(({ kid }) => kid)).toEqual(await desk.kids())
  })

  test('is one page', async () => {
    const response = await gateway.admin('GET', '/signing-keys', undefined, {
      token: await rootLogin(gateway),
    })
    expect(await response.json()).toEqual({ data: [expect.anything()], next_cursor: null })
  })
})

describe('rotating', () => {
  test('publishes, waits for ten minutes, activates', async () => {
    const before = await desk.only('active')
    const next = await desk.rotate()
    expect(next).toMatchObject({ ...shape, state: 'published' })
    expect(next.kid).not.toBe(before.kid)
    await pass(10 * minuteMs - 5000)
    expect(await desk.rotate()).toEqual(next)
    expect(await desk.only('active')).toEqual(before)
    await pass(5000)
    const active = await desk.rotate()
    expect(active).toEqual({ ...next, state: 'active', activated_at: expect.any(String) })
    expect(await desk.only('retired')).toEqual({
      ...before,
      state: 'retired',
      retired_at: active.activated_at,
    })
    expect(decodeProtectedHeader(await rootLogin(gateway)).kid).toBe(active.kid)
  })

  test('makes a key of the algorithm that is asked for', async () => {
    expect(await desk.rotate({ algorithm: 'RS256' })).toMatchObject({ algorithm: 'RS256' })
    const again = { algorithm: 'RS256' }
    expect(await desk.rotate(again)).toMatchObject({ state: 'published' })
    await pass(10 * minuteMs)
    expect(await desk.rotate(again)).toMatchObject({ state: 'active' })
    expect(decodeProtectedHeader(await rootLogin(gateway)).alg).toBe('RS256')
    await desk.rotate({ algorithm: 'ES256' })
    await pass(10 * minuteMs)
    expect(await desk.rotate()).toMatchObject({ state: 'active', algorithm: 'ES256' })
  })

  test('a key of another algorithm is published already: 409, young or old', async () => {
    const next = await desk.rotate({ algorithm: 'Ed25519' })
    for (const wait of [0, 10 * minuteMs]) {
      await pass(wait)
      const token = await rootLogin(gateway)
      const body = { algorithm: 'RS256' }
      const response = await gateway.admin('POST', '/signing-keys:rotate', body, { token })
      await expectProblem(response, 409, 'rotation-pending')
      expect(await desk.only('published')).toEqual(next)
    }
  })

  test('takes no body, an empty one, and nothing unknown', async () => {
    expect(await desk.rotate()).toEqual(await desk.rotate({}))
    const token = await rootLogin(gateway)
    const attempt = (body: unknown, headers = {}) =>
      gateway.admin('POST', '/signing-keys:rotate', body, { token, headers })
    await expectProblem(await attempt({ algorithm: 'HS256' }), 422, 'validation-failed')
    await expectProblem(await attempt({ algorithm: 'none' }), 422, 'validation-failed')
    await expectProblem(await attempt({ kid: 'mine' }), 422, 'unknown-field')
    await expectProblem(await attempt([]), 400, 'malformed-body')
    await expectProblem(
      await attempt({}, { 'content-type': 'text/plain' }),
      415,
      'unsupported-media-type',
    )
  })
})

describe('revoking', () => {
  const refusedAs = async (token: string) =>
    expectProblem(
      await gateway.admin('GET', '/signing-keys', undefined, { token }),
      401,
      'authentication-required',
    )

  test('the active key: a new one signs at once, and the caller needs a new token', async () => {
    const active = await desk.only('active')
    const token = await rootLogin(gateway)
    const { kid, state, active: now } = await desk.revoke(active.kid)
    expect([kid, state]).toEqual([active.kid, 'revoked'])
    expect(now).toMatchObject({ ...shape, state: 'active' })
    await refusedAs(token)
    expect(await desk.kids()).toEqual([now?.kid])
    expect(decodeProtectedHeader(await rootLogin(gateway)).kid).toBe(now?.kid)
  })

  test('the active key: the published one signs at once, however new', async () => {
    const active = await desk.only('active')
    const next = await desk.rotate()
    const { active: now } = await desk.revoke(active.kid)
    expect(now).toMatchObject({ kid: next.kid, state: 'active' })
    expect(await desk.kids()).toEqual([next.kid])
  })

  test('keeps the algorithm of the key that it replaces', async () => {
    await desk.rotate({ algorithm: 'RS256' })
    await pass(10 * minuteMs)
    const { kid } = await desk.rotate()
    expect((await desk.revoke(kid)).active).toMatchObject({ algorithm: 'RS256' })
    await desk.rotate({ algorithm: 'ES256' })
    await pass(10 * minuteMs)
    await desk.rotate()
  })

  test('a published key just goes', async () => {
    const active = await desk.only('active')
    const next = await desk.rotate()
    expect((await desk.revoke(next.kid)).active).toEqual(active)
    expect(await desk.kids()).toEqual([active.kid])
    expect((await desk.rotate()).kid).not.toBe(next.kid)
  })

  test('a retired key: what it signed is refused', async () => {
    const { kid } = await desk.only('active')
    await desk.rotate()
    await pass(10 * minuteMs)
    const token = await rootLogin(gateway)
    const active = await desk.rotate()
    expect((await gateway.admin('GET', '/signing-keys', undefined, { token })).status).toBe(200)
    expect((await desk.revoke(kid)).active).toEqual(active)
    await refusedAs(token)
  })

  test('twice is once', async () => {
    const { kid } = await desk.rotate()
    const [first, second] = [await desk.revoke(kid), await desk.revoke(kid)]
    expect(second).toEqual(first)
  })

  test.each(['A'.repeat(43), 'x', '-_-'])('an unknown key: 404 (%s)', async (kid) => {
    const token = await rootLogin(gateway)
    const response = await gateway.admin('POST', `/signing-keys/${kid}:revoke`, undefined, {
      token,
    })
    await expectProblem(response, 404, 'not-found')
    expect(await desk.list()).toHaveLength(1)
  })

  test('leaves one log line, with the kid and who did it', async () => {
    const { kid } = await desk.rotate()
    await desk.revoke(kid)
    const lines = () =>
      gateway.logs.filter((line) => line.includes(kid)).map((line) => JSON.parse(line))
    await expect.poll(lines).toEqual([
      { event: 'signing_key_published', kid, service_account_id: expect.stringMatching(/^sa_/) },
      { event: 'signing_key_revoked', kid, service_account_id: expect.stringMatching(/^sa_/) },
    ])
  })
})
