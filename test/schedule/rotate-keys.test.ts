import { decodeProtectedHeader } from 'jose'
import { afterEach, expect, test } from 'vitest'
import { type Gateway, type GatewayOptions, startGateway } from '../support/gateway.ts'
import { text } from '../support/gateway-bindings.ts'
import { settings } from '../support/settings.ts'
import { type KeyDesk, keyDesk, rootLogin } from '../support/signing-keys.ts'
import { turn } from '../support/switches.ts'

const minuteMs = 60_000
const dayMs = 86_400_000

let running: Gateway | undefined

afterEach(() => running?.close())

async function boot(options: GatewayOptions): Promise<{ gateway: Gateway; desk: KeyDesk }> {
  const gateway = await startGateway({ entry: 'test', ...options })
  running = gateway
  return { gateway, desk: keyDesk(gateway) }
}

/** The hour strikes at this time after the start. */
async function strikeAt(gateway: Gateway, clockOffsetMs: number): Promise<void> {
  await turn(gateway, { clockOffsetMs })
  await gateway.scheduled()
}

async function rows({ db }: Gateway): Promise<{ state: unknown; wrapped: string }[]> {
  const found = await db.execute(
    'SELECT state, wrapped_key FROM signing_keys ORDER BY created_at DESC',
  )
  return found.rows.map((row) => ({ state: row.state, wrapped: String(row.wrapped_key) }))
}

const said = ({ logs }: Gateway): unknown[] =>
  logs.filter((line) => line.includes('"rotate_keys"')).map((line) => JSON.parse(line))

test('a key signs for SIGNING_KEY_DAYS, 90 if nobody says otherwise', async () => {
  // The key is as old as this run of the tests, which takes less than a day.
  const { gateway } = await boot({})
  await strikeAt(gateway, 89 * dayMs)
  expect(await rows(gateway)).toHaveLength(1)
  await strikeAt(gateway, 90 * dayMs)
  expect((await rows(gateway)).map(({ state }) => state)).toEqual(['published', 'active'])
  await strikeAt(gateway, 90 * dayMs + 60 * minuteMs)
  expect((await rows(gateway)).map(({ state }) => state)).toEqual(['active', 'retired'])
  await strikeAt(gateway, 90 * dayMs + 180 * minuteMs)
  expect((await rows(gateway)).map(({ state }) => state)).toEqual(['active'])
  const done = { event: 'duty_done', duty: 'rotate_keys' }
  await expect
    .poll(() => said(gateway))
    .toEqual([done, { ...done, published: 1 }, { ...done, activated: 1 }, { ...done, deleted: 1 }])
})

test('the next key is of SIGNING_ALGORITHM', async () => {
  const { gateway, desk } = await boot({
    env: { SIGNING_ALGORITHM: text('Ed25519'), SIGNING_KEY_DAYS: text('1') },
  })
  expect((await desk.only('active')).algorithm).toBe('ES256')
  await strikeAt(gateway, dayMs)
  expect((await desk.only('published')).algorithm).toBe('Ed25519')
  await strikeAt(gateway, dayMs + 60 * minuteMs)
  expect(decodeProtectedHeader(await rootLogin(gateway)).alg).toBe('Ed25519')
})

test('a key that an old key-encryption key wraps is replaced, and nothing needs that one then', async () => {
  const newer = `2:${Buffer.alloc(32, 'newer').toString('base64url')}`
  const both = `${settings.keyEncryptionKey},${newer}`
  const { gateway } = await boot({ env: { KEY_ENCRYPTION_KEY: text(both) } })
  expect(await rows(gateway)).toEqual([{ state: 'active', wrapped: expect.stringMatching(/^1\./) }])
  await strikeAt(gateway, 0)
  await strikeAt(gateway, 60 * minuteMs)
  expect(await rows(gateway)).toEqual([
    { state: 'active', wrapped: expect.stringMatching(/^2\./) },
    { state: 'retired', wrapped: '' },
  ])
  await strikeAt(gateway, 180 * minuteMs)
  await strikeAt(gateway, 240 * minuteMs)
  expect(await rows(gateway)).toHaveLength(1)
  expect((await gateway.fetch('/readyz')).status).toBe(503) // its clock is four hours ahead
  await turn(gateway, { clockOffsetMs: 0 })
  expect((await gateway.fetch('/readyz')).status).toBe(200)
})

test('a rotation that was begun by hand is carried on', async () => {
  const { gateway, desk } = await boot({})
  const { kid } = await desk.rotate({ algorithm: 'RS256' })
  await strikeAt(gateway, 5 * minuteMs)
  expect((await desk.only('published')).kid).toBe(kid)
  await strikeAt(gateway, 60 * minuteMs)
  expect((await desk.only('active')).kid).toBe(kid)
})

test('a key is never improvised: where none is active, none is made', async () => {
  const { gateway } = await boot({})
  await gateway.db.execute('DELETE FROM signing_keys')
  await strikeAt(gateway, 365 * dayMs)
  expect(await rows(gateway)).toEqual([])
})

test('with the database away every duty fails for itself, and the next hour is good', async () => {
  const { gateway } = await boot({ faultyDatabase: true })
  gateway.database.set('refuse')
  await strikeAt(gateway, 0)
  const failed = () => gateway.logs.filter((line) => line.includes('"duty_failed"'))
  await expect.poll(() => failed().length).toBeGreaterThanOrEqual(2)
  gateway.database.set('pass')
  await strikeAt(gateway, 0)
  await expect.poll(() => said(gateway)).toContainEqual({ event: 'duty_done', duty: 'rotate_keys' })
})
