import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { expectWinners } from '../support/race.ts'
import { rows } from '../support/rows.ts'

const collection = '/notification-subscriptions'
const secretShape = /^whsec_[A-Za-z0-9+/]{43}=$/

let gateway: Gateway
let make: Maker
let count = 0

const wanted = (members: Record<string, unknown> = {}) => ({
  namespace: '/acme',
  channel: 'webhook',
  target: 'https://hooks.acme.example/gatehouse',
  events: ['credential.expiring'],
  ...members,
})

const post = (members?: Record<string, unknown>) =>
  gateway.admin('POST', collection, wanted(members))

const subscribe = (members?: Record<string, unknown>) =>
  make.create<Made & { readonly secret: string }>(collection, wanted(members))

const fresh = async (): Promise<string> => {
  const path = `/tenant-${++count}`
  await make.namespace(path)
  return path
}

const pathOf = ({ id }: Made) => `${collection}/${id}`
const read = async (made: Made) => (await gateway.admin('GET', pathOf(made))).json()

beforeAll(async () => {
  gateway = await startGateway({
    env: {
      SEND_EMAIL: { type: 'send-email' },
      NOTIFY_FROM: { type: 'text', value: 'gatehouse@acme.example' },
    },
  })
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
})

afterAll(() => gateway.close())

describe('POST', () => {
  test('makes a webhook subscription, and shows its secret this once', async () => {
    const namespace = await fresh()
    const response = await post({ namespace })
    const made = (await response.json()) as Made
    expect([response.status, made]).toEqual([
      201,
      {
        ...wanted({ namespace }),
        id: expect.stringMatching(/^sub_[0-9a-z]+$/),
        enabled: true,
        secret: expect.stringMatching(secretShape),
        created_at: expect.stringMatching(/Z$/),
      },
    ])
    expect(response.headers.get('location')).toBe(`/admin/v1${pathOf(made)}`)
    const { secret, ...shown } = made
    expect(await read(made)).toEqual(shown)
    const list = await gateway.admin('GET', `${collection}?namespace=${namespace}`)
    expect(await list.json()).toEqual({ data: [shown], next_cursor: null })
    const stored = await gateway.db.execute('SELECT * FROM notification_subscriptions')
    expect(JSON.stringify(stored.rows)).not.toContain(String(secret).slice(6))
    expect(gateway.logs.join('\n')).not.toContain(String(secret).slice(6))
  })

  test('makes an e-mail subscription, which has no secret', async () => {
    const made = await subscribe({ channel: 'email', target: 'ops@acme.example' })
    expect(made).toMatchObject({ channel: 'email', target: 'ops@acme.example' })
    expect(made).not.toHaveProperty('secret')
  })

  test('is about everything that there is when no events are named', async () => {
    const { events } = await subscribe({ events: undefined })
    expect(events).toEqual(['credential.expiring'])
  })

  test.each([
    ['http', 'http://hooks.acme.example/'],
    ['another port', 'https://hooks.acme.example:8443/'],
    ['an IPv4 address', 'https://10.0.0.1/'],
    ['the metadata service', 'https://169.254.169.254/latest/meta-data'],
    ['a short IPv4 address', 'https://127.1/'],
    ['a hexadecimal IPv4 address', 'https://0x7f000001/'],
    ['an IPv6 address', 'https://[::1]/'],
    ['localhost', 'https://localhost/'],
    ['loopback, which is for development', 'http://127.0.0.1:9000/hook'],
    ['a single label', 'https://hooks/'],
    ['an internal name', 'https://hooks.internal/'],
    ['a local name', 'https://printer.local/'],
    ['user-info', 'https://user:pass@hooks.acme.example/'],
    ['a query', 'https://hooks.acme.example/?token=x'],
    ['a fragment', 'https://hooks.acme.example/#x'],
    ['a dot segment', 'https://hooks.acme.example/a/../b'],
    ['capitals', 'https://Hooks.acme.example/'],
    ['a trailing dot', 'https://hooks.acme.example./'],
    ['the gateway itself', 'https://gw.test/admin/v1/namespaces'],
    ['no URL', 'hooks.acme.example'],
    ['a script', 'javascript:alert(1)'],
  ])('refuses a webhook to %s', async (_, target) => {
    const problem = await expectProblem(await post({ target }), 422, 'validation-failed')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/target' })])
  })

  test.each(
    rows([
      'ops',
      'ops@',
      'ops@acme',
      'Ops <ops@acme.example>',
      'ops@acme.example, spy@evil.example',
      'ops@acme.example\r\nBcc: spy@evil.example',
      'mailto:ops@acme.example',
      `${'a'.repeat(250)}@acme.example`,
    ]),
  )('refuses e-mail to %j', async (target) => {
    const answer = await post({ channel: 'email', target })
    const problem = await expectProblem(answer, 422, 'validation-failed')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/target' })])
  })

  test.each([
    ['an unknown event', { events: ['credential.expired'] }, '/events/0'],
    ['no event', { events: [] }, '/events'],
    ['an event twice', { events: Array(2).fill('credential.expiring') }, '/events'],
    ['an unknown channel', { channel: 'sms' }, '/channel'],
    ['no target', { target: '' }, '/target'],
    ['a secret of the own making', { secret: 'whsec_AAAA' }, '/secret'],
    ['a server-owned member', { id: 'sub_1' }, '/id'],
  ])('refuses %s', async (_, members, pointer) => {
    const problem = await expectProblem(await post(members), 422)
    expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
  })

  test('under one Idempotency-Key is made once, and its secret not shown again', async () => {
    const body = wanted({ namespace: await fresh() })
    const headers = { 'idempotency-key': 'once' }
    const first = await gateway.admin('POST', collection, body, { headers })
    const { id, secret } = (await first.json()) as Made
    const again = await gateway.admin('POST', collection, body, { headers })
    const problem = await expectProblem(again, 409, 'idempotency-replay')
    expect(problem.id).toBe(id)
    expect(JSON.stringify(problem)).not.toContain(String(secret))
  })

  test('refuses a namespace that is not there', async () => {
    await expectProblem(await post({ namespace: '/nowhere' }), 422, 'invalid-reference')
  })

  test('of 50 parallel calls 20 find room in a namespace', async () => {
    const namespace = await fresh()
    const answers = await Promise.all(Array.from({ length: 50 }, () => post({ namespace })))
    expectWinners(answers, { times: 20, success: 201, refusals: [409] })
    await expectProblem(await post({ namespace }), 409, 'quota-exceeded')
  })
})

test('without a mail service e-mail is refused, and the reason said', async () => {
  const deaf = await startGateway()
  try {
    await maker(deaf).namespace('/acme')
    const body = wanted({ channel: 'email', target: 'ops@acme.example' })
    const answer = await deaf.admin('POST', collection, body)
    const problem = await expectProblem(answer, 422, 'validation-failed')
    expect(problem.errors).toEqual([
      { pointer: '/channel', detail: expect.stringMatching(/SEND_EMAIL.*NOTIFY_FROM/) },
    ])
  } finally {
    await deaf.close()
  }
})

describe('PATCH', () => {
  const patch = (made: Made, body: unknown, ifMatch?: string) =>
    gateway.admin('PATCH', pathOf(made), body, ifMatch === undefined ? {} : { ifMatch })

  test('changes target and switch, and never shows the secret', async () => {
    const made = await subscribe({ namespace: await fresh() })
    const change = { target: 'https://hooks.acme.example/other', enabled: false }
    const response = await patch(made, change)
    const { secret: _, ...shown } = made
    expect([response.status, await response.json()]).toEqual([200, { ...shown, ...change }])
    expect(await read(made)).toEqual({ ...shown, ...change })
  })

  test.each([
    ['a target that no webhook goes to', { target: 'https://10.0.0.1/' }],
    ['an address for a webhook', { target: 'ops@acme.example' }],
    ['another channel', { channel: 'email' }],
    ['another namespace', { namespace: '/globex' }],
    ['a null', { target: null }],
  ])('refuses %s', async (_, change) => {
    const made = await subscribe({ namespace: await fresh() })
    await expectProblem(await patch(made, change), 422)
    const { secret: _secret, ...shown } = made
    expect(await read(made)).toEqual(shown)
  })

  test('refuses a stale version when one is sent', async () => {
    const made = await subscribe({ namespace: await fresh() })
    expect((await patch(made, { enabled: false }, '"1"')).status).toBe(200)
    await expectProblem(await patch(made, { enabled: true }, '"1"'), 412, 'precondition-failed')
  })
})

describe('a secret', () => {
  test('can be replaced, and the new one is shown once', async () => {
    const made = await subscribe({ namespace: await fresh() })
    const response = await gateway.admin('POST', `${pathOf(made)}:rotate-secret`)
    const rotated = (await response.json()) as Made
    expect([response.status, rotated]).toEqual([
      200,
      { ...made, secret: expect.stringMatching(secretShape) },
    ])
    expect(rotated.secret).not.toBe(made.secret)
    expect(await read(made)).not.toHaveProperty('secret')
  })

  test('is something that e-mail does not have', async () => {
    const made = await subscribe({ channel: 'email', target: 'ops@acme.example' })
    const answer = await gateway.admin('POST', `${pathOf(made)}:rotate-secret`)
    await expectProblem(answer, 422, 'validation-failed')
  })
})

test('DELETE takes it away', async () => {
  const made = await subscribe({ namespace: await fresh() })
  expect((await gateway.admin('DELETE', pathOf(made))).status).toBe(204)
  await expectProblem(await gateway.admin('GET', pathOf(made)), 404, 'not-found')
  await expectProblem(await gateway.admin('DELETE', pathOf(made)), 404, 'not-found')
})

test('a namespace takes its subscriptions along', async () => {
  const path = await fresh()
  const made = await subscribe({ namespace: path })
  const found = await gateway.admin('GET', `/namespaces?path=${path}`)
  const { data } = (await found.json()) as { data: Made[] }
  expect((await gateway.admin('DELETE', `/namespaces/${data[0]?.id}`)).status).toBe(204)
  await expectProblem(await gateway.admin('GET', pathOf(made)), 404, 'not-found')
})
