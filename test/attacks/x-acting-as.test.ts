import { expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let made = 0

/** A role of the admin API that lists what a built-in one lists, and is not it. */
async function copyOf(name: 'owner' | 'deployer'): Promise<Made> {
  const { gateway, make } = house()
  made += 1
  const builtInRole = await gateway.admin('GET', `/roles/role_${name}`)
  const { permissions } = (await builtInRole.json()) as { permissions: string[] }
  return make.create('/roles', {
    namespace: '/acme',
    name: `like-${name}-${made}`,
    resource_server_id: 'rs_admin',
    permissions,
  })
}

test.each(['deployer', 'owner'] as const)(
  'a custom role with the permissions of %s becomes one through a policy on its account',
  async (name) => {
    const { gateway, account } = house()
    const like = await copyOf(name)
    const attacker = await makeActor(gateway, '/acme', [{ role_id: like.id, namespace: '/acme' }])
    const victim = await account(`robot-${name}`, { policies: [], roles: [{ id: `role_${name}` }] })
    const policy = policyP0(gateway.issuers.a.url, { name: 'mine' })
    const path = `/service-accounts/${victim.id}/trust-policies`
    await expectProblem(await attacker.call('POST', path, policy), 403, 'privilege-escalation')
  },
)

test('a custom role gets tokens of an API that nobody gave it, by way of a deployer', async () => {
  const { gateway, account, BR } = house()
  const like = await copyOf('deployer')
  const attacker = await makeActor(gateway, '/acme', [{ role_id: like.id, namespace: '/acme' }])
  const between = await account('ci-deployer', { policies: [], roles: [{ id: 'role_deployer' }] })
  const target = await account('holds-api-1', { policies: [] })
  const policy = policyP0(gateway.issuers.a.url, { name: 'mine' })
  const policiesOf = ({ id }: Made) => `/service-accounts/${id}/trust-policies`
  // Directly it is refused, for it does not hold deploy:write.
  const direct = await attacker.call('POST', policiesOf(target), policy)
  await expectProblem(direct, 403, 'privilege-escalation')
  await attacker.call('POST', policiesOf(between), policy)
  const login = { client_id: between.client_id, resource: 'urn:gatehouse:admin' }
  const asDeployer = (await (await gateway.token(BR(login))).json()) as { access_token?: string }
  await gateway.admin('POST', policiesOf(target), policy, { token: `${asDeployer.access_token}` })
  const stolen = await gateway.token(BR({ client_id: target.client_id }))
  expect(await stolen.text()).not.toContain('access_token')
})

test('an owner widens its own tokens by editing a role that it has', async () => {
  const { gateway, make, resourceServers } = house()
  const reader = await make.role('/acme', 'reader', resourceServers.api1, {
    permissions: ['deploy:read'],
  })
  const roles = [builtIn('owner', '/acme'), { role_id: reader.id, namespace: '/acme' }]
  const attacker = await makeActor(gateway, '/acme', roles)
  const permissions = ['deploy:read', 'deploy:write']
  const answer = await attacker.call('PATCH', `/roles/${reader.id}`, { permissions }, '"1"')
  await expectProblem(answer, 403, 'self-modification')
})

test('whoever lacks what an account holds becomes it while the namespace is suspended', async () => {
  const { gateway, make, account } = house()
  const suspended = await make.namespace('/acme/prod')
  const attacker = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
  const victim = await account('prod-owner', { policies: [], roles: [] })
  await make.create('/role-bindings', {
    role_id: 'role_owner',
    namespace: '/acme/prod',
    principal: { type: 'service_account', id: victim.id },
  })
  const path = `/service-accounts/${victim.id}/trust-policies`
  const policy = policyP0(gateway.issuers.a.url, { name: 'mine' })
  await expectProblem(await attacker.call('POST', path, policy), 403, 'privilege-escalation')
  await gateway.admin('PATCH', `/namespaces/${suspended.id}`, { enabled: false })
  const during = await attacker.call('POST', path, policy)
  await gateway.admin('PATCH', `/namespaces/${suspended.id}`, { enabled: true })
  const { BR } = house()
  const asOwner = await gateway.token(
    BR({ client_id: victim.client_id, resource: 'urn:gatehouse:admin' }),
  )
  expect([during.status, asOwner.status]).toEqual([403, 400])
})

test('a deployer lifts the token ceiling of an account that holds more than it does', async () => {
  const { gateway, account } = house()
  const attacker = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
  const victim = await account('short-owner', {
    policies: [],
    roles: [{ id: 'role_owner' }],
    members: { max_token_ttl_seconds: 60 },
  })
  const answer = await attacker.call('PATCH', `/service-accounts/${victim.id}`, {
    max_token_ttl_seconds: null,
  })
  await expectProblem(answer, 403, 'privilege-escalation')
})
