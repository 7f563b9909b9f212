import { expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'
import { delay } from '../support/issuer-faults.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

/** Two owners of a new tenant, and the binding that makes the first one that. */
const twoOwners = async (path: string) => {
  const { gateway, make } = house()
  const namespace = await make.namespace(path)
  const rogue = await makeActor(gateway, path, [builtIn('owner', path)])
  const other = await makeActor(gateway, path, [builtIn('owner', path)])
  const [binding] = await listOf(other, `/role-bindings?service_account_id=${rogue.id}`)
  return { namespace, rogue, other, binding: String(binding?.id) }
}

const listOf = async (actor: TestActor, path: string): Promise<Made[]> => {
  const { data } = (await (await actor.call('GET', path)).json()) as { data: Made[] }
  return data
}

it('an owner who is removed while an issuer takes its time to answer adds none', async () => {
  const { rogue, other, binding } = await twoOwners('/slow')
  const slow = await house().gateway.issuers.add('https://slow.test')
  slow.discovery.fault = delay(1300)
  slow.keySet.fault = delay(1300)
  const wanted = { namespace: '/slow', name: 'mine', issuer: slow.url, preset: null }
  const pending = rogue.call('POST', '/issuers', wanted)
  await new Promise((resolve) => setTimeout(resolve, 400))
  const removed = await other.call('DELETE', `/role-bindings/${binding}`, undefined, '"1"')
  expect(removed.status).toBe(204)
  // Asked again, it would be told that it may not.
  await expectProblem(await pending, 503, 'dependency-unavailable')
  await expectProblem(await rogue.call('POST', '/issuers', wanted), 422, 'invalid-reference')
  expect(await listOf(other, '/issuers?namespace=/slow')).toEqual([])
})

it('of 60 new owners that a removed one asked for, none is made after its removal', async () => {
  const { gateway } = house()
  const { namespace, rogue, other, binding } = await twoOwners('/flood')
  const beside = await gateway.beside()
  const flood = Array.from({ length: 60 }, (_, i) =>
    rogue.call('POST', '/service-accounts', {
      namespace: '/flood',
      name: `s${i}`,
      role_bindings: [builtIn('owner', '/flood')],
    }),
  )
  const removed = await beside.admin('DELETE', `/role-bindings/${binding}`, undefined, {
    token: other.token,
    ifMatch: '"1"',
  })
  expect(removed.status).toBe(204)
  await Promise.all(flood)
  const sql =
    "SELECT action FROM audit_events WHERE tenant_id = ? AND outcome = 'done' ORDER BY sequence"
  const { rows } = await gateway.db.execute({ sql, args: [namespace.id] })
  const actions = rows.map(({ action }) => action)
  const after = actions.slice(actions.indexOf('role-bindings.delete') + 1)
  expect(after).not.toContain('service-accounts.create')
})
