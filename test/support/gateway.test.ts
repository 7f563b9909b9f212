import { afterEach, expect, test } from 'vitest'
import { expectU503 } from './expect.ts'
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts'

let running: Gateway | undefined

afterEach(() => running?.close())

async function boot(options?: GatewayOptions): Promise<Gateway> {
  running = await startGateway(options)
  return running
}

async function readiness(gateway: Gateway): Promise<unknown> {
  const response = await gateway.fetch('/readyz')
  return [response.status, await response.json()]
}

const READY = [200, { status: 'ready' }]

test.each(['production', 'test'] as const)('the %s entry boots, ready for work', async (entry) => {
  const gateway = await boot({ entry })
  expect(await readiness(gateway)).toEqual(READY)
  expect((await gateway.admin('GET', '/namespaces')).status).toBe(200)
})

test('a restart keeps the database, forgets KV and moves the port', async () => {
  const gateway = await boot()
  const made = await gateway.admin('POST', '/namespaces', { path: '/acme' })
  expect(made.status).toBe(201)
  await gateway.kv.put('key', 'value')
  expect([await gateway.kv.get('key'), await gateway.kv.keys()]).toEqual(['value', ['key']])
  await gateway.restart()
  expect(await gateway.kv.keys()).toEqual([])
  const { id } = (await made.json()) as { id: string }
  expect((await gateway.admin('GET', `/namespaces/${id}`)).status).toBe(200)
})

test('two gateways share nothing', async () => {
  const [one, other] = await Promise.all([startGateway(), boot()])
  try {
    expect((await one.admin('POST', '/namespaces', { path: '/acme' })).status).toBe(201)
    expect((await other.admin('POST', '/namespaces', { path: '/acme' })).status).toBe(201)
  } finally {
    await one.close()
  }
})

test('bindings can be left out', async () => {
  const gateway = await boot({ env: { SECRET_PEPPER: null } })
  expect(await readiness(gateway)).toEqual([
    503,
    { status: 'unready', checks: { config: 'SECRET_PEPPER' } },
  ])
})

test('the database can fail and come back', async () => {
  const gateway = await boot({ faultyDatabase: true })
  expect(await readiness(gateway)).toEqual(READY)
  gateway.database.set('refuse')
  expect(await readiness(gateway)).toMatchObject([503, { status: 'unready' }])
  await expectU503(
    await gateway.token({
      grant_type: 'client_credentials',
      client_id: gateway.root.client_id,
      client_secret: 'wrong',
    }),
  )
  gateway.database.set('pass')
  expect(await readiness(gateway)).toEqual(READY)
})

test('what the Worker logs is kept line by line', async () => {
  const gateway = await boot()
  await gateway.token({ grant_type: 'nonsense' })
  await expect.poll(() => gateway.logs.join('\n')).toContain('unsupported_grant_type')
})
