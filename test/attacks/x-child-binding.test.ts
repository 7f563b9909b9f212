import { expect, test } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import type { Account } from '../support/fixture.ts'

const house = useHouse()

async function childOwner(path: string): Promise<TestActor> {
  await house().make.namespace(path)
  return makeActor(house().gateway, path, [builtIn('owner', path)])
}

const bind = (owner: TestActor, role: string, namespace: string, { id }: Account) =>
  owner.call('POST', '/role-bindings', {
    role_id: role,
    namespace,
    principal: { type: 'service_account', id },
  })

test('an owner below breaks the pipelines of an account above that it may not change', async () => {
  const { gateway, account, BT, BR } = house()
  const owner = await childOwner('/acme/team-a')
  const above = await account('above-a')
  const exchange = () =>
    gateway.token(BR({ client_id: above.client_id, resource: undefined, subject_token: BT() }))
  expect((await exchange()).status).toBe(200)
  await bind(owner, 'role_viewer', '/acme/team-a', above)
  expect((await exchange()).status).toBe(200)
})

test('an owner below takes an account above out of the hands of its deployers', async () => {
  const { gateway, account } = house()
  const owner = await childOwner('/acme/team-b')
  const deployer = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
  const above = await account('above-b')
  const path = `/service-accounts/${above.id}`
  expect((await deployer.call('PATCH', path, { enabled: true })).status).toBe(200)
  await bind(owner, 'role_owner', '/acme/team-b', above)
  // A leaking account must be stopped, whatever somebody else has given it.
  expect((await deployer.call('PATCH', path, { enabled: false })).status).toBe(200)
})
