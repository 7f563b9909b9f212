import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SecretAccount } from '../support/callers.ts'
import { expectError, expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { type Access, bindingsOf, carried, counting, login } from './access.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let server: Made
let other: Made
let platform: Made
let roles: Record<'read' | 'write' | 'other' | 'platform', Made>
let actors: Record<'owner' | 'viewer' | 'below' | 'globex' | 'accounts', TestActor>
let namespaces: Record<string, Made>
let count = 0

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  namespaces = {}
  for (const path of ['/acme', '/globex', '/acme/payments', '/acme/payments/eu', '/acme/web']) {
    namespaces[path] = await make.namespace(path)
  }
  server = await make.resourceServer('/acme', 'https://api.acme.example')
  other = await make.resourceServer('/acme', 'https://other.acme.example')
  platform = await make.resourceServer('/', 'https://platform.example')
  roles = {
    read: await make.role('/acme', 'reader', server, { permissions: ['deploy:read'] }),
    write: await make.role('/acme', 'writer', server, { permissions: ['deploy:write'] }),
    other: await make.role('/acme', 'other', other),
    platform: await make.role('/', 'platform-user', platform),
  }
  const accountReader = await make.create('/roles', {
    namespace: '/acme',
    name: 'account-reader',
    resource_server_id: 'rs_admin',
    permissions: ['service-accounts:read'],
  })
  actors = {
    owner: await makeActor(gateway, '/acme', [builtIn('owner', '/acme')]),
    viewer: await makeActor(gateway, '/acme/payments', [builtIn('viewer', '/acme/payments')]),
    below: await makeActor(gateway, '/acme/payments/eu', [builtIn('owner', '/acme/payments/eu')]),
    globex: await makeActor(gateway, '/globex', [builtIn('owner', '/globex')]),
    accounts: await makeActor(gateway, '/acme', [
      { role_id: accountReader.id, namespace: '/acme' },
    ]),
  }
})

afterAll(() => gateway.close())

const make1 = (
  bindings: readonly { readonly role_id: string; readonly namespace: string }[],
  members: Readonly<Record<string, unknown>> = {},
): Promise<SecretAccount> =>
  make.create<SecretAccount>('/service-accounts', {
    namespace: '/acme/payments',
    name: `robot-${++count}`,
    client_credentials: {},
    role_bindings: bindings,
    ...members,
  })

const at = (role: Made, namespace: string) => ({ role_id: role.id, namespace })

const read = async (id: string, actor?: TestActor): Promise<Access> => {
  const path = `/service-accounts/${id}:effective-access`
  const response = await (actor ? actor.call('GET', path) : gateway.admin('GET', path))
  expect(response.status).toBe(200)
  return (await response.json()) as Access
}

describe('the effective access of an account', () => {
  it('says what through which binding', async () => {
    const robot = await make1([at(roles.write, '/acme/payments')])
    const bindings = await gateway.admin('GET', `/role-bindings?service_account_id=${robot.id}`)
    const [binding] = ((await bindings.json()) as { data: Made[] }).data
    expect(await read(robot.id, actors.owner)).toEqual({
      service_account: { id: robot.id, name: robot.name, namespace: '/acme/payments' },
      obstacles: [],
      resource_servers: [
        {
          id: server.id,
          identifier: 'https://api.acme.example',
          namespace: '/acme',
          within_ceiling: true,
          obstacles: [],
          namespaces: [
            {
              namespace: '/acme/payments',
              namespace_id: namespaces['/acme/payments']?.id,
              permissions: ['deploy:write'],
              bindings: [
                {
                  id: binding?.id,
                  role_id: roles.write.id,
                  role_name: 'writer',
                  group_id: null,
                  group_name: null,
                  counts: true,
                  obstacles: [],
                  permissions: ['deploy:write'],
                  implies_all_of: null,
                },
              ],
            },
          ],
        },
      ],
    })
  })

  it('is empty without a role', async () => {
    const robot = await make1([])
    expect((await read(robot.id)).resource_servers).toEqual([])
  })

  it('is what tokens carry, of several roles in several places', async () => {
    const robot = await make1([
      at(roles.read, '/acme/payments'),
      at(roles.write, '/acme/payments/eu'),
      at(roles.other, '/acme/payments/eu'),
      at(roles.platform, '/acme/payments'),
    ])
    const access = await read(robot.id, actors.owner)
    for (const { identifier } of [server, other, platform]) {
      const told = counting(access, String(identifier))
      expect(told).toEqual(await carried(gateway, robot, String(identifier)))
    }
  })

  it('shows what the ceiling keeps out', async () => {
    const robot = await make1(
      [at(roles.read, '/acme/payments'), at(roles.other, '/acme/payments')],
      {
        resource_server_ids: [server.id],
      },
    )
    const access = await read(robot.id)
    const told = access.resource_servers.map((each) => [each.id, each.within_ceiling])
    expect(Object.fromEntries(told)).toEqual({ [server.id]: true, [other.id]: false })
    expect(counting(access, String(other.identifier))).toEqual({})
    await expectError(await login(gateway, robot, String(other.identifier)), 400, 'invalid_target')
    const outside = access.resource_servers.find(({ id }) => id === other.id)
    expect(outside?.obstacles).toEqual(['outside_ceiling'])
    expect(outside?.namespaces[0]?.bindings[0]).toMatchObject({ counts: false, obstacles: [] })
  })

  it('shows what a suspended place keeps out', async () => {
    await make.namespace('/acme/payments/closed')
    const robot = await make1([
      at(roles.read, '/acme/payments'),
      at(roles.write, '/acme/payments/closed'),
    ])
    const closed = await gateway.admin('GET', '/namespaces?path=/acme/payments/closed')
    const [{ id }] = ((await closed.json()) as { data: [Made] }).data
    await gateway.admin('PATCH', `/namespaces/${id}`, { enabled: false })
    const access = await read(robot.id, actors.owner)
    expect(counting(access, String(server.identifier))).toEqual({
      '/acme/payments': ['deploy:read'],
    })
    expect(await carried(gateway, robot, String(server.identifier))).toEqual({
      '/acme/payments': ['deploy:read'],
    })
    expect(bindingsOf(access)).toEqual([
      expect.objectContaining({ counts: true, obstacles: [] }),
      expect.objectContaining({ counts: false, obstacles: ['namespace_suspended'] }),
    ])
  })

  it('counts nothing of an account that is disabled, or lives in a suspended place', async () => {
    const robot = await make1([at(roles.read, '/acme/payments')])
    await gateway.admin('PATCH', `/service-accounts/${robot.id}`, { enabled: false })
    const disabled = await read(robot.id)
    expect(disabled.obstacles).toEqual(['account_disabled'])
    expect(bindingsOf(disabled)).toEqual([expect.objectContaining({ counts: false })])
    const space = await make.namespace(`/acme/space-${++count}`)
    const path = String(space.path)
    const asleep = await make1([at(roles.read, path)], { namespace: path })
    await gateway.admin('PATCH', `/namespaces/${space.id}`, { enabled: false })
    const suspended = await read(asleep.id)
    expect(suspended.obstacles).toEqual(['account_suspended'])
    expect(bindingsOf(suspended)).toEqual([
      expect.objectContaining({ counts: false, obstacles: ['namespace_suspended'] }),
    ])
  })

  it('says what built-in roles imply, beside what tokens carry', async () => {
    const robot = await make1([builtIn('owner', '/acme/payments')])
    const [binding] = bindingsOf(await read(robot.id))
    expect(binding).toMatchObject({ role_name: 'owner', implies_all_of: '/acme', counts: true })
    expect(binding?.permissions).not.toContain('deploy:write')
    await expectError(await login(gateway, robot, String(server.identifier)), 400, 'invalid_target')
  })

  it('of a root account is for those who may read it', async () => {
    const robot = await make1([at(roles.write, '/acme/payments'), at(roles.platform, '/acme')], {
      namespace: '/',
    })
    const access = await read(robot.id)
    const foreign = access.resource_servers.find(({ id }) => id === server.id)
    expect(foreign?.obstacles).toEqual(['other_tenant'])
    expect(foreign?.namespaces[0]?.permissions).toEqual([])
    await expectError(await login(gateway, robot, String(server.identifier)), 400, 'invalid_target')
    expect(counting(access, String(platform.identifier))).toEqual(
      await carried(gateway, robot, String(platform.identifier)),
    )
    const path = `/service-accounts/${robot.id}:effective-access`
    await expectProblem(await actors.owner.call('GET', path), 404, 'not-found')
  })
})

describe('who may read it', () => {
  it('readers of the account and of its bindings', async () => {
    const robot = await make1([at(roles.read, '/acme/payments/eu')])
    const path = `/service-accounts/${robot.id}:effective-access`
    expect((await actors.viewer.call('GET', path)).status).toBe(200)
    await expectProblem(await actors.accounts.call('GET', path), 403, 'permission-denied')
    await expectProblem(await gateway.admin('GET', path, undefined, { token: null }), 401)
  })

  it('nobody below it, and no other tenant: they learn what a random id tells', async () => {
    const robot = await make1([at(roles.read, '/acme/payments/eu')])
    for (const actor of [actors.below, actors.globex]) {
      const ask = (id: string) => actor.call('GET', `/service-accounts/${id}:effective-access`)
      const known = await expectProblem(await ask(robot.id), 404, 'not-found')
      expect(await expectProblem(await ask('sa_0123456789'), 404)).toEqual(known)
    }
  })
})

describe('the roles that fit an account', () => {
  const fitting = async (id: string, actor: TestActor) => {
    const response = await actor.call('GET', `/roles?assignable_to=${id}&limit=200`)
    expect(response.status).toBe(200)
    return ((await response.json()) as { data: Made[] }).data.map((role) => role.id)
  }

  it('are visible where it lives, and of APIs within its ceiling', async () => {
    const below = await make.role('/acme/payments/eu', 'eu-only', server)
    const beside = await make.role('/acme/web', 'web-only', server)
    const narrow = await make1([], { resource_server_ids: [server.id] })
    const here = [roles.read.id, roles.write.id]
    expect((await fitting(narrow.id, actors.owner)).toSorted()).toEqual(here.toSorted())
    const wide = await make1([])
    const all = await fitting(wide.id, actors.owner)
    expect(all).toEqual(
      expect.arrayContaining([...here, roles.other.id, roles.platform.id, 'role_viewer']),
    )
    for (const role of [below, beside]) expect(all).not.toContain(role.id)
  })

  it('are not told to those below, who may only know its name: they tell its ceiling', async () => {
    const company = await make1([], { namespace: '/acme', resource_server_ids: [other.id] })
    expect(await fitting(company.id, actors.owner)).toEqual([roles.other.id])
    const ask = (id: string) => actors.viewer.call('GET', `/roles?assignable_to=${id}`)
    const random = await expectProblem(await ask('sa_0123456789'), 422, 'invalid-reference')
    expect(await expectProblem(await ask(company.id), 422)).toEqual(random)
  })

  it('are not told of a foreign account, nor of a root account', async () => {
    const foreign = await make1([])
    const root = await make1([], { namespace: '/' })
    const ask = (id: string, actor: TestActor) => actor.call('GET', `/roles?assignable_to=${id}`)
    const random = await expectProblem(
      await ask('sa_0123456789', actors.globex),
      422,
      'invalid-reference',
    )
    for (const id of [foreign.id, root.id]) {
      expect(await expectProblem(await ask(id, actors.globex), 422)).toEqual(random)
    }
  })
})
