import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { makeCallers, type SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { withinBound } from '../support/cold.ts'
import { expectC401, expectIssued, expectL429, expectS400 } from '../support/expect.ts'
import type { DatabaseMode } from '../support/faulty-database.ts'
import { type Account, API_1 } from '../support/fixture.ts'
import { HONEST, mintAt, turn } from '../support/switches.ts'

const house = useHouse({ entry: 'test', faultyDatabase: true })

let once: Account
let secret: SecretAccount

beforeAll(async () => {
  const callers = await makeCallers(house())
  once = callers.once
  secret = callers.secret
})

afterEach(async () => {
  house().gateway.database.set('pass')
  await turn(house().gateway, HONEST)
})

const login = (password = secret.client_secret) =>
  house().gateway.token(
    { grant_type: 'client_credentials', resource: API_1 },
    { headers: { authorization: basic(secret.client_id, password) } },
  )

const readiness = async (): Promise<unknown> => {
  const response = await withinBound(house().gateway.fetch('/readyz'))
  expect(response.headers.get('cache-control')).toBe('no-store')
  return [response.status, await response.json()]
}

const READY = [200, { status: 'ready' }]

const unready = (checks: Record<string, unknown>) => [503, { status: 'unready', checks }]

describe('KV (test entry: faults)', () => {
  test.each(['throwing', 'put_429', 'empty', 'stale', 'lying'] as const)(
    'AC-379 %s: tokens flow, and are spent',
    async (kv) => {
      const { gateway, BR } = house()
      const before = await turn(gateway, { kv })
      // Old enough for KV to be asked.
      const token = mintAt(gateway.issuers.a, -90)
      const request = BR({ client_id: once.client_id, subject_token: token })
      await expectIssued(await gateway.token(request))
      await expectS400(await gateway.token(request))
      await expectIssued(await login())
      expect((await gateway.admin('GET', '/namespaces')).status).toBe(200)
      const after = await turn(gateway)
      expect(after.kvReads.length).toBeGreaterThan(before.kvReads.length)
      expect(after.kvWrites.length).toBeGreaterThan(before.kvWrites.length)
    },
  )
})

describe('the rate limiter (test entry: faults)', () => {
  test('AC-388 unavailable: the right secret passes, wrong ones do not', async () => {
    const { gateway, BR } = house()
    await turn(gateway, { limiter: 'throwing' })
    await expectIssued(await gateway.token(BR()))
    await expectIssued(await login())
    for (let i = 0; i < 30; i++) await expectC401(await login('wrong'))
    await expectIssued(await login())
    await turn(gateway, HONEST)
    const statuses: number[] = []
    for (let i = 0; i < 30; i++) {
      const response = await login('wrong')
      statuses.push(response.status)
      await (response.status === 429 ? expectL429 : expectC401)(response)
    }
    expect(statuses).toContain(429)
  })
})

test('AC-388 a rate limiter that never answers (test entry: faults)', async () => {
  await turn(house().gateway, { limiter: 'hanging' })
  await expectC401(await withinBound(login('wrong')))
  await expectIssued(await withinBound(login()))
})

describe('the clock (test entry: clock)', () => {
  test.each([
    ['ten minutes fast', 600],
    ['ten minutes slow', -600],
  ])('AC-385 %s', async (_, seconds) => {
    const { gateway, refused, accepted, BT } = house()
    await turn(gateway, { clockOffsetMs: seconds * 1000 })
    await refused(BT())
    await refused(BT(), once)
    expect(await readiness()).toEqual(unready({ clock: expect.any(String) }))
    expect((await gateway.fetch('/healthz')).status).toBe(200)
    await turn(gateway, HONEST)
    expect(await readiness()).toEqual(READY)
    await accepted(BT())
  })

  test.each([
    [50, READY],
    [-50, READY],
    [75, unready({ clock: expect.any(String) })],
    [-75, unready({ clock: expect.any(String) })],
  ])('AC-385 %i s off', async (seconds, expected) => {
    await turn(house().gateway, { clockOffsetMs: seconds * 1000 })
    expect(await readiness()).toEqual(expected)
  })
})

describe('health (test entry: faults)', () => {
  const faults: DatabaseMode[] = ['hang', 'refuse', 'html', 'garbage', 'truncate', 'error']

  test.each(faults)('AC-387 the database: %s', async (mode) => {
    const { gateway } = house()
    gateway.database.set(mode)
    expect(await readiness()).toEqual(unready({ database: 'unreachable' }))
    expect((await gateway.fetch('/healthz')).status).toBe(200)
    gateway.database.set('pass')
    expect(await readiness()).toEqual(READY)
  })

  test('AC-387 what only accelerates or brakes does not show', async () => {
    await turn(house().gateway, { kv: 'throwing', limiter: 'throwing' })
    expect(await readiness()).toEqual(READY)
  })

  test.each(['hang', 'html', 'error'] as const)('AC-387 nothing leaks: %s', async (mode) => {
    const { gateway } = house()
    gateway.database.set(mode)
    const response = await gateway.fetch('/readyz')
    const said = JSON.stringify([[...response.headers], await response.text()])
    expect(said).not.toMatch(
      /127\.0\.0\.1|localhost|libsql|sqlite|workerd|hono|node|\.ts|\.js|at /i,
    )
    expect(said).not.toMatch(/502|broken|doctype|\d+\.\d+\.\d+/i)
  })
})
