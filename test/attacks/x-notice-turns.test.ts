import { beforeEach, expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import * as faults from '../support/issuer-faults.ts'
import { expiringAccount, hurry, SUBSCRIPTIONS, subscribe } from '../support/notices.ts'
import { playEndpoint } from '../support/webhook-endpoint.ts'

const house = useHouse()

beforeEach(() => house().gateway.db.execute('DELETE FROM notification_subscriptions'))

test('a tenant whose many endpoints hang takes nobody else’s turn', async () => {
  const { gateway, make } = house()
  const attacker = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  for (const namespace of ['/acme/p', '/acme/q', '/acme/r', '/acme/s']) {
    await make.namespace(namespace)
    await expiringAccount(gateway, 2, { namespace })
    for (let i = 0; i < 20; i++) {
      const hang = playEndpoint(gateway, `https://hang${i}.evil.example${namespace}`)
      hang.fault = faults.hang()
      const body = { namespace, channel: 'webhook', target: hang.url }
      expect((await attacker.call('POST', SUBSCRIPTIONS, body)).status).toBe(201)
    }
  }
  const good = playEndpoint(gateway, 'https://hooks.globex.example/in')
  await subscribe(gateway, good.url, { namespace: '/globex' })
  await Promise.all(
    Array.from({ length: 20 }, () => expiringAccount(gateway, 13, { namespace: '/globex' })),
  )
  await gateway.scheduled()
  expect(good.arrivals).toHaveLength(20)
}, 60_000)

test('while a tenant is suspended, what is on its way waits', async () => {
  const { gateway, make } = house()
  const tenant = await make.namespace('/pied')
  const hook = playEndpoint(gateway, 'https://hooks.pied.example/in')
  await subscribe(gateway, hook.url, { namespace: '/pied' })
  await expiringAccount(gateway, 2, { namespace: '/pied' })
  hook.fault = faults.status(500)
  await gateway.scheduled()
  hook.reset()
  await gateway.admin('PATCH', `/namespaces/${tenant.id}`, { enabled: false })
  await hurry(gateway)
  await gateway.scheduled()
  expect(hook.arrivals).toEqual([])
  await gateway.admin('PATCH', `/namespaces/${tenant.id}`, { enabled: true })
  await gateway.scheduled()
  expect(hook.arrivals).toHaveLength(1)
}, 60_000)
