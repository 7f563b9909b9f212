import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { makeEcKey } from '../support/keys.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse({ faultyDatabase: true })

it('no move hands out what has come to its new place since it was judged', async () => {
  const { gateway, make, roles } = house()
  await make.namespace('/acme/near')
  await make.namespace('/acme/far')
  const guarded = await make.namespace('/acme/guarded')
  const [bound, trusting, carried] = [
    await make.namespace('/acme/near/bound'),
    await make.namespace('/acme/near/trusting'),
    await make.namespace('/acme/near/carried'),
  ] as const
  const group = await make.create('/groups', { namespace: '/acme', name: 'ci' })
  await make.create('/role-bindings', {
    role_id: roles.api1.id,
    namespace: '/acme/near/bound',
    principal: { type: 'group', id: group.id },
  })
  const member = await make.create('/service-accounts', { namespace: '/acme/far', name: 'member' })
  const { url } = await gateway.issuers.add('https://near-issuer.test')
  const old = await make.issuer(url, '/acme/near/trusting')
  await make.create('/service-accounts', {
    namespace: '/acme/near/trusting',
    name: 'robot',
    trust_policies: [policyP0(url)],
  })
  expect((await gateway.admin('DELETE', `/issuers/${old.id}`)).status).toBe(204)
  await make.issuer('https://carried.test', '/acme/near/carried', {
    jwks: { keys: [(await makeEcKey('carried')).jwk] },
  })

  const beside = await gateway.beside()
  const isMove = (body: string) => /update ..namespaces.. set ..path/.test(body)
  gateway.database.set('slow', { when: isMove, delayMs: 1400, times: 3 })
  const move = ({ id }: Made, path: string) =>
    gateway.admin('POST', `/namespaces/${id}:move`, { path })
  const moving = Promise.all([
    move(bound, '/acme/far/bound'),
    move(trusting, '/acme/far/trusting'),
    move(carried, '/acme/guarded/carried'),
  ])
  await setTimeout(250)
  const made = await Promise.all([
    beside.admin('PUT', `/groups/${group.id}/members/${member.id}`),
    beside.admin('POST', '/issuers', { namespace: '/acme/far', name: 'far', issuer: url }),
    beside.admin('PATCH', `/namespaces/${guarded.id}`, { widening_needs_approval: true }),
  ])
  expect(made.map(({ status }) => status)).toEqual([204, 201, 200])
  const statuses = (await moving).map(({ status }) => status)
  gateway.database.set('pass')
  expect(statuses).toEqual([412, 412, 412])
  // Judged again they are told why.
  await expectProblem(await move(bound, '/acme/far/bound'), 422, 'invalid-reference')
  await expectProblem(await move(trusting, '/acme/far/trusting'), 422, 'invalid-reference')
  await expectProblem(await move(carried, '/acme/guarded/carried'), 409, 'approval-required')
}, 60_000)
