import { expect, it } from 'vitest'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { expectLeft } from '../support/four-eyes.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

it('what waits is shown to who may read what would change, and to nobody else', async () => {
  const { gateway, make } = house()
  const place = await make.namespace('/veil')
  const issuer = await make.issuer(gateway.issuers.a.url, '/veil')
  const robot = await make.create('/service-accounts', { namespace: '/veil', name: 'robot' })
  const owner = await makeActor(gateway, '/veil', [builtIn('owner', '/veil')])
  const at = `/namespaces/${place.id}`
  expect((await owner.call('PATCH', at, { widening_needs_approval: true })).status).toBe(200)
  const algorithms = ['RS256', 'ES256', 'PS256']
  const policies = `/service-accounts/${robot.id}/trust-policies`
  const left = {
    'issuers:read': await owner.call('PATCH', `/issuers/${issuer.id}`, { algorithms }),
    'namespaces:read': await owner.call('PATCH', at, { widening_needs_approval: false }),
    'trust-policies:read': await owner.call('POST', policies, policyP0(String(issuer.issuer))),
  }
  const changes = new Map<string, Made>()
  for (const [permission, answer] of Object.entries(left)) {
    changes.set(permission, await expectLeft(answer))
  }
  for (const permission of changes.keys()) {
    const role = await make.create('/roles', {
      namespace: '/veil',
      name: permission.replace(':', '-'),
      resource_server_id: 'rs_admin',
      permissions: [permission],
    })
    const reader = await makeActor(gateway, '/veil', [{ role_id: role.id, namespace: '/veil' }])
    const listed = await reader.call('GET', '/pending-changes')
    const { data } = (await listed.json()) as { data: Made[] }
    expect(data.map(({ id }) => id)).toEqual([changes.get(permission)?.id])
    for (const [other, { id }] of changes) {
      const one = await reader.call('GET', `/pending-changes/${id}`)
      if (other === permission) expect(one.status).toBe(200)
      else await expectProblem(one, 404, 'not-found')
    }
  }
  const all = await owner.call('GET', '/pending-changes')
  expect(((await all.json()) as { data: Made[] }).data).toHaveLength(3)
})
