import { expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

const askAt = async (by: TestActor, { id }: Made, query: string) => {
  const answer = await by.call('GET', `/namespaces/${id}:effective-access?limit=200${query}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { data: readonly Record<string, unknown>[] }).data
}

const idsOf = (data: readonly Record<string, unknown>[]) =>
  data.map(({ principal }) => (principal as Made).id)

it('who may know only the name of an account learns no more by what it may do', async () => {
  const { gateway, make, roles, resourceServers } = house()
  const place = await make.namespace('/acme/half-read')
  const reader = await makeActor(gateway, '/acme/half-read', [builtIn('viewer', '/acme/half-read')])
  const above = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
  const account = (name: string, members: object) =>
    make.create('/service-accounts', {
      namespace: '/acme',
      name,
      role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
      ...members,
    })
  const plain = await account('plain', {})
  const person = await account('person', { kind: 'person' })
  const off = await account('off', {})
  const switched = await gateway.admin('PATCH', `/service-accounts/${off.id}`, { enabled: false })
  expect(switched.status).toBe(200)
  const narrow = await account('narrow', { resource_server_ids: [resourceServers.api2.id] })
  const own = await make.create('/service-accounts', {
    namespace: '/acme/half-read',
    name: 'own',
    role_bindings: [{ role_id: roles.api1.id, namespace: '/acme/half-read' }],
  })

  const server = `&resource_server_id=${resourceServers.api1.id}`
  expect(idsOf(await askAt(reader, place, `${server}&kind=person`))).toEqual([])
  // The reader itself has nothing of this API.
  expect(idsOf(await askAt(reader, place, `${server}&kind=workload`))).toEqual([own.id])
  expect(idsOf(await askAt(above, place, `${server}&kind=person`))).toEqual([person.id])

  const shown = async (by: TestActor, { id }: Made) => {
    const data = await askAt(by, place, server)
    const found = data.find(({ principal }) => (principal as Made).id === id)
    const { principal: _, ...rest } = found ?? {}
    return JSON.stringify(rest).replaceAll(/"rb_[0-9a-z]+"/g, '"rb"')
  }
  for (const each of [person, off, narrow]) {
    expect(await shown(reader, each)).toBe(await shown(reader, plain))
  }
  expect(await shown(above, off)).toContain('account_disabled')
  expect(await shown(above, narrow)).toContain('outside_ceiling')
})

it('no list of roles tells the ceiling of an account above', async () => {
  const { gateway, make, resourceServers } = house()
  await make.namespace('/acme/below')
  const reader = await makeActor(gateway, '/acme/below', [builtIn('viewer', '/acme/below')])
  const ask = async (id: string) => {
    const answer = await reader.call('GET', `/roles?assignable_to=${id}&limit=200`)
    const { instance: _i, request_id: _r, ...body } = (await answer.json()) as Made
    return [answer.status, body]
  }
  const random = await ask('sa_0123456789')
  expect(random[0]).toBe(422)
  for (const [at, ids] of [[resourceServers.api1.id], [resourceServers.api2.id], null].entries()) {
    const { id } = await make.create('/service-accounts', {
      namespace: '/acme',
      name: `ceiling-${at}`,
      resource_server_ids: ids,
    })
    expect((await reader.call('GET', `/service-accounts/${id}`)).status).toBe(404)
    expect(await ask(id)).toEqual(random)
  }
})
