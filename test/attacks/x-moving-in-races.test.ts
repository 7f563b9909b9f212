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
  const members: Made[] = []
  for (let at = 0; at < 51; at++) {
    members.push(await make.create('/service-accounts', { namespace: '/acme/far', name: `a${at}` }))
  }
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
  gateway.database.set('slow', { when: isMove, delayMs: 2500, times: 3 })
  const move = ({ id }: Made, path: string) =>
    gateway.admin('POST', `/namespaces/${id}:move`, { path })
  const moving = Promise.all([
    move(bound, '/acme/far/bound'),
    move(trusting, '/acme/far/trusting'),
    move(carried, '/acme/guarded/carried'),
  ])
  await setTimeout(300)
  const join = ({ id }: Made) => beside.admin('PUT', `/groups/${group.id}/members/${id}`)
  const made = await Promise.all([
    join(members[0] as Made),
    beside.admin('POST', '/issuers', { namespace: '/acme/far', name: 'far', issuer: url }),
    beside.admin('PATCH', `/namespaces/${guarded.id}`, { widening_needs_approval: true }),
  ])
  expect(made.map(({ status }) => status)).toEqual([204, 201, 200])
  // The moves come to the database amid the others.
  const crowd = await Promise.all(members.slice(1).map(join))
  const statuses = (await moving).map(({ status }) => status)
  gateway.database.set('pass')
  // Under so many writes at once one may give up before it is told why.
  expect(statuses.filter((status) => ![412, 503].includes(status))).toEqual([])
  const again = await move(bound, '/acme/far/bound')
  const { errors } = await expectProblem(again, 422, 'invalid-reference')
  const put = crowd.filter(({ status }) => status === 204)
  expect(put).not.toEqual([])
  expect((errors as unknown[]).length).toBeGreaterThanOrEqual(put.length)
  await expectProblem(await move(trusting, '/acme/far/trusting'), 422, 'invalid-reference')
  await expectProblem(await move(carried, '/acme/guarded/carried'), 409, 'approval-required')
}, 60_000)
