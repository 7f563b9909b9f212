import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Gateway, startGateway } from '../support/gateway.ts'
import * as faults from '../support/issuer-faults.ts'
import { maker } from '../support/maker.ts'
import { expiringAccount, hurry, noticesOf, SUBSCRIPTIONS, subscribe } from '../support/notices.ts'
import { playEndpoint, type WebhookEndpoint } from '../support/webhook-endpoint.ts'

let gateway: Gateway
let hook: WebhookEndpoint
let canary: WebhookEndpoint
let honest: WebhookEndpoint

beforeAll(async () => {
  gateway = await startGateway()
  await maker(gateway).namespace('/acme')
  hook = playEndpoint(gateway, 'https://hooks.acme.example/in')
  canary = playEndpoint(gateway, 'https://canary.acme.example/in')
  honest = playEndpoint(gateway, 'https://honest.acme.example/in')
})

beforeEach(async () => {
  for (const endpoint of [hook, canary, honest]) endpoint.reset()
  await gateway.db.batch([
    'DELETE FROM notification_subscriptions',
    "DELETE FROM service_accounts WHERE name LIKE 'bot-%'",
  ])
})

afterAll(() => gateway.close())

const hostile: readonly [string, faults.Fault, string][] = [
  ['hangs', faults.hang(), 'timeout'],
  ['breaks the connection', faults.refuse(), 'unreachable'],
  ['fails', faults.status(500), 'status_500'],
  ['refuses', faults.status(403), 'status_403'],
  ['redirects elsewhere', faults.redirect('https://canary.acme.example/in', 302), 'redirect'],
  [
    'redirects and keeps the method',
    faults.redirect('https://canary.acme.example/in', 307),
    'redirect',
  ],
  ['redirects to this machine', faults.redirect('http://127.0.0.1:1/', 308), 'redirect'],
]

describe('an endpoint', () => {
  test.each(hostile)('that %s harms nothing and is tried again', async (_, fault, word) => {
    hook.fault = fault
    const bad = await subscribe(gateway, hook.url)
    const good = await subscribe(gateway, honest.url)
    await expiringAccount(gateway, 2)
    await gateway.scheduled()
    expect(await noticesOf(gateway, bad)).toEqual([
      expect.objectContaining({ state: 'pending', attempts: 1, last_error: word }),
    ])
    expect(honest.verified(good.secret)).toHaveLength(1)
    expect(canary.arrivals).toEqual([])
    hook.reset()
    await hurry(gateway)
    await gateway.scheduled()
    expect(hook.verified(bad.secret)).toHaveLength(1)
    expect(await noticesOf(gateway, bad)).toEqual([
      expect.objectContaining({ state: 'delivered', attempts: 2, last_error: null }),
    ])
  })

  test.each([
    ['drips its answer', faults.drip(1000)],
    ['answers 50 MB', faults.gzipBomb()],
    ['never ends its answer', faults.endless()],
    ['breaks off its answer', faults.cut()],
    ['answers nonsense', faults.garbage.html],
  ])('that %s has taken the notice, and its words are not read', async (_, fault) => {
    hook.fault = fault
    const subscription = await subscribe(gateway, hook.url)
    await expiringAccount(gateway, 2)
    await gateway.scheduled()
    expect(await noticesOf(gateway, subscription)).toEqual([
      expect.objectContaining({ state: 'delivered', attempts: 1, last_error: null }),
    ])
  })

  test('that is gone is parked at once', async () => {
    hook.fault = faults.status(410)
    const subscription = await subscribe(gateway, hook.url)
    await expiringAccount(gateway, 2)
    await gateway.scheduled()
    expect(await noticesOf(gateway, subscription)).toEqual([
      expect.objectContaining({ state: 'parked', attempts: 1, last_error: 'gone' }),
    ])
  })

  test('that hangs costs a run one deadline, however many notices it has', async () => {
    hook.fault = faults.hang()
    await subscribe(gateway, hook.url)
    const good = await subscribe(gateway, honest.url)
    await Promise.all(Array.from({ length: 20 }, () => expiringAccount(gateway, 2)))
    await gateway.scheduled()
    expect(hook.arrivals.length).toBeLessThanOrEqual(6)
    expect(honest.verified(good.secret)).toHaveLength(20)
  })
})

test('what fails backs off, is parked after six attempts, visible, and can be resumed', async () => {
  hook.fault = faults.status(503)
  const subscription = await subscribe(gateway, hook.url)
  await expiringAccount(gateway, 2)
  const hours: number[] = []
  for (let attempt = 1; attempt <= 8; attempt++) {
    await gateway.scheduled()
    const [notice] = await noticesOf(gateway, subscription)
    const wait = Date.parse(notice?.next_attempt_at ?? '') - Date.now()
    if (notice?.state === 'pending') hours.push(Math.round(wait / 3_600_000))
    await hurry(gateway)
  }
  expect(hours).toEqual([1, 2, 5, 10, 24])
  expect(hook.arrivals).toHaveLength(6)
  expect(new Set(hook.arrivals.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  const parked = { state: 'parked', attempts: 6, last_error: 'status_503', next_attempt_at: null }
  expect(await noticesOf(gateway, subscription)).toEqual([expect.objectContaining(parked)])
  const filtered = await gateway.admin(
    'GET',
    `${SUBSCRIPTIONS}/${subscription.id}/notices?state=parked`,
  )
  expect(await filtered.json()).toMatchObject({ data: [parked], next_cursor: null })

  hook.reset()
  const resumed = await gateway.admin('POST', `${SUBSCRIPTIONS}/${subscription.id}:resume`)
  expect([resumed.status, await resumed.json()]).toEqual([200, { resumed: 1 }])
  await gateway.scheduled()
  expect(hook.verified(subscription.secret)).toHaveLength(1)
  expect(await noticesOf(gateway, subscription)).toEqual([
    expect.objectContaining({ state: 'delivered' }),
  ])
})

test.each([
  'https://10.0.0.1/in',
  'https://169.254.169.254/in',
  'https://localhost/in',
  'https://canary.internal/in',
  'http://canary.acme.example/in',
  'https://canary.acme.example/in?x',
  'https://gw.test/in',
])('a target that slipped into the database is not asked: %s', async (target) => {
  const slipped = playEndpoint(gateway, target)
  const subscription = await subscribe(gateway, hook.url)
  await gateway.db.execute({
    sql: 'UPDATE notification_subscriptions SET target = ? WHERE id = ?',
    args: [target, subscription.id],
  })
  await expiringAccount(gateway, 2)
  await gateway.scheduled()
  expect(slipped.arrivals).toEqual([])
  expect(hook.arrivals).toEqual([])
  expect(await noticesOf(gateway, subscription)).toEqual([
    expect.objectContaining({ state: 'pending', attempts: 1, last_error: 'target_refused' }),
  ])
})

test('a secret that cannot be opened signs nothing', async () => {
  const [one, two] = [await subscribe(gateway, hook.url), await subscribe(gateway, honest.url)]
  await gateway.db.execute({
    sql: `UPDATE notification_subscriptions SET wrapped_secret =
      (SELECT wrapped_secret FROM notification_subscriptions WHERE id = ?) WHERE id = ?`,
    args: [two.id, one.id],
  })
  await expiringAccount(gateway, 2)
  await gateway.scheduled()
  expect(hook.arrivals).toEqual([])
  expect(honest.verified(two.secret)).toHaveLength(1)
  expect(await noticesOf(gateway, one)).toEqual([
    expect.objectContaining({ last_error: 'secret_unreadable' }),
  ])
})

test('a replaced secret signs what is sent from then on', async () => {
  const subscription = await subscribe(gateway, hook.url)
  const rotated = await gateway.admin('POST', `${SUBSCRIPTIONS}/${subscription.id}:rotate-secret`)
  const { secret } = (await rotated.json()) as { secret: string }
  await expiringAccount(gateway, 2)
  await gateway.scheduled()
  expect(hook.verified(secret)).toHaveLength(1)
  expect(() => hook.verified(subscription.secret)).toThrow(/signature/)
})
