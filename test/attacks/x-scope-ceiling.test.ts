import { expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'

const house = useHouse()

test('a token narrowed to policies escapes its scope through another owner', async () => {
  const { gateway, account, BR } = house()
  const scope = 'trust-policies:read trust-policies:write'
  const narrow = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')], scope)
  const victim = await account('other-owner', { policies: [], roles: [{ id: 'role_owner' }] })
  const policy = policyP0(gateway.issuers.a.url, { name: 'mine' })
  const path = `/service-accounts/${victim.id}/trust-policies`
  const added = await narrow.call('POST', path, policy)
  const escaped = await gateway.token(
    BR({ client_id: victim.client_id, resource: 'urn:gatehouse:admin' }),
  )
  expect([added.status, escaped.status]).toEqual([403, 400])
})

test('a token narrowed to accounts and bindings makes itself an owner without a ceiling', async () => {
  const { gateway } = house()
  const scope =
    'service-accounts:read service-accounts:write role-bindings:read role-bindings:write credentials:write'
  const narrow = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')], scope)
  const answer = await narrow.call('POST', '/service-accounts', {
    namespace: '/acme',
    name: 'unbounded',
    role_bindings: [builtIn('owner', '/acme')],
    client_credentials: {},
  })
  await expectProblem(answer, 403)
})
