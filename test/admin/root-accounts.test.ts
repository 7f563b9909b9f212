import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { flood } from '../support/flood.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { makeRsaKey, spki } from '../support/keys.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { expectOne } from '../support/race.ts'
import { builtIn, makeActor } from './actors.ts'

const PATH = '/api/service-accounts'

let gateway: Gateway
let make: Maker
let console: Made
let number = 0
let name: string

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await make.namespace('/acme')
  console = await make.resourceServer('/', 'https://console.test', {
    permissions: ['console.view', 'console.manage', 'both'],
  })
  await make.resourceServer('/', 'https://market.test', { permissions: ['market.view', 'both'] })
  await make.resourceServer('/acme', 'https://api.acme.test', { permissions: ['acme.view'] })
})
beforeEach(() => {
  name = `Root Bot ${++number}`
})
afterAll(() => gateway.close())

const call = async (method: string, path: string, options: { body?: unknown; token?: string }) =>
  gateway.fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${options.token ?? (await gateway.rootToken())}`,
      'content-type': 'application/json',
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  })

const post = (body: object, token?: string) =>
  call('POST', PATH, { body, ...(token !== undefined && { token }) })

const remove = (clientId: unknown, token?: string) =>
  call('DELETE', `${PATH}/${clientId}`, token === undefined ? {} : { token })

const made = async (body: object): Promise<{ clientId: string; location: string }> => {
  const response = await post(body)
  expect(response.status).toBe(201)
  const { clientId } = (await response.json()) as { clientId: string }
  return { clientId, location: response.headers.get('location') ?? '' }
}

const read = async <T>(path: string): Promise<T> =>
  (await (await gateway.admin('GET', path)).json()) as T

const bindingsOf = async (accountId: unknown) =>
  (await read<{ data: Made[] }>(`/role-bindings?service_account_id=${accountId}`)).data

/** What there is of these roles. */
const rolesOf = async (ids: readonly unknown[]): Promise<readonly Made[]> => {
  const answers = await Promise.all(ids.map((id) => gateway.admin('GET', `/roles/${id}`)))
  const found = answers.filter(({ status }) => status === 200)
  return Promise.all(found.map((answer) => answer.json() as Promise<Made>))
}

const rolesBoundTo = async (accountId: unknown): Promise<readonly Made[]> =>
  rolesOf((await bindingsOf(accountId)).map(({ role_id }) => role_id))

/** How many roles there are in `/`. */
const countRoles = async (): Promise<number> => {
  const sql = `SELECT count(*) AS n FROM roles WHERE namespace_id = 'ns_root'`
  return Number((await gateway.db.execute(sql)).rows[0]?.n)
}

const pointers = async (response: Response, slug: string): Promise<unknown> =>
  ((await expectProblem(response, 422, slug)).errors as { pointer: string }[]).map(
    ({ pointer }) => pointer,
  )

describe('what is made', () => {
  test('an account in / with the name as it was given, and a slug of it', async () => {
    const { location, clientId } = await made({ name: 'Ünder  Construction!', permissions: [] })
    const account = await read<Made>(location.replace('/admin/v1', ''))
    expect(account).toMatchObject({
      client_id: clientId,
      namespace: '/',
      name: 'under-construction',
      display_name: 'Ünder  Construction!',
      token_endpoint_auth_method: 'client_secret_basic',
      client_credentials: { enabled: true, secrets: 1 },
    })
    expect(await bindingsOf(account.id)).toEqual([])
  })

  test('one role for each resource server, bound at /', async () => {
    const permissions = ['market.view', 'console.view', 'service-accounts:read']
    const { location } = await made({ name, permissions })
    const account = await read<Made>(location.replace('/admin/v1', ''))
    const roles = await rolesBoundTo(account.id)
    expect(roles.map((role) => role.permissions).sort()).toEqual([
      ['console.view'],
      ['market.view'],
      ['service-accounts:read'],
    ])
    const bindings = await bindingsOf(account.id)
    expect(bindings.map(({ namespace }) => namespace)).toEqual(['/', '/', '/'])
  })

  test('a key that is shown as one of an old client, and no secret', async () => {
    const key = await makeRsaKey('any')
    const response = await post({
      name,
      permissions: [],
      tokenEndpointAuthMethod: 'private_key_jwt',
      publicKey: spki(key, 'pem').toString(),
    })
    const { keyId } = (await response.json()) as { keyId: string }
    const account = (response.headers.get('location') ?? '').replace('/admin/v1', '')
    expect(await read<Made>(account)).toMatchObject({
      token_endpoint_auth_method: 'private_key_jwt',
      client_credentials: { enabled: false, secrets: 0 },
    })
    expect(await read<Made>(`${account}/keys`)).toMatchObject({
      data: [
        {
          kid: keyId,
          algorithm: 'RS256',
          assertion_audience: 'console-client-credentials',
          warnings: ['assertion_audience'],
        },
      ],
    })
  })

  test('nothing twice under one Idempotency-Key, and no secret again', async () => {
    const again = () =>
      gateway.rootToken().then((token) =>
        gateway.fetch(PATH, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': `root-${number}`,
          },
          body: JSON.stringify({ name, permissions: [] }),
        }),
      )
    expect((await again()).status).toBe(201)
    await expectProblem(await again(), 409, 'idempotency-replay')
  })
})

describe('what is refused', () => {
  test('permissions that no resource server of / has, or that two have', async () => {
    const before = await countRoles()
    const permissions = ['console.view', 'acme.view', 'nobody.has.it', 'both']
    const response = await post({ name, permissions })
    expect(await pointers(response, 'validation-failed')).toEqual([
      '/permissions/1',
      '/permissions/2',
      '/permissions/3',
    ])
    expect(await countRoles()).toBe(before)
  })

  test.each([
    ['/publicKey', { tokenEndpointAuthMethod: 'private_key_jwt' }],
    ['/publicKey', { publicKey: 'x' }],
    ['/publicKey', { tokenEndpointAuthMethod: 'private_key_jwt', publicKey: 'x' }],
    ['/tokenEndpointAuthMethod', { tokenEndpointAuthMethod: 'none' }],
    ['/permissions', { permissions: ['console.view', 'console.view'] }],
    ['/permissions', { permissions: 'console.view' }],
    ['/name', { name: '' }],
    ['/name', { name: '***' }],
  ])('a body whose %s is wrong: %j', async (pointer, changes) => {
    const response = await post({ name, permissions: [], ...changes })
    expect(await pointers(response, 'validation-failed')).toEqual([pointer])
  })

  test('members that are not known', async () => {
    const response = await post({ name, permissions: [], role: 'company-owner' })
    expect(await pointers(response, 'unknown-field')).toEqual(['/role'])
  })

  test('a name that comes to one that is taken by an account, not by a role', async () => {
    await made({ name, permissions: [] })
    await expectProblem(
      await post({ name: name.toUpperCase(), permissions: [] }),
      409,
      'name-taken',
    )
    await make.role('/', 'someones-role', console, { permissions: ['console.view'] })
    const free = await post({ name: 'Someones role', permissions: ['console.view'] })
    expect(free.status).toBe(201)
  })

  test('other methods, and paths that are none, with a problem', async () => {
    for (const [method, path] of [
      ['GET', PATH],
      ['PUT', PATH],
      ['DELETE', PATH],
      ['GET', `${PATH}/cli_0`],
      ['DELETE', `${PATH}/Cli_0`],
    ] as const) {
      await expectProblem(await call(method, path, {}), 404, 'not-found')
    }
  })

  test('whoever shows no token', async () => {
    const response = await gateway.fetch(PATH, { method: 'POST', body: '{}' })
    await expectProblem(response, 401, 'authentication-required')
  })
})

describe('who may', () => {
  test('M15 owners of /, and nobody else', async () => {
    const custom = await make.create('/roles', {
      namespace: '/',
      name: 'nearly-owner',
      resource_server_id: 'rs_admin',
      permissions: [
        'service-accounts:read',
        'service-accounts:write',
        'credentials:write',
        'roles:read',
        'roles:write',
        'role-bindings:write',
      ],
    })
    const { clientId } = await made({ name, permissions: [] })
    for (const actor of [
      await makeActor(gateway, '/', [{ role_id: custom.id, namespace: '/' }]),
      await makeActor(gateway, '/', [builtIn('deployer', '/')]),
      await makeActor(gateway, '/acme', [builtIn('owner', '/acme')]),
    ]) {
      const refused = await post({ name: 'Not mine', permissions: [] }, actor.token)
      await expectProblem(refused, 403, 'privilege-escalation')
      await expectProblem(await remove(clientId, actor.token), 403, 'privilege-escalation')
      await expectProblem(await remove('cli_0', actor.token), 403, 'privilege-escalation')
    }
    const owner = await makeActor(gateway, '/', [builtIn('owner', '/')])
    expect((await post({ name: 'Mine', permissions: ['console.view'] }, owner.token)).status).toBe(
      201,
    )
    expect((await remove(clientId, owner.token)).status).toBe(204)
  })

  test.each([
    ['service-accounts:read credentials:write', 'insufficient-scope', []],
    ['service-accounts:write service-accounts:read', 'insufficient-scope', []],
    [
      'service-accounts:write service-accounts:read credentials:write roles:write',
      'insufficient-scope',
      ['console.view'],
    ],
    [
      'service-accounts:write service-accounts:read credentials:write roles:write role-bindings:write',
      'privilege-escalation',
      ['namespaces:write'],
    ],
  ])('an owner only within the scope of its token: %s', async (scope, slug, permissions) => {
    const owner = await makeActor(gateway, '/', [builtIn('owner', '/')], scope)
    await expectProblem(await post({ name, permissions }, owner.token), 403, slug)
  })

  test('nobody deletes themselves, nor the last owner', async () => {
    const owner = await makeActor(gateway, '/', [builtIn('owner', '/')])
    const { client_id } = await read<Made>(`/service-accounts/${owner.id}`)
    await expectProblem(await remove(client_id, owner.token), 403, 'self-modification')
    await expectProblem(await remove(gateway.root.client_id), 403, 'self-modification')
  })
})

describe('what a deletion takes along', () => {
  test('accounts of tenants do not exist here', async () => {
    const account = await make.create('/service-accounts', { namespace: '/acme', name: 'theirs' })
    await expectProblem(await remove(account.client_id), 404, 'not-found')
    await expectProblem(await remove('cli_0'), 404, 'not-found')
  })

  test('the roles that it was made with, unless others have them too or they were renamed', async () => {
    const permissions = ['console.view', 'market.view', 'service-accounts:read']
    const { clientId, location } = await made({ name, permissions })
    const { id, name: slug } = await read<Made>(location.replace('/admin/v1', ''))
    const roles = await rolesBoundTo(id)
    const [shared, renamed, ...rest] = roles
    const mate = await make.create('/service-accounts', {
      namespace: '/',
      name: `${slug}-mate`,
      role_bindings: [{ role_id: shared?.id, namespace: '/' }],
    })
    const change = await gateway.admin(
      'PATCH',
      `/roles/${renamed?.id}`,
      { name: `${slug}-kept` },
      { ifMatch: '"1"' },
    )
    expect([change.status, rest.length]).toEqual([200, 1])
    expect((await remove(clientId)).status).toBe(204)
    expect(await rolesOf(roles.map((role) => role.id))).toEqual([
      shared,
      expect.objectContaining({ id: renamed?.id, name: `${slug}-kept` }),
    ])
    expect(await bindingsOf(mate.id)).toHaveLength(1)
  })
})

describe('what tenants see', () => {
  test('nothing of the account in its roles, and no name that they could keep taken', async () => {
    const { clientId, location } = await made({ name, permissions: ['namespaces:read'] })
    const account = await read<Made>(location.replace('/admin/v1', ''))
    const owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const list = await owner.call('GET', '/roles?limit=200')
    const roles = ((await list.json()) as { data: Made[] }).data
    const [own] = await rolesBoundTo(account.id)
    const seen = roles.find(({ id }) => id === own?.id)
    expect(seen).toMatchObject({ name: String(own?.id).replace('_', '-'), display_name: null })
    for (const told of [name, account.name, account.id, clientId]) {
      expect(JSON.stringify(roles)).not.toContain(told)
    }
    const { id } = await make.create('/service-accounts', { namespace: '/acme', name: 'pin' })
    const principal = { type: 'service_account', id }
    const binding = { role_id: own?.id, namespace: '/acme', principal }
    expect((await owner.call('POST', '/role-bindings', binding)).status).toBe(201)
    expect((await remove(clientId)).status).toBe(204)
    expect((await post({ name, permissions: ['namespaces:read'] })).status).toBe(201)
  })
})

describe('races', () => {
  test('50 of one name make one account and one role', async () => {
    const before = await countRoles()
    const answers = await flood(50, () => post({ name, permissions: ['console.view'] }), 50)
    expectOne(answers, 201, [409])
    expect(await countRoles()).toBe(before + 1)
  })

  test('a permission that goes while 50 accounts are made of it goes, or stays with all', async () => {
    const server = await make.resourceServer('/', 'https://going.test', {
      permissions: ['going', 'staying'],
    })
    const drop = () =>
      gateway.admin('PATCH', `/resource-servers/${server.id}`, { permissions: ['staying'] })
    const [dropping, ...making] = await flood(
      51,
      (i) => (i === 0 ? drop() : post({ name: `${name} ${i}`, permissions: ['going'] })),
      51,
    )
    const dropped = dropping?.status === 200
    const { rows } = await gateway.db.execute({
      sql: 'SELECT count(*) AS n FROM roles WHERE resource_server_id = ?',
      args: [server.id],
    })
    const statuses = making.map(({ status }) => status)
    const succeeded = statuses.filter((status) => status === 201).length
    expect(statuses.filter((status) => status !== 201 && status !== 422)).toEqual([])
    expect(Number(rows[0]?.n)).toBe(succeeded)
    expect(succeeded === 0).toBe(dropped)
  })
})
