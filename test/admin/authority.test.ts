import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { makeEcKey } from '../support/keys.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let objects: Record<'resource-servers' | 'roles' | 'issuers' | 'role-bindings', Made>
let actors: Record<'owner' | 'deployer' | 'viewer' | 'below' | 'globex' | 'admin', TestActor>
let jwks: unknown
let count = 0

type Collection = keyof typeof objects

const collections = ['resource-servers', 'roles', 'issuers', 'role-bindings'] as const
const visible = ['resource-servers', 'roles', 'issuers'] as const

/** A body that makes one more object of a collection in /acme. */
const bodyFor = async (collection: Collection, namespace = '/acme') => {
  const n = ++count
  const { id: account } = await make.create('/service-accounts', {
    namespace: '/acme',
    name: `account-${n}`,
  })
  const identifier = `https://api-${n}.example`
  const server = objects['resource-servers'].id
  const bodies = {
    'resource-servers': { namespace, identifier, name: 'API', permissions: ['a:b'] },
    roles: { namespace, name: `r-${n}`, resource_server_id: server, permissions: ['deploy:read'] },
    issuers: { namespace, name: 'CI', issuer: `https://ci-${n}.example`, jwks },
    'role-bindings': {
      namespace,
      role_id: 'role_viewer',
      principal: { type: 'service_account', id: account },
    },
  }
  return bodies[collection]
}

const pathOf = (collection: Collection) => `/${collection}/${objects[collection].id}`

const changes = {
  'resource-servers': { name: 'Changed' },
  roles: { display_name: 'Changed' },
  issuers: { name: 'Changed' },
} as const

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  jwks = { keys: [(await makeEcKey('e')).jwk] }
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  await make.namespace('/acme/payments')
  const server = await make.resourceServer('/acme', 'https://api.acme.example')
  const role = await make.role('/acme', 'writer', server)
  const issuer = await make.issuer('https://ci.acme.example', '/acme', { jwks })
  const bound = await make.create('/service-accounts', { namespace: '/acme', name: 'bound' })
  const binding = await make.create('/role-bindings', {
    role_id: role.id,
    namespace: '/acme',
    principal: { type: 'service_account', id: bound.id },
  })
  objects = { 'resource-servers': server, roles: role, issuers: issuer, 'role-bindings': binding }
  const everything = await make.create('/roles', {
    namespace: '/acme',
    name: 'custom-admin',
    resource_server_id: 'rs_admin',
    permissions: (
      (await (await gateway.admin('GET', '/roles/role_owner')).json()) as { permissions: string[] }
    ).permissions,
  })
  actors = {
    owner: await makeActor(gateway, '/acme', [builtIn('owner', '/acme')]),
    deployer: await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')]),
    viewer: await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')]),
    below: await makeActor(gateway, '/acme/payments', [builtIn('owner', '/acme/payments')]),
    globex: await makeActor(gateway, '/globex', [builtIn('owner', '/globex')]),
    admin: await makeActor(gateway, '/acme', [{ role_id: everything.id, namespace: '/acme' }]),
  }
})

afterAll(() => gateway.close())

describe.each(collections)('%s', (collection) => {
  test('AC-275 without credentials, and with garbage', async () => {
    for (const token of [null, 'garbage', `${actors.owner.token}x`]) {
      const answer = await gateway.admin('GET', `/${collection}`, undefined, { token })
      await expectProblem(answer, 401, 'authentication-required')
    }
  })

  test('an owner makes, reads and removes', async () => {
    const { owner } = actors
    const made = await owner.call('POST', `/${collection}`, await bodyFor(collection))
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as Made
    expect((await owner.call('GET', `/${collection}/${id}`)).status).toBe(200)
    const gone = await owner.call('DELETE', `/${collection}/${id}`, undefined, '"1"')
    expect(gone.status).toBe(204)
  })

  test('AC-277 a viewer changes nothing', async () => {
    const { viewer } = actors
    expect((await viewer.call('GET', pathOf(collection))).status).toBe(200)
    const answers = [
      await viewer.call('POST', `/${collection}`, await bodyFor(collection)),
      await viewer.call('DELETE', pathOf(collection), undefined, '"1"'),
      await viewer.call('DELETE', pathOf(collection)),
    ]
    for (const answer of answers) await expectProblem(answer, 403, 'permission-denied')
  })

  test('AC-284 a token with the read scope only', async () => {
    const scope = `${collection}:read`
    const reader = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')], scope)
    expect((await reader.call('GET', pathOf(collection))).status).toBe(200)
    const answers = [
      await reader.call('POST', `/${collection}`, await bodyFor(collection)),
      await reader.call('DELETE', pathOf(collection), undefined, '"1"'),
    ]
    for (const answer of answers) await expectProblem(answer, 403, 'insufficient-scope')
  })

  test('AC-285 a foreign id looks like a random one', async () => {
    const { globex } = actors
    const random = `/${collection}/${objects[collection].id.split('_')[0]}_0`
    for (const method of ['GET', 'DELETE']) {
      const known = await expectProblem(
        await globex.call(method, pathOf(collection)),
        404,
        'not-found',
      )
      expect(await expectProblem(await globex.call(method, random), 404)).toEqual(known)
    }
  })

  test('AC-287 a foreign namespace looks like a random one', async () => {
    const { globex } = actors
    const send = async (namespace: string) => {
      const body = await bodyFor(collection, namespace)
      return expectProblem(
        await globex.call('POST', `/${collection}`, body),
        422,
        'invalid-reference',
      )
    }
    expect(await send('/acme')).toEqual(await send('/nowhere'))
  })

  test('AC-289 a list shows the own tenant only', async () => {
    const list = async (query: string) => {
      const response = await actors.globex.call('GET', `/${collection}?limit=200${query}`)
      return ((await response.json()) as { data: { namespace: string }[] }).data
    }
    for (const query of ['', '&tenant=acme', '&namespace=/acme', '&namespace=/']) {
      const foreign = (await list(query)).filter(({ namespace }) => namespace.startsWith('/acme'))
      expect(foreign).toEqual([])
    }
    for (const limit of ['-1', '1e9', 'NaN', '0', '201', '']) {
      const answer = await actors.globex.call('GET', `/${collection}?limit=${limit}`)
      await expectProblem(answer, 422, 'validation-failed')
    }
  })

  test('AC-290 a cursor of another tenant, and a changed one', async () => {
    await gateway.admin('POST', `/${collection}`, await bodyFor(collection))
    const page = await actors.owner.call('GET', `/${collection}?limit=1`)
    const { next_cursor: cursor } = (await page.json()) as { next_cursor: string }
    const path = `/${collection}?limit=1&cursor=`
    expect((await actors.owner.call('GET', path + cursor)).status).toBe(200)
    await expectProblem(await actors.globex.call('GET', path + cursor), 400, 'invalid-cursor')
    for (const at of [5, cursor.indexOf('.') + 1]) {
      const other = cursor[at] === 'b' ? 'c' : 'b'
      const changed = cursor.slice(0, at) + other + cursor.slice(at + 1)
      await expectProblem(await actors.owner.call('GET', path + changed), 400, 'invalid-cursor')
    }
  })
})

describe.each(visible)('%s', (collection) => {
  test('AC-285 a foreign object is not there to be changed', async () => {
    const random = `/${collection}/${objects[collection].id.split('_')[0]}_0`
    const methods = collection === 'roles' ? ['PATCH', 'PUT'] : ['PATCH']
    const body = collection === 'roles' ? { name: 'x', permissions: ['a'] } : { name: 'x' }
    for (const method of methods) {
      const refused = await actors.globex.call(method, pathOf(collection), body)
      const known = await expectProblem(refused, 404, 'not-found')
      const unknown = await actors.globex.call(method, random, body)
      expect(await expectProblem(unknown, 404)).toEqual(known)
    }
  })
})

describe.each(visible)('%s from below', (collection) => {
  test('what is visible is read, and not changed', async () => {
    const { below } = actors
    expect((await below.call('GET', pathOf(collection))).status).toBe(200)
    const list = await below.call('GET', `/${collection}?limit=200`)
    const { data } = (await list.json()) as { data: Made[] }
    expect(data.map(({ id }) => id)).toContain(objects[collection].id)
    const answers = [
      await below.call('PATCH', pathOf(collection), changes[collection], '"1"'),
      await below.call('DELETE', pathOf(collection), undefined, '"1"'),
      await below.call('POST', `/${collection}`, await bodyFor(collection)),
    ]
    for (const answer of answers) await expectProblem(answer, 403, 'permission-denied')
  })
})

describe('what needs the role owner', () => {
  test.each(['resource-servers', 'issuers'] as const)('%s', async (collection) => {
    const { admin } = actors
    const answers = [
      await admin.call('POST', `/${collection}`, await bodyFor(collection)),
      await admin.call('PATCH', pathOf(collection), changes[collection]),
      await admin.call('DELETE', pathOf(collection)),
    ]
    for (const answer of answers) await expectProblem(answer, 403, 'privilege-escalation')
  })
})

describe('nobody hands out more than they hold', () => {
  const bindTo = async (actor: TestActor, role_id: string, namespace = '/acme') => {
    const body = { ...(await bodyFor('role-bindings', namespace)), role_id }
    return actor.call('POST', '/role-bindings', body)
  }

  test('AC-279 a deployer grants owner to another account and to itself', async () => {
    const { deployer } = actors
    await expectProblem(await bindTo(deployer, 'role_owner'), 403, 'privilege-escalation')
    const principal = { type: 'service_account', id: deployer.id }
    const body = { role_id: 'role_owner', namespace: '/acme', principal }
    const itself = await deployer.call('POST', '/role-bindings', body)
    await expectProblem(itself, 403, 'privilege-escalation')
    // It holds what a viewer does, but binding is not its business.
    await expectProblem(await bindTo(deployer, 'role_viewer'), 403, 'permission-denied')
  })

  test('a role of whose permissions one is not held', async () => {
    const { admin } = actors
    const role = objects.roles.id
    await expectProblem(await bindTo(admin, role), 403, 'privilege-escalation')
    const path = pathOf('role-bindings')
    const refused = await admin.call('DELETE', path, undefined, '"1"')
    await expectProblem(refused, 403, 'privilege-escalation')
    expect((await bindTo(admin, 'role_viewer')).status).toBe(201)
  })

  test('owner and deployer imply more than they list', async () => {
    const { admin, owner } = actors
    for (const role of ['role_owner', 'role_deployer']) {
      await expectProblem(await bindTo(admin, role), 403, 'privilege-escalation')
      expect((await bindTo(owner, role)).status).toBe(201)
    }
  })

  test('AC-282 a role with permissions that are not held', async () => {
    const { admin } = actors
    const server = objects['resource-servers'].id
    const body = { ...(await bodyFor('roles')), resource_server_id: server }
    await expectProblem(await admin.call('POST', '/roles', body), 403, 'privilege-escalation')
    const patched = await admin.call('PATCH', pathOf('roles'), { name: 'mine' }, '"1"')
    await expectProblem(patched, 403, 'privilege-escalation')
    const gone = await admin.call('DELETE', pathOf('roles'), undefined, '"1"')
    await expectProblem(gone, 403, 'privilege-escalation')
    const { deployer } = actors
    const edited = await deployer.call('PATCH', '/roles/role_deployer', { name: 'x' }, '"1"')
    await expectProblem(edited, 403)
  })

  test('a role is judged wherever it is bound', async () => {
    const narrow = await make.create('/roles', {
      namespace: '/acme/payments',
      name: 'role-editor',
      resource_server_id: 'rs_admin',
      permissions: ['roles:read', 'roles:write'],
    })
    const here = { role_id: narrow.id, namespace: '/acme/payments' }
    const viewer = builtIn('viewer', '/acme/payments')
    await make.namespace('/acme/payments/deep')
    const editor = await makeActor(gateway, '/acme/payments', [here, viewer])
    const edited = await make.create('/roles', {
      namespace: '/acme/payments',
      name: 'edited',
      resource_server_id: 'rs_admin',
      permissions: ['roles:read'],
    })
    const path = `/roles/${edited.id}`
    const bound = await make.create('/service-accounts', {
      namespace: '/acme/payments',
      name: 'reader',
      role_bindings: [{ role_id: edited.id, namespace: '/acme/payments/deep' }],
    })
    expect(bound.id).toMatch(/^sa_/)
    const more = { permissions: ['roles:read', 'issuers:read'] }
    expect((await editor.call('PATCH', path, more, '"1"')).status).toBe(200)
    const tooMuch = { permissions: ['roles:read', 'issuers:write'] }
    await expectProblem(
      await editor.call('PATCH', path, tooMuch, '"2"'),
      403,
      'privilege-escalation',
    )
  })
})
