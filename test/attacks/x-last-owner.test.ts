import { expect, test } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'
import { flood } from '../support/flood.ts'

const house = useHouse()

const NOTHING = { resource_server_ids: [] }

const owners = async (path: string): Promise<readonly [TestActor, TestActor]> => {
  const { gateway } = house()
  await house().make.namespace(path)
  const owner = () => makeActor(gateway, path, [builtIn('owner', path)])
  return [await owner(), await owner()]
}

const change = (actor: TestActor, { id }: TestActor, body: object) =>
  actor.call('PATCH', `/service-accounts/${id}`, body)

test('a ceiling without the admin API ends living tokens for it, and they come back with it', async () => {
  const [one, other] = await owners('/ceilings')
  expect((await change(one, other, NOTHING)).status).toBe(200)
  await expectProblem(await other.call('GET', '/namespaces'), 401, 'authentication-required')
  await expectProblem(await change(other, one, NOTHING), 401, 'authentication-required')
  const asked = await house().gateway.fetch('/oauth/introspect', {
    method: 'POST',
    headers: { authorization: `Bearer ${other.token}` },
    body: new URLSearchParams({ token: one.token }),
  })
  expect(asked.status).toBe(401)
  for (const resource_server_ids of [['rs_admin'], null]) {
    expect((await change(one, other, { resource_server_ids })).status).toBe(200)
    expect((await other.call('GET', '/namespaces')).status).toBe(200)
  }
})

test('two owners who cut each other off at once: one stays, and only the house may shut a tenant', async () => {
  const [one, other] = await owners('/duel')
  const answers = await flood(
    60,
    (i) => (i % 2 ? change(one, other, NOTHING) : change(other, one, NOTHING)),
    60,
  )
  const statuses = new Set(answers.map(({ status }) => status))
  // 503: the caller was cut off between the asking of its rights and the change.
  expect([...statuses].filter((status) => ![200, 401, 409, 503].includes(status))).toEqual([])
  const able = async (actor: TestActor) => (await actor.call('GET', '/namespaces')).status === 200
  const standing = [await able(one), await able(other)]
  expect(standing.toSorted()).toEqual([false, true])
  const [left] = [one, other].filter((_, i) => standing[i])
  const path = `/service-accounts/${left?.id}`
  expect((await house().gateway.admin('PATCH', path, NOTHING)).status).toBe(200)
})
