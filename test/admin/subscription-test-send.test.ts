import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import * as faults from '../support/issuer-faults.ts'
import { mailbox } from '../support/mailbox.ts'
import { type Made, maker } from '../support/maker.ts'
import { noticesOf, SUBSCRIPTIONS, subscribe } from '../support/notices.ts'
import { expectOne } from '../support/race.ts'
import { turn } from '../support/switches.ts'
import { playEndpoint, type WebhookEndpoint } from '../support/webhook-endpoint.ts'

let gateway: Gateway
let hook: WebhookEndpoint

beforeAll(async () => {
  gateway = await startGateway({
    entry: 'test',
    mailbox: true,
    env: {
      SEND_EMAIL: { type: 'send-email' },
      NOTIFY_FROM: { type: 'text', value: 'gatehouse@acme.example' },
    },
  })
  await maker(gateway).namespace('/acme')
  hook = playEndpoint(gateway, 'https://hooks.acme.example/in')
})

beforeEach(async () => {
  hook.reset()
  await turn(gateway, { clockOffsetMs: 0 })
  await gateway.db.batch(['DELETE FROM notification_subscriptions', 'DELETE FROM notice_tests'])
})

afterAll(() => gateway.close())

const send = ({ id }: Made) => gateway.admin('POST', `${SUBSCRIPTIONS}/${id}:test`)

test('a test arrives at once, signed, and its fate is told and kept', async () => {
  const subscription = await subscribe(gateway, hook.url)
  const response = await send(subscription)
  const answer = await response.json()
  const data = { namespace: '/acme', subscription_id: subscription.id }
  expect([response.status, answer]).toEqual([
    200,
    {
      id: expect.stringMatching(/^ntc_[0-9a-z]+$/),
      type: 'subscription.test',
      data,
      state: 'delivered',
      attempts: 1,
      next_attempt_at: null,
      last_error: null,
      created_at: expect.stringMatching(/Z$/),
    },
  ])
  expect(hook.verified(subscription.secret)).toEqual([
    { type: 'subscription.test', timestamp: expect.stringMatching(/Z$/), data },
  ])
  expect(await noticesOf(gateway, subscription)).toEqual([answer])
})

test('a subscription that is off can be tested, before it is switched on', async () => {
  const subscription = await subscribe(gateway, hook.url)
  await gateway.admin('PATCH', `${SUBSCRIPTIONS}/${subscription.id}`, { enabled: false })
  expect(await (await send(subscription)).json()).toMatchObject({ state: 'delivered' })
})

describe('a test that fails', () => {
  test.each([
    ['hangs', faults.hang(), 'timeout'],
    ['breaks the connection', faults.refuse(), 'unreachable'],
    ['redirects', faults.redirect('https://canary.acme.example/'), 'redirect'],
    ['fails', faults.status(500), 'status_500'],
    ['is gone', faults.status(410), 'gone'],
  ])('says that the endpoint %s', async (_, fault, word) => {
    hook.fault = fault
    const subscription = await subscribe(gateway, hook.url)
    const response = await send(subscription)
    const answer = await response.json()
    expect([response.status, answer]).toEqual([
      200,
      expect.objectContaining({ state: 'parked', attempts: 1, last_error: word }),
    ])
    expect(await noticesOf(gateway, subscription)).toEqual([answer])
  })

  test('says nothing of what the endpoint answered', async () => {
    hook.fault = (_, response) => void response.writeHead(500).end('internal-password')
    const subscription = await subscribe(gateway, hook.url)
    expect(await (await send(subscription)).text()).not.toContain('internal-password')
    const { rows } = await gateway.db.execute('SELECT * FROM notices')
    expect(JSON.stringify([rows, gateway.logs])).not.toContain('internal-password')
  })

  test('is not tried again, nor resumed', async () => {
    hook.fault = faults.status(500)
    const subscription = await subscribe(gateway, hook.url)
    await send(subscription)
    const resumed = await gateway.admin('POST', `${SUBSCRIPTIONS}/${subscription.id}:resume`)
    expect(await resumed.json()).toEqual({ resumed: 0 })
    await gateway.scheduled()
    expect(hook.arrivals).toHaveLength(1)
  })
})

describe('a nuisance', () => {
  test('of 50 tests at once one is sent', async () => {
    const subscription = await subscribe(gateway, hook.url)
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(subscription)))
    expectOne(answers, 200, [429])
    expect(hook.arrivals).toHaveLength(1)
  })

  test('is not had by making the subscription again, nor by another path of the host', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 5; i++) {
      playEndpoint(gateway, `${hook.url}${i}`)
      const subscription = await subscribe(gateway, i === 0 ? hook.url : `${hook.url}${i}`)
      statuses.push((await send(subscription)).status)
      await gateway.admin('DELETE', `${SUBSCRIPTIONS}/${subscription.id}`)
    }
    expect(statuses).toEqual([200, 429, 429, 429, 429])
  })

  test.each(['ops@acme.example', 'OPS@acme.example', 'ops+1@acme.example'])(
    'is not had by making it again for the mailbox %s',
    async (address) => {
      const first = await subscribe(gateway, 'ops@acme.example', { channel: 'email' })
      expect((await send(first)).status).toBe(200)
      await gateway.admin('DELETE', `${SUBSCRIPTIONS}/${first.id}`)
      const second = await subscribe(gateway, address, { channel: 'email' })
      expect((await send(second)).status).toBe(429)
    },
  )

  test.each([
    ['webhook', 10, (): string => hook.url],
    ['email', 60, (): string => 'ops@acme.example'],
  ] as const)('by %s is one test in %d s', async (channel, seconds, target) => {
    const subscription = await subscribe(gateway, target(), { channel })
    expect((await send(subscription)).status).toBe(200)
    const again = await send(subscription)
    await expectProblem(again, 429, 'too-many-requests')
    expect(again.headers.get('retry-after')).toBe(String(seconds))
    await turn(gateway, { clockOffsetMs: seconds * 1000 - 2000 })
    expect((await send(subscription)).status).toBe(429)
    await turn(gateway, { clockOffsetMs: seconds * 1000 + 1000 })
    expect((await send(subscription)).status).toBe(200)
  })
})

test('a test by e-mail says what it is', async () => {
  const subscription = await subscribe(gateway, 'ops@acme.example', { channel: 'email' })
  expect(await (await send(subscription)).json()).toMatchObject({ state: 'delivered' })
  const mail = (await mailbox(gateway)).at(-1)
  expect(mail?.subject).toBe('[Gatehouse] A test of notices for /acme')
  expect(mail?.text).toContain(subscription.id)
})

test('notices come in pages, newest first', async () => {
  const subscription = await subscribe(gateway, hook.url)
  const sent: string[] = []
  for (let i = 0; i < 3; i++) {
    await turn(gateway, { clockOffsetMs: i * 20_000 })
    sent.unshift(((await (await send(subscription)).json()) as Made).id)
  }
  const path = `${SUBSCRIPTIONS}/${subscription.id}/notices`
  const page = async (query: string) =>
    (await (await gateway.admin('GET', `${path}?${query}`)).json()) as {
      data: Made[]
      next_cursor: string
    }
  const first = await page('limit=2')
  expect(first.data.map(({ id }) => id)).toEqual(sent.slice(0, 2))
  const second = await page(`limit=2&cursor=${first.next_cursor}`)
  expect([second.data.map(({ id }) => id), second.next_cursor]).toEqual([sent.slice(2), null])
  const other = await subscribe(gateway, hook.url)
  const stolen = `${SUBSCRIPTIONS}/${other.id}/notices?cursor=${first.next_cursor}`
  await expectProblem(await gateway.admin('GET', stolen), 400, 'invalid-cursor')
})

test('a target never reaches the log', async () => {
  hook.fault = faults.status(500)
  const subscription = await subscribe(gateway, hook.url)
  await send(subscription)
  expect(gateway.logs.join('\n')).not.toContain('hooks.acme.example')
})
