import { expect, test } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { makeRsaKey } from '../support/keys.ts'

const house = useHouse()

test('an owner of a tenant becomes an account that / gave an API of its own, by its keys', async () => {
  const { gateway, make, account, issuers, claims, BR } = house()
  const api = await make.resourceServer('/', 'https://billing.test')
  const role = await make.role('/', 'billing', api)
  const attacker = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  const victim = await account('billed', { roles: [role] })
  const path = `/service-accounts/${victim.id}/trust-policies`
  const policy = policyP0(gateway.issuers.a.url, { name: 'mine' })
  // The front door is shut: nobody hands out more than they hold.
  await expectProblem(await attacker.call('POST', path, policy), 403, 'privilege-escalation')
  const key = await makeRsaKey('attacker')
  const jwks = { keys: [key.jwk] }
  const before = (await (await gateway.admin('GET', `/issuers/${issuers.a.id}`)).json()) as object
  const changed = await attacker.call('PATCH', `/issuers/${issuers.a.id}`, { jwks })
  const { a } = gateway.issuers
  const forged = a.mint(claims(), { kid: 'attacker' }, key)
  const stolen = await gateway.token(
    BR({ client_id: victim.client_id, resource: 'https://billing.test', subject_token: forged }),
  )
  const issued = await stolen.text()
  await gateway.admin('PATCH', `/issuers/${issuers.a.id}`, { jwks: null })
  expect(before).toHaveProperty('jwks', null)
  expect([changed.status, issued]).toEqual([403, expect.not.stringContaining('access_token')])
})
