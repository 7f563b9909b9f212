import { afterAll, beforeAll, expect, test } from 'vitest'
import { policyP0 } from '../support/baseline.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { makeEcKey } from '../support/keys.ts'
import type { Made } from '../support/maker.ts'

let gateway: Gateway
let fixture: Fixture
let jwk: unknown

beforeAll(async () => {
  const email = {
    SEND_EMAIL: { type: 'send-email' as const },
    NOTIFY_FROM: { type: 'text' as const, value: 'gatehouse@acme.example' },
  }
  gateway = await startGateway({ env: email })
  fixture = await createFixture(gateway)
  jwk = (await makeEcKey('c1')).jwk
})

afterAll(() => gateway.close())

interface Creation {
  readonly path: string
  readonly body: unknown
}

const subscription = { namespace: '/acme', events: ['credential.expiring'] }

const shown: readonly [string, (fixture: Fixture) => Creation][] = [
  ['a namespace', () => ({ path: '/namespaces', body: { path: '/acme/web', kind: 'project' } })],
  [
    'a resource server',
    () => ({
      path: '/resource-servers',
      body: {
        namespace: '/acme',
        identifier: 'https://once.test',
        name: 'once',
        permissions: ['deploy:read'],
      },
    }),
  ],
  [
    'a role',
    ({ resourceServers }) => ({
      path: '/roles',
      body: {
        namespace: '/acme',
        name: 'once',
        resource_server_id: resourceServers.api1.id,
        permissions: ['deploy:read'],
      },
    }),
  ],
  [
    'a binding',
    ({ roles, deployer }) => ({
      path: '/role-bindings',
      body: {
        role_id: roles.api2.id,
        namespace: '/acme',
        principal: { type: 'service_account', id: deployer.id },
      },
    }),
  ],
  [
    'an issuer',
    ({ gateway: { issuers } }) => ({
      path: '/issuers',
      body: { namespace: '/globex', name: 'once', issuer: issuers.a.url, preset: null },
    }),
  ],
  ['an account', () => ({ path: '/service-accounts', body: { namespace: '/acme', name: 'once' } })],
  [
    'a policy',
    ({ deployer, gateway: { issuers } }) => ({
      path: `/service-accounts/${deployer.id}/trust-policies`,
      body: policyP0(issuers.a.url, { name: 'once' }),
    }),
  ],
  ['a key', ({ deployer }) => ({ path: `/service-accounts/${deployer.id}/keys`, body: { jwk } })],
  [
    'an e-mail subscription',
    () => ({
      path: '/notification-subscriptions',
      body: { ...subscription, channel: 'email', target: 'ops@acme.example' },
    }),
  ],
]

const secret: readonly [string, (fixture: Fixture) => Creation][] = [
  [
    'an account with a secret',
    () => ({
      path: '/service-accounts',
      body: { namespace: '/acme', name: 'secret', client_credentials: {} },
    }),
  ],
  ['a secret', ({ deployer }) => ({ path: `/service-accounts/${deployer.id}/secrets`, body: {} })],
  [
    'a reset secret',
    ({ deployer }) => ({ path: `/service-accounts/${deployer.id}/secrets:reset`, body: {} }),
  ],
  [
    'a named token',
    ({ deployer, resourceServers }) => ({
      path: `/service-accounts/${deployer.id}/tokens`,
      body: { name: 'once', resource_server_id: resourceServers.api1.id },
    }),
  ],
  ['a pairing code', () => ({ path: '/pairing-codes', body: { namespace: '/acme' } })],
  [
    'a webhook subscription',
    () => ({
      path: '/notification-subscriptions',
      body: { ...subscription, channel: 'webhook', target: 'https://hooks.acme.example/x' },
    }),
  ],
]

const twice = async ({ path, body }: Creation): Promise<readonly [Response, Response]> => {
  const options = { headers: { 'idempotency-key': crypto.randomUUID() } }
  const first = await gateway.admin('POST', path, body, options)
  return [first, await gateway.admin('POST', path, body, options)]
}

test.each(shown)('%s is made once per key, and read the second time', async (_, creation) => {
  const [first, second] = await twice(creation(fixture))
  expect([first.status, second.status]).toEqual([201, 200])
  expect(second.headers.get('idempotent-replay')).toBe('true')
  const [made, again] = [await first.json(), await second.json()] as [Made, Made]
  expect(again.id).toBe(made.id)
  const location = first.headers.get('location') ?? ''
  const read = await gateway.admin('GET', location.replace('/admin/v1', ''))
  expect(again).toEqual(await read.json())
})

test.each(secret)('%s is made once per key, and never shown again', async (_, creation) => {
  const [first, second] = await twice(creation(fixture))
  expect([first.status, second.status]).toEqual([201, 409])
  const { id } = (await first.json()) as Made
  expect(await second.json()).toMatchObject({ type: '/problems/idempotency-replay', id })
})

test('a regenerated token and a rotated webhook secret are not shown again either', async () => {
  const { deployer, resourceServers, make } = fixture
  const token = await make.create(`/service-accounts/${deployer.id}/tokens`, {
    name: 'renewed',
    resource_server_id: resourceServers.api1.id,
  })
  const body = { ...subscription, channel: 'webhook', target: 'https://hooks.acme.example/y' }
  const hook = await make.create('/notification-subscriptions', body)
  const paths: readonly [string, string][] = [
    [`/service-accounts/${deployer.id}/tokens/${token.id}:regenerate`, token.id],
    [`/notification-subscriptions/${hook.id}:rotate-secret`, hook.id],
  ]
  for (const [path, id] of paths) {
    const [first, second] = await twice({ path, body: {} })
    expect([path, first.status, second.status]).toEqual([path, 200, 409])
    expect(await second.json()).toMatchObject({ type: '/problems/idempotency-replay', id })
  }
})
