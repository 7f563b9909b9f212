import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { makeEcKey } from '../support/keys.ts'
import { mailbox } from '../support/mailbox.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { expiringAccount, hurry, noticesOf, SUBSCRIPTIONS, subscribe } from '../support/notices.ts'
import { turn } from '../support/switches.ts'
import { playEndpoint, type WebhookEndpoint } from '../support/webhook-endpoint.ts'

const dayMs = 86_400_000

let gateway: Gateway
let make: Maker
let hook: WebhookEndpoint

beforeAll(async () => {
  gateway = await startGateway({
    entry: 'test',
    mailbox: true,
    env: {
      SEND_EMAIL: { type: 'send-email', allowedDestinationAddresses: ['ops@acme.example'] },
      NOTIFY_FROM: { type: 'text', value: 'gatehouse@acme.example' },
    },
  })
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  await make.namespace('/acme/payments')
  hook = playEndpoint(gateway, 'https://hooks.acme.example/in')
})

beforeEach(async () => {
  hook.reset()
  gateway.logs.length = 0
  await turn(gateway, { clockOffsetMs: 0 })
  await gateway.db.batch([
    'DELETE FROM notification_subscriptions',
    "DELETE FROM service_accounts WHERE name LIKE 'bot-%'",
    'DELETE FROM issuers',
  ])
})

afterAll(() => gateway.close())

/** What the duty said in the log. */
const said = () =>
  gateway.logs.filter((line) => line.includes('"duty":"notices"')).map((line) => JSON.parse(line))

test('nobody is told who did not ask', async () => {
  await expiringAccount(gateway, 2)
  await gateway.scheduled()
  expect(hook.arrivals).toEqual([])
  expect(said()).toEqual([{ event: 'duty_done', duty: 'notices' }])
})

test('a webhook arrives once, and its receiver can verify it', async () => {
  const { secret, ...subscription } = await subscribe(gateway, hook.url)
  const bot = await expiringAccount(gateway, 2)
  for (let hour = 0; hour < 3; hour++) await gateway.scheduled()
  const { rows } = await gateway.db.execute('SELECT id, expires_at FROM client_secrets ORDER BY id')
  const credential = rows.at(-1)
  const data = {
    namespace: '/acme',
    kind: 'secret',
    service_account_id: bot.id,
    name: bot.name,
    credential_id: credential?.id,
    credential_name: null,
    expires_at: new Date(Number(credential?.expires_at)).toISOString(),
    days_left: 2,
  }
  expect(hook.verified(secret)).toEqual([
    { type: 'credential.expiring', timestamp: expect.stringMatching(/Z$/), data },
  ])
  const [notice, ...more] = await noticesOf(gateway, subscription)
  expect([notice, more]).toEqual([
    {
      id: hook.arrivals[0]?.headers['webhook-id'],
      type: 'credential.expiring',
      data,
      state: 'delivered',
      attempts: 1,
      next_attempt_at: null,
      last_error: null,
      created_at: expect.stringMatching(/Z$/),
    },
    [],
  ])
  expect(said()[0]).toEqual({ event: 'duty_done', duty: 'notices', made: 1, delivered: 1 })
})

test('a webhook carries nothing but the notice and its signature', async () => {
  await subscribe(gateway, hook.url)
  const bot = await expiringAccount(gateway, 2)
  await gateway.scheduled()
  const [arrival] = hook.arrivals
  expect(arrival?.method).toBe('POST')
  expect(arrival?.body).not.toContain(bot.client_secret)
  const ours = Object.entries(arrival?.headers ?? {}).filter(
    ([name]) => !/^(host|connection|x-fixture-url|mf-|cf-|transfer-encoding)/.test(name),
  )
  expect(Object.fromEntries(ours)).toEqual({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(arrival?.body ?? '')),
    'user-agent': 'gatehouse',
    'webhook-id': expect.stringMatching(/^ntc_[0-9a-z]+$/),
    'webhook-timestamp': expect.stringMatching(/^[0-9]{10}$/),
    'webhook-signature': expect.stringMatching(/^v1,[A-Za-z0-9+/]{43}=$/),
  })
})

test('14, 7 and 1 days before, by the clock', async () => {
  const subscription = await subscribe(gateway, hook.url)
  await expiringAccount(gateway, 20)
  const counts: number[] = []
  for (const day of [0, 5, 6.1, 10, 13.1, 18, 19.1, 19.9, 20.1]) {
    await turn(gateway, { clockOffsetMs: day * dayMs })
    await gateway.scheduled()
    counts.push(hook.arrivals.length)
  }
  expect(counts).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 3])
  await turn(gateway, { clockOffsetMs: 0 })
  const left = (await noticesOf(gateway, subscription)).map(({ data }) => data.days_left)
  expect(left).toEqual([1, 7, 14])
})

test('keys, named tokens and inline keys of issuers are told of as well', async () => {
  const { secret } = await subscribe(gateway, hook.url)
  const server = await make.resourceServer('/acme', 'https://expiring.acme.example')
  const role = await make.role('/acme', 'user', server)
  const bot = await make.create('/service-accounts', {
    namespace: '/acme',
    name: 'bot-of-all',
    role_bindings: [{ role_id: role.id, namespace: '/acme' }],
  })
  const named = { name: 'grafana', resource_server_id: server.id, expires_in_days: 3 }
  const token = await make.create(`/service-accounts/${bot.id}/tokens`, named)
  const [ours, theirs] = await Promise.all([makeEcKey('ours'), makeEcKey('theirs')])
  const exp = Math.floor(Date.now() / 1000) + 3600
  const issuer = await make.issuer('https://ci.acme.example', '/acme', {
    name: 'CI',
    jwks: { keys: [{ ...theirs.jwk, exp }] },
  })
  const key = await make.create(`/service-accounts/${bot.id}/keys`, { jwk: ours.jwk })
  await gateway.db.execute({
    sql: 'UPDATE account_keys SET expires_at = ? WHERE id = ?',
    args: [Date.now() + 10 * dayMs, key.id],
  })
  await gateway.scheduled()
  const told = hook.verified(secret).map(({ data }) => [data.kind, data.credential_id, data.name])
  expect(told.sort()).toEqual([
    ['key', key.id, 'bot-of-all'],
    ['key_set', issuer.id, 'CI'],
    ['named_token', token.id, 'bot-of-all'],
  ])
})

test('a named token that a lowered ceiling will end is told of, until the ceiling is gone', async () => {
  const { secret, ...subscription } = await subscribe(gateway, hook.url)
  const server = await make.resourceServer('/acme', 'https://lowered.acme.example')
  const role = await make.role('/acme', 'lowered', server)
  const namespace = await make.namespace('/acme/lowered')
  const bot = await make.create('/service-accounts', {
    namespace: '/acme/lowered',
    name: 'bot-under-a-ceiling',
    role_bindings: [{ role_id: role.id, namespace: '/acme/lowered' }],
  })
  const named = { name: 'grafana', resource_server_id: server.id, expires_in_days: 90 }
  const token = await make.create(`/service-accounts/${bot.id}/tokens`, named)
  const limit = async (named_tokens_max_days: number | null) => {
    const answer = await gateway.admin('PATCH', `/namespaces/${namespace.id}`, {
      named_tokens_max_days,
    })
    expect(answer.status).toBe(200)
  }
  await limit(5)
  const read = await gateway.admin('GET', `/service-accounts/${bot.id}/tokens/${token.id}`)
  const { expires_at } = (await read.json()) as { expires_at: string }
  await gateway.scheduled()
  expect(hook.verified(secret).map(({ data }) => data)).toEqual([
    expect.objectContaining({ credential_id: token.id, expires_at, days_left: 5 }),
  ])
  await limit(6)
  hook.fault = (_, response) => void response.writeHead(500).end()
  await gateway.scheduled()
  expect((await noticesOf(gateway, subscription)).map(({ state }) => state)).toContain('pending')
  await limit(null)
  hook.reset()
  await hurry(gateway)
  await gateway.scheduled()
  expect(hook.arrivals).toEqual([])
})

test('a tenant hears of its own and of nobody else', async () => {
  const theirs = playEndpoint(gateway, 'https://hooks.globex.example/in')
  const all = playEndpoint(gateway, 'https://hooks.platform.example/in')
  const below = playEndpoint(gateway, 'https://hooks.payments.example/in')
  await subscribe(gateway, hook.url)
  await subscribe(gateway, theirs.url, { namespace: '/globex' })
  await subscribe(gateway, all.url, { namespace: '/' })
  await subscribe(gateway, below.url, { namespace: '/acme/payments' })
  await expiringAccount(gateway, 2)
  await expiringAccount(gateway, 2, { namespace: '/globex' })
  await gateway.scheduled()
  const namespaces = ({ arrivals }: WebhookEndpoint) =>
    arrivals.map(({ body }) => JSON.parse(body).data.namespace).sort()
  expect(namespaces(hook)).toEqual(['/acme'])
  expect(namespaces(theirs)).toEqual(['/globex'])
  expect(namespaces(all)).toEqual(['/acme', '/globex'])
  expect(namespaces(below)).toEqual([])
})

test('of ten runs at once each notice is sent by one', async () => {
  const { secret } = await subscribe(gateway, hook.url)
  await Promise.all(Array.from({ length: 50 }, () => expiringAccount(gateway, 2)))
  await Promise.all(Array.from({ length: 10 }, () => gateway.scheduled()))
  const told = hook.verified(secret).map(({ data }) => data.credential_id)
  expect(told).toHaveLength(50)
  expect(new Set(told).size).toBe(50)
})

test('e-mail arrives as plain text', async () => {
  const { id } = await subscribe(gateway, 'ops@acme.example', { channel: 'email' })
  const bot = await expiringAccount(gateway, 7)
  await gateway.scheduled()
  const mail = (await mailbox(gateway)).at(-1)
  expect(mail).toMatchObject({
    from: '"Gatehouse" <gatehouse@acme.example>',
    to: ['ops@acme.example'],
    subject: `[Gatehouse] The client secret of ${bot.name} in /acme expires in 7 days`,
  })
  const [notice] = await noticesOf(gateway, { id })
  for (const part of [notice?.id, notice?.data.expires_at, notice?.data.credential_id, id]) {
    expect(mail?.text).toContain(part)
  }
  expect(mail?.text).toContain('https://gw.test')
})

test('e-mail that the platform refuses is retried and parked like everything else', async () => {
  const subscription = await subscribe(gateway, 'spy@evil.example', { channel: 'email' })
  await expiringAccount(gateway, 7)
  const before = (await mailbox(gateway)).length
  for (let attempt = 0; attempt < 7; attempt++) {
    await gateway.scheduled()
    await hurry(gateway)
  }
  expect(await noticesOf(gateway, subscription)).toEqual([
    expect.objectContaining({ state: 'parked', attempts: 6, last_error: 'mail_refused' }),
  ])
  expect(await mailbox(gateway)).toHaveLength(before)
})

test('what is off or deleted hears nothing more', async () => {
  const off = await subscribe(gateway, hook.url)
  const gone = await subscribe(gateway, hook.url)
  await expiringAccount(gateway, 2)
  hook.fault = (_, response) => void response.writeHead(500).end()
  await gateway.scheduled()
  expect(hook.arrivals).toHaveLength(2)
  await gateway.admin('PATCH', `${SUBSCRIPTIONS}/${off.id}`, { enabled: false })
  await gateway.admin('DELETE', `${SUBSCRIPTIONS}/${gone.id}`)
  hook.reset()
  await hurry(gateway)
  await gateway.scheduled()
  expect(hook.arrivals).toEqual([])
  await gateway.admin('PATCH', `${SUBSCRIPTIONS}/${off.id}`, { enabled: true })
  await gateway.scheduled()
  expect(hook.arrivals).toHaveLength(1)
})

test('a credential that is gone is told of no more', async () => {
  const subscription = await subscribe(gateway, hook.url)
  const bot = await expiringAccount(gateway, 2)
  hook.fault = (_, response) => void response.writeHead(500).end()
  await gateway.scheduled()
  const secrets = await gateway.admin('GET', `/service-accounts/${bot.id}/secrets`)
  const { data } = (await secrets.json()) as { data: Made[] }
  await gateway.admin('DELETE', `/service-accounts/${bot.id}/secrets/${data[0]?.id}`)
  hook.reset()
  await hurry(gateway)
  await gateway.scheduled()
  expect(hook.arrivals).toEqual([])
  expect(await noticesOf(gateway, subscription)).toEqual([])
})

test('what is on its way is sent even when the search for more fails', async () => {
  await subscribe(gateway, hook.url)
  await expiringAccount(gateway, 2)
  hook.fault = (_, response) => void response.writeHead(500).end()
  await gateway.scheduled()
  hook.reset()
  await hurry(gateway)
  gateway.logs.length = 0
  await gateway.db.execute('ALTER TABLE issuers RENAME COLUMN jwks TO lost')
  try {
    await gateway.scheduled()
  } finally {
    await gateway.db.execute('ALTER TABLE issuers RENAME COLUMN lost TO jwks')
  }
  expect(hook.arrivals).toHaveLength(1)
  expect(said()).toEqual([expect.objectContaining({ event: 'duty_failed' })])
})
