import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import type { Made } from '../support/maker.ts'
import { type Maker, maker } from '../support/maker.ts'
import { SUBSCRIPTIONS, subscribe } from '../support/notices.ts'
import { playEndpoint, type WebhookEndpoint } from '../support/webhook-endpoint.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let hook: WebhookEndpoint
let subscription: Made
let actors: Record<
  'owner' | 'below' | 'viewer' | 'deployer' | 'globex' | 'reader' | 'blind' | 'scoped',
  TestActor
>

const custom = async (name: string, permissions: readonly string[]) => {
  const role = { namespace: '/acme', name, resource_server_id: 'rs_admin', permissions }
  const { id } = await make.create('/roles', role)
  return makeActor(gateway, '/acme', [{ role_id: id, namespace: '/acme' }])
}

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  await make.namespace('/acme/payments')
  hook = playEndpoint(gateway, 'https://hooks.acme.example/in')
  const owner = [builtIn('owner', '/acme')]
  actors = {
    owner: await makeActor(gateway, '/acme', owner),
    below: await makeActor(gateway, '/acme/payments', [builtIn('owner', '/acme/payments')]),
    viewer: await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')]),
    deployer: await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')]),
    globex: await makeActor(gateway, '/globex', [builtIn('owner', '/globex')]),
    reader: await custom('sees-subscriptions', ['subscriptions:read']),
    blind: await custom('subscribes-blindly', ['subscriptions:read', 'subscriptions:write']),
    scoped: await makeActor(gateway, '/acme', owner, 'subscriptions:read credentials:read'),
  }
})

beforeEach(async () => {
  hook.reset()
  await gateway.db.execute('DELETE FROM notification_subscriptions')
  subscription = await subscribe(gateway, hook.url)
})

afterAll(() => gateway.close())

const item = () => `${SUBSCRIPTIONS}/${subscription.id}`
const wanted = (namespace = '/acme') => ({ namespace, channel: 'webhook', target: hook.url })

/** Everything that changes a subscription or makes it speak. */
const changes = (): readonly (readonly [string, string, unknown?])[] => [
  ['PATCH', item(), { target: 'https://spy.evil.example/in' }],
  ['PATCH', item(), {}],
  ['POST', `${item()}:test`],
  ['POST', `${item()}:resume`],
  ['POST', `${item()}:rotate-secret`],
  ['DELETE', item()],
]

const untouched = async () => {
  const now = await gateway.admin('GET', item())
  expect(now.headers.get('etag')).toBe('"1"')
  expect(hook.arrivals).toEqual([])
}

const listed = async (actor: TestActor, path = SUBSCRIPTIONS) => {
  const { data } = (await (await actor.call('GET', path)).json()) as { data: Made[] }
  return data.map(({ id }) => id)
}

test('an owner of the namespace makes, changes, tests and ends subscriptions', async () => {
  const made = await actors.owner.call('POST', SUBSCRIPTIONS, wanted())
  expect(made.status).toBe(201)
  for (const [method, path, body] of changes().slice(1)) {
    const answer = await actors.owner.call(method, path, body)
    expect([path, answer.status]).toEqual([path, method === 'DELETE' ? 204 : 200])
  }
})

describe.each(['viewer', 'deployer'] as const)('a %s', (name) => {
  test('reads, and changes nothing', async () => {
    expect((await actors[name].call('GET', item())).status).toBe(200)
    expect((await actors[name].call('GET', `${item()}/notices`)).status).toBe(200)
    expect(await listed(actors[name])).toEqual([subscription.id])
    for (const [method, path, body] of changes()) {
      await expectProblem(await actors[name].call(method, path, body), 403, 'permission-denied')
    }
    const made = await actors[name].call('POST', SUBSCRIPTIONS, wanted())
    await expectProblem(made, 403, 'permission-denied')
    await untouched()
  })
})

test('a token for reading reads, and changes nothing', async () => {
  expect((await actors.scoped.call('GET', item())).status).toBe(200)
  for (const [method, path, body] of changes()) {
    const answer = await actors.scoped.call(method, path, body)
    await expectProblem(answer, 403, 'insufficient-scope')
  }
  const made = await actors.scoped.call('POST', SUBSCRIPTIONS, wanted())
  await expectProblem(made, 403, 'insufficient-scope')
  await untouched()
})

test.each(['globex', 'below'] as const)('for %s it does not exist', async (name) => {
  await expectProblem(await actors[name].call('GET', item()), 404, 'not-found')
  await expectProblem(await actors[name].call('GET', `${item()}/notices`), 404, 'not-found')
  expect(await listed(actors[name])).toEqual([])
  for (const [method, path, body] of changes()) {
    await expectProblem(await actors[name].call(method, path, body), 404, 'not-found')
  }
  await untouched()
})

test('a foreign namespace is no reference, and one above is out of reach', async () => {
  const foreign = await actors.globex.call('POST', SUBSCRIPTIONS, wanted())
  await expectProblem(foreign, 422, 'invalid-reference')
  const above = await actors.below.call('POST', SUBSCRIPTIONS, wanted())
  await expectProblem(above, 403, 'permission-denied')
  const root = await actors.owner.call('POST', SUBSCRIPTIONS, wanted('/'))
  await expectProblem(root, 403, 'permission-denied')
})

test('who may not read credentials is told of none, and tells nobody', async () => {
  const { blind, reader } = actors
  expect((await reader.call('GET', item())).status).toBe(200)
  for (const actor of [blind, reader]) {
    await expectProblem(await actor.call('GET', `${item()}/notices`), 403, 'permission-denied')
  }
  const made = await blind.call('POST', SUBSCRIPTIONS, wanted())
  const problem = await expectProblem(made, 403, 'permission-denied')
  expect(problem.detail).toContain('credentials:read')
  const moved = await blind.call('PATCH', item(), { target: 'https://spy.evil.example/in' })
  await expectProblem(moved, 403, 'permission-denied')
  await untouched()
})

test.each(['credentials:read', 'service-accounts:read', 'issuers:read'])(
  'notices name what %s shows, so nobody without it hears of any',
  async (lacking) => {
    const telling = ['credentials:read', 'service-accounts:read', 'issuers:read']
    const actor = await custom(`hears-without-${lacking.split(':')[0]}`, [
      'subscriptions:read',
      'subscriptions:write',
      ...telling.filter((permission) => permission !== lacking),
    ])
    for (const [method, path, body] of [
      ['GET', `${item()}/notices`],
      ['POST', SUBSCRIPTIONS, wanted()],
      ['PATCH', item(), { target: 'https://spy.evil.example/in' }],
    ] as const) {
      const answer = await actor.call(method, path, body)
      const { detail } = await expectProblem(answer, 403, 'permission-denied')
      expect(detail).toContain(lacking)
    }
    await untouched()
  },
)

test('without a token nothing is said', async () => {
  for (const [method, path, body] of [['GET', item()], ...changes()] as const) {
    const answer = await gateway.admin(method, path, body, { token: null })
    await expectProblem(answer, 401, 'authentication-required')
  }
})

test('in a suspended tenant nothing is changed', async () => {
  const found = await gateway.admin('GET', '/namespaces?path=/acme')
  const { data } = (await found.json()) as { data: Made[] }
  const path = `/namespaces/${data[0]?.id}`
  await gateway.admin('PATCH', path, { enabled: false })
  try {
    const made = await gateway.admin('POST', SUBSCRIPTIONS, wanted())
    await expectProblem(made, 403, 'tenant-suspended')
    for (const [method, at, body] of changes()) {
      const answer = await gateway.admin(method, at, body)
      await expectProblem(answer, 403, 'tenant-suspended')
    }
    await untouched()
  } finally {
    await gateway.admin('PATCH', path, { enabled: true })
  }
})
