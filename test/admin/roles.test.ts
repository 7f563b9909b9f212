import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { expectOne } from '../support/race.ts'
import { rows } from '../support/rows.ts'

let gateway: Gateway
let make: Maker
let server: Made
let foreign: Made
let count = 0

type Members = Record<string, unknown>

const fresh = () => `role-${++count}`

const wanted = (members: Members = {}) => ({
  namespace: '/acme',
  name: fresh(),
  resource_server_id: server.id,
  permissions: ['deploy:write'],
  ...members,
})

const post = (members?: Members) => gateway.admin('POST', '/roles', wanted(members))

const send = (method: string, id: string, body?: Members, ifMatch?: string) =>
  gateway.admin(method, `/roles/${id}`, body, ifMatch === undefined ? {} : { ifMatch })

const names = async (query: string) => {
  const response = await gateway.admin('GET', `/roles?${query}`)
  const { data } = (await response.json()) as { data: { name: string }[] }
  return data.map(({ name }) => name)
}

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  await make.namespace('/acme/payments')
  server = await make.resourceServer('/acme', 'https://api.acme.example')
  foreign = await make.resourceServer('/globex', 'https://api.globex.example')
})

afterAll(() => gateway.close())

describe('POST', () => {
  test('makes one as the contract shows it', async () => {
    const body = wanted({ display_name: 'Deployer' })
    const response = await gateway.admin('POST', '/roles', body)
    const made = (await response.json()) as Made
    expect([response.status, made]).toEqual([
      201,
      {
        ...body,
        id: expect.stringMatching(/^role_[0-9a-z]+$/),
        version: 1,
        created_at: expect.stringMatching(/Z$/),
      },
    ])
    expect(response.headers.get('location')).toBe(`/admin/v1/roles/${made.id}`)
    expect(response.headers.get('etag')).toBe('"1"')
    const read = await send('GET', made.id)
    expect([read.headers.get('etag'), await read.json()]).toEqual(['"1"', made])
  })

  test('below its resource server, and of the admin API', async () => {
    expect((await post({ namespace: '/acme/payments' })).status).toBe(201)
    const admin = { resource_server_id: 'rs_admin', permissions: ['roles:read'] }
    expect((await post(admin)).status).toBe(201)
  })

  test.each(
    rows([' root', 'ROOT', 'ｒｏｏｔ', 'root\u200b', '', 'Deployer', '-a', 'a'.repeat(64)]),
  )('AC-294 refuses the name %j', async (name) => {
    const problem = await expectProblem(await post({ name }), 422, 'validation-failed')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/name' })])
  })

  test.each(rows(['../x', 'a/b', 'a%2fb', 'a'.repeat(200)]))(
    'AC-295 refuses the name %s',
    async (name) => {
      await expectProblem(await post({ name }), 422, 'validation-failed')
    },
  )

  test('a name is taken per namespace and resource server', async () => {
    const name = fresh()
    expect((await post({ name })).status).toBe(201)
    await expectProblem(await post({ name }), 409, 'name-taken')
    expect((await post({ name, namespace: '/acme/payments' })).status).toBe(201)
    const admin = { name, resource_server_id: 'rs_admin', permissions: ['roles:read'] }
    expect((await post(admin)).status).toBe(201)
  })

  test('permissions that the resource server does not have', async () => {
    const permissions = ['deploy:write', 'no', 'deploy:read', 'nor-this']
    const problem = await expectProblem(await post({ permissions }), 422, 'validation-failed')
    expect(problem.errors).toEqual([
      expect.objectContaining({ pointer: '/permissions/1' }),
      expect.objectContaining({ pointer: '/permissions/3' }),
    ])
  })

  test('no permission, and one twice', async () => {
    await expectProblem(await post({ permissions: [] }), 422, 'validation-failed')
    const twice = ['deploy:read', 'deploy:read']
    await expectProblem(await post({ permissions: twice }), 422, 'validation-failed')
  })

  test('AC-286 a foreign resource server looks like a random one', async () => {
    const answers = await Promise.all(
      [foreign.id, 'rs_0'].map((id) => post({ resource_server_id: id })),
    )
    const [one, other] = await Promise.all(
      answers.map((answer) => expectProblem(answer, 422, 'invalid-reference')),
    )
    expect(one).toEqual(other)
    expect(one?.errors).toEqual([expect.objectContaining({ pointer: '/resource_server_id' })])
  })

  test('a resource server below is not visible', async () => {
    const below = await make.resourceServer('/acme/payments', 'https://pay.acme.example')
    const refused = await post({ resource_server_id: below.id })
    await expectProblem(refused, 422, 'invalid-reference')
  })

  test.each(rows(['id', 'version', 'created_at', 'is_system', 'built_in']))(
    'AC-291 refuses the field %s',
    async (name) => {
      await expectProblem(await post({ [name]: 1 }), 422, 'unknown-field')
    },
  )
})

describe('GET', () => {
  test('lists by namespace, name and resource server', async () => {
    await make.namespace('/listed')
    const other = await make.resourceServer('/listed', 'https://listed.example')
    await make.role('/listed', 'one', other)
    await make.role('/listed', 'two', other)
    const admin = { resource_server_id: 'rs_admin', permissions: ['roles:read'] }
    expect((await post({ namespace: '/listed', name: 'three', ...admin })).status).toBe(201)
    expect(await names('namespace=/listed')).toEqual(['one', 'two', 'three'])
    expect(await names('namespace=/listed&name=two')).toEqual(['two'])
    expect(await names(`resource_server_id=${other.id}`)).toEqual(['one', 'two'])
    expect(await names('resource_server_id=rs_admin&namespace=/listed')).toEqual(['three'])
  })

  test('built-in roles are there and nobody changes them', async () => {
    for (const id of ['role_owner', 'role_deployer', 'role_viewer']) {
      expect((await send('GET', id)).status).toBe(200)
      const refusals = [
        await send('PATCH', id, { name: 'mine' }, '"1"'),
        await send('PUT', id, { name: 'mine', permissions: ['roles:read'] }, '"1"'),
        await send('DELETE', id, undefined, '"1"'),
      ]
      for (const refusal of refusals) await expectProblem(refusal, 403, 'permission-denied')
    }
  })
})

describe('PUT, PATCH and DELETE', () => {
  const body = { name: 'changed', permissions: ['deploy:read'] }

  test('PUT replaces; server-owned members may be echoed', async () => {
    const made = await make.role('/acme', fresh(), server, { display_name: 'Old' })
    const replaced = await send('PUT', made.id, { name: fresh(), permissions: ['a'] }, '"1"')
    await expectProblem(replaced, 422, 'validation-failed')
    const echo = await send('PUT', made.id, { ...made, permissions: ['deploy:read'] }, '"1"')
    const changed = { ...made, permissions: ['deploy:read'], version: 2 }
    expect([echo.status, await echo.json()]).toEqual([200, changed])
    expect(echo.headers.get('etag')).toBe('"2"')
    const name = fresh()
    const plain = await send('PUT', made.id, { name, permissions: ['deploy:write'] }, '"2"')
    expect(await plain.json()).toMatchObject({ name, display_name: null, version: 3 })
  })

  test.each([
    ['id', 'role_0'],
    ['namespace', '/globex'],
    ['resource_server_id', 'rs_admin'],
    ['version', 7],
    ['created_at', '2020-01-01T00:00:00.000Z'],
  ])('PUT with another %s', async (name, value) => {
    const made = await make.role('/acme', fresh(), server)
    const refused = await send('PUT', made.id, { ...made, [name]: value }, '"1"')
    const problem = await expectProblem(refused, 422, 'validation-failed')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: `/${name}` })])
  })

  test('PATCH changes what is named', async () => {
    const made = await make.role('/acme', fresh(), server)
    const first = await send('PATCH', made.id, { display_name: 'Shown' }, '"1"')
    expect(await first.json()).toEqual({ ...made, display_name: 'Shown', version: 2 })
    const second = await send('PATCH', made.id, { display_name: null }, '"2"')
    expect(await second.json()).toEqual({ ...made, version: 3 })
    const fixed = await send('PATCH', made.id, { namespace: '/globex' }, '"3"')
    await expectProblem(fixed, 422, 'unknown-field')
  })

  test('a name that is taken', async () => {
    const [one, two] = [
      await make.role('/acme', fresh(), server),
      await make.role('/acme', fresh(), server),
    ]
    await expectProblem(await send('PATCH', two.id, { name: one.name }, '"1"'), 409, 'name-taken')
  })

  test.each([
    ['PUT', body],
    ['PATCH', body],
    ['DELETE', undefined],
  ] as const)('AC-298 %s without If-Match and with a stale one', async (method, sent) => {
    const { id } = await make.role('/acme', fresh(), server)
    await expectProblem(await send(method, id, sent), 428, 'precondition-required')
    await expectProblem(await send(method, id, sent, '*'), 428, 'precondition-required')
    for (const stale of ['"2"', '1', 'W/"1"', '"x"']) {
      await expectProblem(await send(method, id, sent, stale), 412, 'precondition-failed')
    }
    await expectProblem(await send(method, 'role_0', sent), 404, 'not-found')
  })

  test('AC-299 of parallel PUTs with one ETag one wins', async () => {
    const { id } = await make.role('/acme', fresh(), server)
    const name = fresh()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        send('PUT', id, { name, permissions: ['deploy:read'] }, '"1"'),
      ),
    )
    expectOne(answers, 200, [412])
    expect(await (await send('GET', id)).json()).toMatchObject({ version: 2 })
  })

  test('DELETE', async () => {
    const { id } = await make.role('/acme', fresh(), server)
    expect((await send('DELETE', id, undefined, '"1"')).status).toBe(204)
    await expectProblem(await send('GET', id), 404, 'not-found')
  })

  test('AC-296 ids in another spelling are nobody', async () => {
    const { id } = await make.role('/acme', fresh(), server)
    for (const path of [id.toUpperCase(), `${id}%20`, `%72${id.slice(1)}`, `${id}/`]) {
      await expectProblem(await gateway.admin('GET', `/roles/${path}`), 404, 'not-found')
    }
  })
})
