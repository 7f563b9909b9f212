import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Maker, maker } from '../support/maker.ts'
import { expectOne } from '../support/race.ts'
import { rows } from '../support/rows.ts'

let gateway: Gateway
let make: Maker
let count = 0

const fresh = () => `https://api-${++count}.acme.example`

const wanted = (members: Record<string, unknown> = {}) => ({
  namespace: '/acme',
  identifier: fresh(),
  name: 'Deploy API',
  permissions: ['deploy:read', 'deploy:write'],
  ...members,
})

const post = (members?: Record<string, unknown>) =>
  gateway.admin('POST', '/resource-servers', wanted(members))

const patch = (id: string, body: unknown) => gateway.admin('PATCH', `/resource-servers/${id}`, body)

const read = async (id: string) =>
  (await (await gateway.admin('GET', `/resource-servers/${id}`)).json()) as Record<string, unknown>

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
})

afterAll(() => gateway.close())

describe('POST', () => {
  test('makes one as the contract shows it', async () => {
    const body = wanted()
    const response = await gateway.admin('POST', '/resource-servers', body)
    const made = (await response.json()) as Record<string, unknown>
    expect([response.status, made]).toEqual([
      201,
      {
        ...body,
        id: expect.stringMatching(/^rs_[0-9a-z]+$/),
        token_ttl_seconds: 600,
        created_at: expect.stringMatching(/Z$/),
      },
    ])
    expect(response.headers.get('location')).toBe(`/admin/v1/resource-servers/${made.id}`)
    expect(response.headers.get('etag')).toBe('"1"')
    expect(await read(String(made.id))).toEqual(made)
  })

  test.each(
    rows([
      'http://api.acme.example',
      'https://API.acme.example',
      'https://api.acme.example/#part',
      'https://user@api.acme.example/',
      'https://api.acme.example/a b',
      'api.acme.example',
      'urn:gatehouse:admin',
      'urn:gatehouse:other',
      'https://gw.test',
      'https://gw.test/',
      'https://gw.test/acme/api',
      'https://gw.test:443/acme',
      'https://gw.test?a=b',
    ]),
  )('refuses the identifier %s', async (identifier) => {
    const problem = await expectProblem(await post({ identifier }), 422, 'validation-failed')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/identifier' })])
  })

  test.each(
    rows(['https://gw.test.example', 'urn:acme:deploy', 'https://api.acme.example:8443/v1']),
  )('takes the identifier %s', async (identifier) => {
    expect((await post({ identifier })).status).toBe(201)
  })

  test('an identifier is taken in the whole deployment', async () => {
    const identifier = fresh()
    await make.resourceServer('/acme', identifier)
    const again = await post({ namespace: '/globex', identifier })
    await expectProblem(again, 409, 'identifier-taken')
  })

  test('of 50 parallel calls for one identifier one wins', async () => {
    const identifier = fresh()
    const answers = await Promise.all(Array.from({ length: 50 }, () => post({ identifier })))
    expectOne(answers, 201, [409])
  })

  test.each([
    ['a permission with capitals', { permissions: ['Deploy'] }, '/permissions/0'],
    ['an empty permission', { permissions: ['a', ''] }, '/permissions/1'],
    ['a permission of 129 characters', { permissions: ['a'.repeat(129)] }, '/permissions/0'],
    ['a permission twice', { permissions: ['a', 'a'] }, '/permissions'],
    [
      '201 permissions',
      { permissions: [...Array(201).keys()].map((i) => `p${i}`) },
      '/permissions',
    ],
    ['a name with a control character', { name: 'a\u0007' }, '/name'],
    ['an empty name', { name: '' }, '/name'],
  ])('refuses %s', async (_, members, pointer) => {
    const problem = await expectProblem(await post(members), 422, 'validation-failed')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
  })

  test.each(rows([0, -1, 59, 3601, '900', 61.5, null]))(
    'AC-319 refuses a token life of %j',
    async (ttl) => {
      const problem = await expectProblem(await post({ token_ttl_seconds: ttl }), 422)
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/token_ttl_seconds' })])
    },
  )

  test.each(rows(['id', 'created_at', 'version', 'enabled', 'tenant_id', 'is_system']))(
    'AC-291 refuses the field %s',
    async (name) => {
      const problem = await expectProblem(await post({ [name]: 'x' }), 422, 'unknown-field')
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: `/${name}` })])
    },
  )

  test.each(rows(['/nowhere', '/acme/nowhere', '/ACME', '/acme/']))(
    'refuses the namespace %s',
    async (namespace) => {
      const problem = await expectProblem(await post({ namespace }), 422, 'invalid-reference')
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/namespace' })])
    },
  )

  test('AC-292 refuses __proto__ and stays clean', async () => {
    const text = JSON.stringify(wanted()).replace('{', '{"__proto__":{"permissions":["all"]},')
    const init = {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await gateway.rootToken()}`,
        'content-type': 'application/json',
      },
      body: text,
    }
    const response = await gateway.fetch('/admin/v1/resource-servers', init)
    await expectProblem(response, 422, 'unknown-field')
    const { permissions: _, ...without } = wanted()
    await expectProblem(await gateway.admin('POST', '/resource-servers', without), 422)
  })

  test('AC-293 refuses a member named twice', async () => {
    const text = JSON.stringify(wanted()).replace('{', '{"namespace":"/globex",')
    const init = {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await gateway.rootToken()}`,
        'content-type': 'application/json',
      },
      body: text,
    }
    const response = await gateway.fetch('/admin/v1/resource-servers', init)
    await expectProblem(response, 400, 'malformed-body')
  })
})

describe('GET', () => {
  test('lists by namespace and name, in pages', async () => {
    await make.namespace('/listed')
    await make.namespace('/listed/below')
    await make.namespace('/listed-evil')
    const names = ['one', 'two', 'three']
    for (const name of names) await make.resourceServer('/listed/below', fresh(), { name })
    await make.resourceServer('/listed-evil', fresh(), { name: 'one' })
    const first = await gateway.admin('GET', '/resource-servers?namespace=/listed&limit=2')
    const page = (await first.json()) as { data: { name: string }[]; next_cursor: string }
    expect(page.data.map(({ name }) => name)).toEqual(['one', 'two'])
    const query = `namespace=/listed&limit=2&cursor=${page.next_cursor}`
    const second = await gateway.admin('GET', `/resource-servers?${query}`)
    expect(await second.json()).toMatchObject({ data: [{ name: 'three' }], next_cursor: null })
    const named = await gateway.admin('GET', '/resource-servers?namespace=/listed&name=two')
    expect(await named.json()).toMatchObject({ data: [{ name: 'two' }], next_cursor: null })
  })

  test('an unknown id', async () => {
    await expectProblem(await gateway.admin('GET', '/resource-servers/rs_0'), 404, 'not-found')
  })

  test('the admin API is there and nobody changes it', async () => {
    expect(await read('rs_admin')).toMatchObject({
      namespace: '/',
      identifier: 'urn:gatehouse:admin',
    })
    await expectProblem(await patch('rs_admin', { name: 'x' }), 403, 'permission-denied')
    const removed = await gateway.admin('DELETE', '/resource-servers/rs_admin')
    await expectProblem(removed, 403, 'permission-denied')
  })
})

describe('PATCH and DELETE', () => {
  test('changes what is named and moves the ETag', async () => {
    const made = await make.resourceServer('/acme', fresh())
    const response = await patch(made.id, { token_ttl_seconds: 60, permissions: ['a'] })
    const changed = { ...made, token_ttl_seconds: 60, permissions: ['a'] }
    expect([response.status, await response.json()]).toEqual([200, changed])
    expect(response.headers.get('etag')).toBe('"2"')
    expect(await read(made.id)).toEqual(changed)
  })

  test('If-Match is kept where it is sent', async () => {
    const { id } = await make.resourceServer('/acme', fresh())
    await patch(id, { name: 'moved on' })
    const stale = await gateway.admin('PATCH', `/resource-servers/${id}`, {}, { ifMatch: '"1"' })
    await expectProblem(stale, 412, 'precondition-failed')
    const now = await gateway.admin('PATCH', `/resource-servers/${id}`, {}, { ifMatch: '"2"' })
    expect(now.status).toBe(200)
  })

  test.each(rows(['identifier', 'namespace', 'id']))('the %s is fixed', async (name) => {
    const { id } = await make.resourceServer('/acme', fresh())
    await expectProblem(await patch(id, { [name]: '/globex' }), 422, 'unknown-field')
  })

  test('a permission that a role has stays', async () => {
    const server = await make.resourceServer('/acme', fresh())
    await make.role('/acme', 'writer', server, { permissions: ['deploy:write'] })
    await expectProblem(await patch(server.id, { permissions: ['deploy:read'] }), 409, 'in-use')
    expect((await patch(server.id, { permissions: ['deploy:write', 'new'] })).status).toBe(200)
  })

  test('of a permission dropped and taken into a role at once, one stands', async () => {
    const server = await make.resourceServer('/acme', fresh())
    const role = {
      namespace: '/acme',
      resource_server_id: server.id,
      permissions: ['deploy:write'],
    }
    const answers = await Promise.all([
      ...Array.from({ length: 5 }, (_, i) =>
        gateway.admin('POST', '/roles', { ...role, name: `taker-${i}` }),
      ),
      patch(server.id, { permissions: ['deploy:read'] }),
    ])
    const made = answers.slice(0, 5).some(({ status }) => status === 201)
    expect(answers.at(-1)?.status).toBe(made ? 409 : 200)
  })

  test('DELETE, unless a role is about it', async () => {
    const server = await make.resourceServer('/acme', fresh())
    const role = await make.role('/acme', 'holder', server)
    const path = `/resource-servers/${server.id}`
    await expectProblem(await gateway.admin('DELETE', path), 409, 'in-use')
    const gone = await gateway.admin('DELETE', `/roles/${role.id}`, undefined, { ifMatch: '"1"' })
    expect(gone.status).toBe(204)
    expect((await gateway.admin('DELETE', path)).status).toBe(204)
    await expectProblem(await gateway.admin('GET', path), 404, 'not-found')
    await expectProblem(await gateway.admin('DELETE', path), 404, 'not-found')
  })
})
