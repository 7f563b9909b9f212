import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import { applyState, planState, readState, stateOf } from '../support/state.ts'

let fixture: Fixture

beforeAll(async () => {
  fixture = await createFixture(await startGateway())
  await fixture.make.namespace('/acme/payments')
})

afterAll(() => fixture.gateway.close())

test('an export is the same, byte for byte, and planning it changes nothing', async () => {
  const { gateway } = fixture
  const id = await stateOf(gateway, '/acme')
  const [one, two] = await Promise.all([readState(gateway, id), readState(gateway, id)])
  expect(one.text).toBe(two.text)
  expect(one.document).toMatchObject({ format: 1, namespace: '/acme' })
  expect(one.document.service_accounts?.[0]).toMatchObject({
    namespace: '/acme',
    name: 'deployer',
    trust_policies: [{ name: expect.any(String) }],
  })
  const plan = await planState(gateway, id, one.document)
  expect(plan.counts).toMatchObject({ create: 0, update: 0, delete: 0, unmanaged: 0 })
  expect(plan.counts.unchanged).toBeGreaterThan(5)
})

test('a document is planned, applied, and then is what there is', async () => {
  const { gateway } = fixture
  const id = await stateOf(gateway, '/acme')
  const { document } = await readState(gateway, id)
  const [account] = document.service_accounts ?? []
  const grown = {
    ...document,
    namespaces: [
      ...(document.namespaces ?? []),
      { path: '/acme/payments/prod', kind: 'environment' },
    ],
    resource_servers: [
      ...(document.resource_servers ?? []),
      {
        namespace: '/acme/payments',
        identifier: 'https://pay.test',
        name: 'Pay',
        permissions: ['pay:run', 'pay:read'],
      },
    ],
    roles: [
      ...(document.roles ?? []),
      {
        namespace: '/acme/payments',
        name: 'payer',
        resource_server: 'https://pay.test',
        permissions: ['pay:run'],
      },
    ],
    groups: [
      {
        namespace: '/acme/payments',
        name: 'payers',
        members: [{ namespace: '/acme/payments/prod', name: 'payer' }],
      },
    ],
    service_accounts: [
      ...(document.service_accounts ?? []),
      {
        namespace: '/acme/payments/prod',
        name: 'payer',
        resource_servers: ['https://pay.test'],
        trust_policies: account?.trust_policies,
      },
    ],
    role_bindings: [
      ...(document.role_bindings ?? []),
      {
        role: { namespace: '/acme/payments', name: 'payer', resource_server: 'https://pay.test' },
        namespace: '/acme/payments/prod',
        principal: { type: 'group', namespace: '/acme/payments', name: 'payers' },
      },
      {
        role: 'viewer',
        namespace: '/acme/payments/prod',
        principal: { type: 'service_account', namespace: '/acme/payments/prod', name: 'payer' },
      },
    ],
  }
  const plan = await applyState(gateway, id, grown)
  expect(plan).toMatchObject({ applied: true, counts: { create: 8, update: 0, delete: 0 } })
  const again = await planState(gateway, id, grown)
  expect(again.steps).toEqual([])
  const now = await readState(gateway, id)
  expect((await planState(gateway, id, now.document)).steps).toEqual([])
  const back = await applyState(gateway, id, document, { prune: true })
  expect(back.counts).toMatchObject({ delete: 8, create: 0, update: 0 })
  expect((await readState(gateway, id)).document).toEqual(document)
})
