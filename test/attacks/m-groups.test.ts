import { decodeJwt } from 'jose'
import { beforeAll, describe, expect, it, test } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { basic, type Clients } from '../support/clients.ts'
import { expectError, expectIssued, expectProblem } from '../support/expect.ts'
import { API_1, API_2 } from '../support/fixture.ts'
import { flood } from '../support/flood.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let owner: TestActor
let deployer: TestActor
/** Another isolate, on the same database. */
let beside: Clients

beforeAll(async () => {
  const { gateway, make } = house()
  await make.namespace('/acme/payments')
  owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
  deployer = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
  beside = await gateway.beside()
})

let count = 0

const newGroup = (namespace = '/acme') =>
  house().make.create('/groups', { namespace, name: `group-${count++}` })

type Client = Made & { readonly client_id: string; readonly client_secret: string }

const newClient = (members: object = {}) =>
  house().make.create<Client>('/service-accounts', {
    namespace: '/acme',
    name: `client-${count++}`,
    client_credentials: {},
    ...members,
  })

const toGroup = ({ id }: { readonly id: string }) => ({ type: 'group', id })

const bind = (group: Made, roleId: string, namespace = '/acme') =>
  house().make.create('/role-bindings', {
    role_id: roleId,
    namespace,
    principal: toGroup(group),
  })

const of = (group: { readonly id: string }, account: { readonly id: string }) =>
  `/groups/${group.id}/members/${account.id}`

const join = async (group: Made, account: { readonly id: string }) =>
  expect((await house().gateway.admin('PUT', of(group, account))).status).toBe(204)

const leave = async (group: Made, account: { readonly id: string }) =>
  expect((await house().gateway.admin('DELETE', of(group, account))).status).toBe(204)

const login = (client: Client, resource: string, at: Clients = house().gateway) =>
  at.token(
    { grant_type: 'client_credentials', resource },
    { headers: { authorization: basic(client.client_id, client.client_secret) } },
  )

const expectTarget = async (client: Client, resource: string) => {
  for (const at of [house().gateway, beside]) await expectIssued(await login(client, resource, at))
}

const expectNoTarget = async (client: Client, resource: string) => {
  for (const at of [house().gateway, beside]) {
    await expectError(await login(client, resource, at), 400, 'invalid_target')
  }
}

describe('what a member gets', () => {
  test('roles of several APIs, each within the ceiling of the account', async () => {
    const { roles, resourceServers } = house()
    const group = await newGroup()
    await bind(group, roles.api1.id)
    await bind(group, roles.api2.id)
    const both = await newClient()
    const one = await newClient({ resource_server_ids: [resourceServers.api1.id] })
    for (const client of [both, one]) await join(group, client)
    await expectTarget(both, API_1)
    await expectTarget(both, API_2)
    await expectTarget(one, API_1)
    await expectNoTarget(one, API_2)
  })

  test('a role by two ways gives what it gives once, until both are gone', async () => {
    const { roles } = house()
    const group = await newGroup()
    const bound = await bind(group, roles.api1.id)
    const members = { role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }] }
    const client = await newClient(members)
    const alone = decodeJwt((await expectIssued(await login(client, API_1))).access_token)
    await join(group, client)
    const twice = decodeJwt((await expectIssued(await login(client, API_1))).access_token)
    const { scope, namespace, authorization_details } = alone
    expect(twice).toMatchObject({ scope, namespace })
    expect(twice.authorization_details).toEqual(authorization_details)
    const list = await house().gateway.admin(
      'GET',
      `/role-bindings?service_account_id=${client.id}`,
    )
    const [own] = ((await list.json()) as { data: Made[] }).data
    const drop = async (id: unknown) =>
      house().gateway.admin('DELETE', `/role-bindings/${id}`, undefined, { ifMatch: '"1"' })
    expect((await drop(own?.id)).status).toBe(204)
    await expectTarget(client, API_1)
    expect((await drop(bound.id)).status).toBe(204)
    await expectNoTarget(client, API_1)
  })

  test('nothing above the home of the account', async () => {
    const group = await newGroup()
    await bind(group, house().roles.api1.id)
    const below = await newClient({ namespace: '/acme/payments' })
    await join(group, below)
    await expectNoTarget(below, API_1)
    await bind(group, house().roles.api1.id, '/acme/payments')
    const { access_token } = await expectIssued(await login(below, API_1))
    expect(decodeJwt(access_token).namespace).toBe('/acme/payments')
  })

  test('of a group of /, nothing in the house of another', async () => {
    const group = await newGroup('/')
    const owns = await makeActor(house().gateway, '/globex', [builtIn('owner', '/globex')])
    await bind(group, 'role_owner', '/globex')
    const member = await makeActor(house().gateway, '/acme', [builtIn('viewer', '/acme')])
    await join(group, member)
    const seen = await member.call('GET', '/namespaces?path=/globex')
    expect(await seen.json()).toMatchObject({ data: [] })
    const call = await member.call('PATCH', `/service-accounts/${owns.id}`, { enabled: false })
    await expectProblem(call, 404, 'not-found')
  })
})

describe('ending', () => {
  it.each([
    ['out of the group', async (group: Made, client: Client) => leave(group, client)],
    [
      'with the group',
      async (group: Made) => {
        const gone = await house().gateway.admin('DELETE', `/groups/${group.id}`)
        expect(gone.status).toBe(204)
      },
    ],
  ])('AC-302 %s: refused at the next exchange, everywhere', async (_, end) => {
    const group = await newGroup()
    await bind(group, house().roles.api1.id)
    const client = await newClient()
    await join(group, client)
    await expectTarget(client, API_1)
    await end(group, client)
    await expectNoTarget(client, API_1)
  })

  it('AC-302 a person who was removed manages nothing any more, with the token it has', async () => {
    const group = await newGroup()
    await bind(group, 'role_owner')
    const person = await makeActor(house().gateway, '/acme', [builtIn('viewer', '/acme')])
    const make = () => person.call('POST', '/namespaces', { path: `/acme/of-person-${count++}` })
    await expectProblem(await make(), 403, 'permission-denied')
    await join(group, person)
    // The scope of its token stays the ceiling.
    await expectProblem(await make(), 403, 'insufficient-scope')
    await leave(group, person)
    const wide = await makeActor(house().gateway, '/acme', [
      builtIn('viewer', '/acme'),
      builtIn('owner', '/acme/payments'),
    ])
    const manage = () => wide.call('POST', '/namespaces', { path: `/acme/of-wide-${count++}` })
    await join(group, wide)
    expect((await manage()).status).toBe(201)
    await leave(group, wide)
    await expectProblem(await manage(), 403, 'permission-denied')
  })

  it('AC-302 of 50 exchanges at once with the removal, none after it is issued', async () => {
    const group = await newGroup()
    await bind(group, house().roles.api1.id)
    const client = await newClient()
    await join(group, client)
    await expectTarget(client, API_1)
    let removed = false
    const late: number[] = []
    await Promise.all([
      leave(group, client).then(() => {
        removed = true
      }),
      flood(60, async () => {
        const after = removed
        const { status } = await login(client, API_1)
        if (after) late.push(status)
      }),
    ])
    expect(late).not.toContain(200)
    await expectNoTarget(client, API_1)
  })

  it('suspending a place ends the tokens of who has rights there by a group, and of no other', async () => {
    const { gateway, make } = house()
    const place = await make.namespace('/acme/suspended')
    await make.namespace('/acme/elsewhere')
    const group = await newGroup()
    const other = await newGroup()
    await bind(group, house().roles.api1.id, '/acme/suspended')
    await bind(other, house().roles.api1.id)
    await bind(other, house().roles.api1.id, '/acme/elsewhere')
    // To a member who lives elsewhere, the binding gives nothing.
    const [in_, out] = [await newClient(), await newClient({ namespace: '/acme/elsewhere' })]
    for (const client of [in_, out]) await join(group, client)
    await join(other, out)
    for (const client of [in_, out]) await expectIssued(await login(client, API_1))
    const suspend = (enabled: boolean) =>
      gateway.admin('PATCH', `/namespaces/${place.id}`, { enabled })
    expect((await suspend(false)).status).toBe(200)
    const { rows } = await gateway.db.execute(
      `SELECT value FROM revocations WHERE kind = 'account'`,
    )
    const ended = rows.map(({ value }) => value)
    expect(ended).toContain(in_.id)
    expect(ended).not.toContain(out.id)
    await expectNoTarget(in_, API_1)
    await expectTarget(out, API_1)
    expect((await suspend(true)).status).toBe(200)
    await expectTarget(in_, API_1)
  })

  it('a namespace goes with its groups, their members and their bindings', async () => {
    const { gateway, make } = house()
    const place = await make.namespace('/acme/doomed')
    const [inside, above] = [await newGroup('/acme/doomed'), await newGroup()]
    await bind(inside, house().roles.api1.id, '/acme/doomed')
    await bind(above, house().roles.api1.id, '/acme/doomed')
    const client = await newClient()
    await join(above, client)
    await expectTarget(client, API_1)
    await join(inside, await newClient({ namespace: '/acme/doomed' }))
    expect((await gateway.admin('DELETE', `/namespaces/${place.id}`)).status).toBe(204)
    await expectProblem(await gateway.admin('GET', `/groups/${inside.id}`), 404)
    expect((await gateway.admin('GET', `/groups/${above.id}`)).status).toBe(200)
    await expectNoTarget(client, API_1)
    const left = await gateway.db.execute({
      sql: `SELECT (SELECT count(*) FROM group_members WHERE group_id = ?1)
        + (SELECT count(*) FROM role_bindings WHERE group_id IN (?1, ?2)) AS n`,
      args: [inside.id, above.id],
    })
    expect(left.rows[0]?.n).toBe(0)
  })

  it('AC-304 a role that a group has stays', async () => {
    const { make, resourceServers, gateway } = house()
    const role = await make.role('/acme', 'of-group', resourceServers.api1)
    const group = await newGroup()
    const bound = await bind(group, role.id)
    const drop = () => gateway.admin('DELETE', `/roles/${role.id}`, undefined, { ifMatch: '"1"' })
    await expectProblem(await drop(), 409, 'in-use')
    const unbound = await gateway.admin('DELETE', `/role-bindings/${bound.id}`, undefined, {
      ifMatch: '"1"',
    })
    expect(unbound.status).toBe(204)
    expect((await drop()).status).toBe(204)
  })

  it('AC-304 a group goes with its bindings, from who could remove each', async () => {
    const { gateway, make } = house()
    const group = await newGroup()
    const bound = await bind(group, 'role_owner')
    const server = await make.resourceServer('/acme', `https://groups-${count++}.test`)
    const role = await make.role('/acme', `groups-${count++}`, server)
    await bind(group, role.id)
    const permissions = ['groups:read', 'groups:write']
    const keeper = await make.create('/roles', {
      namespace: '/acme',
      name: `keeper-${count++}`,
      resource_server_id: 'rs_admin',
      permissions,
    })
    const binder = await make.create('/roles', {
      namespace: '/acme',
      name: `binder-${count++}`,
      resource_server_id: 'rs_admin',
      permissions: [...permissions, 'role-bindings:read', 'role-bindings:write'],
    })
    const drop = (actor: TestActor) => actor.call('DELETE', `/groups/${group.id}`)
    const as = ({ id }: Made) => makeActor(gateway, '/acme', [{ role_id: id, namespace: '/acme' }])
    await expectProblem(await drop(await as(keeper)), 409, 'in-use')
    await expectProblem(await drop(await as(binder)), 403, 'privilege-escalation')
    expect((await drop(owner)).status).toBe(204)
    await expectProblem(await gateway.admin('GET', `/role-bindings/${bound.id}`), 404)
  })
})

describe('escalation', () => {
  it('AC-279 a deployer reaches owner by no group: not for another, not for itself', async () => {
    const group = await newGroup()
    await bind(group, 'role_owner')
    const other = await newClient()
    for (const { id } of [other, deployer]) {
      const put = await deployer.call('PUT', of(group, { id }))
      await expectProblem(put, 403, 'privilege-escalation')
    }
    const body = { namespace: '/acme', name: `new-${count++}`, groups: [group.id] }
    const made = await deployer.call('POST', '/service-accounts', body)
    await expectProblem(made, 403, 'privilege-escalation')
    const bound = await deployer.call('POST', '/role-bindings', {
      role_id: 'role_owner',
      namespace: '/acme',
      principal: toGroup(await newGroup()),
    })
    await expectProblem(bound, 403, 'privilege-escalation')
  })

  it('AC-279 who writes groups alone gives away nothing, and takes nothing', async () => {
    const { gateway, make } = house()
    const role = await make.create('/roles', {
      namespace: '/acme',
      name: `writer-${count++}`,
      resource_server_id: 'rs_admin',
      permissions: ['groups:read', 'groups:write', 'service-accounts:read'],
    })
    const writer = await makeActor(gateway, '/acme', [{ role_id: role.id, namespace: '/acme' }])
    const [empty, bound, other] = [await newGroup(), await newGroup(), await newClient()]
    await bind(bound, house().roles.api1.id)
    expect((await writer.call('PUT', of(empty, other))).status).toBe(204)
    await expectProblem(await writer.call('PUT', of(bound, other)), 403, 'privilege-escalation')
    await join(bound, other)
    await expectProblem(await writer.call('DELETE', of(bound, other)), 403, 'privilege-escalation')
    expect((await writer.call('DELETE', of(empty, other))).status).toBe(204)
    // A viewer of all but owner permissions is not enough for the built-in role either.
    const implied = await newGroup()
    await bind(implied, 'role_deployer')
    await expectProblem(await writer.call('PUT', of(implied, other)), 403, 'privilege-escalation')
  })

  it('nobody changes own memberships, nor what the own groups have', async () => {
    const { gateway, roles } = house()
    const group = await newGroup()
    const bound = await bind(group, roles.api1.id)
    const refused = async (answer: Promise<Response>) =>
      expectProblem(await answer, 403, 'self-modification')
    await refused(owner.call('PUT', of(group, owner)))
    await join(group, owner)
    await refused(owner.call('DELETE', of(group, owner)))
    await refused(owner.call('DELETE', `/groups/${group.id}`))
    await refused(owner.call('DELETE', `/role-bindings/${bound.id}`, undefined, '"1"'))
    const more = { role_id: roles.api2.id, namespace: '/acme', principal: toGroup(group) }
    await refused(owner.call('POST', '/role-bindings', more))
    const role = { permissions: ['deploy:read'] }
    await refused(owner.call('PATCH', `/roles/${roles.api1.id}`, role, '"1"'))
    await leave(group, owner)
    expect((await gateway.admin('DELETE', `/groups/${group.id}`)).status).toBe(204)
  })

  it('AC-281 no credentials for an account that owns by a group', async () => {
    const group = await newGroup()
    await bind(group, 'role_owner')
    const target = await newClient()
    const secret = () => deployer.call('POST', `/service-accounts/${target.id}/secrets:reset`, {})
    await join(group, target)
    await expectProblem(await secret(), 403, 'privilege-escalation')
    const key = { ...(await house().gateway.issuers.a.keys)[0] }
    const added = await deployer.call('POST', `/service-accounts/${target.id}/keys`, { jwk: key })
    await expectProblem(added, 403, 'privilege-escalation')
    await leave(group, target)
    expect((await secret()).status).toBe(201)
  })

  it('AC-282 a role grows only by who holds it wherever a group has it', async () => {
    const { gateway, make, resourceServers } = house()
    const role = await make.role('/acme/payments', `local-${count++}`, resourceServers.api1, {
      permissions: ['deploy:read'],
    })
    const group = await newGroup('/acme/payments')
    await make.namespace('/acme/payments/eu')
    await bind(group, role.id, '/acme/payments/eu')
    const defines = await make.create('/roles', {
      namespace: '/acme',
      name: `definer-${count++}`,
      resource_server_id: 'rs_admin',
      permissions: ['roles:read', 'roles:write'],
    })
    const definer = await makeActor(gateway, '/acme', [{ role_id: defines.id, namespace: '/acme' }])
    const body = { permissions: ['deploy:read', 'deploy:write'] }
    const grow = (actor: TestActor) => actor.call('PATCH', `/roles/${role.id}`, body, '"1"')
    await expectProblem(await grow(definer), 403, 'privilege-escalation')
    expect((await grow(owner)).status).toBe(200)
  })
})

describe('owners by a group', () => {
  const makeHouse = async (path: string) => {
    await house().make.namespace(path)
    const group = await newGroup(path)
    await bind(group, 'role_owner', path)
    return group
  }

  // Logged in with an owner's scope, then an owner by the group alone.
  const ownerBy = async (group: Made, path: string) => {
    const { gateway } = house()
    const actor = await makeActor(gateway, path, [builtIn('owner', path)])
    const list = await gateway.admin('GET', `/role-bindings?service_account_id=${actor.id}`)
    const [own] = ((await list.json()) as { data: Made[] }).data
    await join(group, actor)
    const drop = await gateway.admin('DELETE', `/role-bindings/${own?.id}`, undefined, {
      ifMatch: '"1"',
    })
    expect(drop.status).toBe(204)
    return actor
  }

  it('AC-300 of a tenant cannot go by themselves; the house may shut it', async () => {
    const group = await makeHouse('/lastly')
    const last = await ownerBy(group, '/lastly')
    const bindings = await last.call('GET', `/role-bindings?group_id=${group.id}`)
    const [bound] = ((await bindings.json()) as { data: Made[] }).data
    const attempts = [
      () => last.call('DELETE', of(group, last)),
      () => last.call('DELETE', `/groups/${group.id}`),
      () => last.call('DELETE', `/role-bindings/${bound?.id}`, undefined, '"1"'),
      () => last.call('PATCH', `/service-accounts/${last.id}`, { enabled: false }),
      () => last.call('DELETE', `/service-accounts/${last.id}`),
    ]
    for (const attempt of attempts) await expectProblem(await attempt(), 403, 'self-modification')
    await leave(group, last)
    await expectProblem(await last.call('GET', `/groups/${group.id}`), 404)
  })

  it('AC-300 two who unbind the group of each other at once: one stays', async () => {
    const path = '/duel-of-bindings'
    const [mine, theirs] = [await makeHouse(path), await newGroup(path)]
    await bind(theirs, 'role_owner', path)
    const one = await ownerBy(mine, path)
    const other = await ownerBy(theirs, path)
    const bindingOf = async (group: Made) => {
      const list = await house().gateway.admin('GET', `/role-bindings?group_id=${group.id}`)
      return ((await list.json()) as { data: Made[] }).data[0]?.id
    }
    const [a, b] = [await bindingOf(mine), await bindingOf(theirs)]
    const answers = await flood(
      60,
      (i) =>
        i % 2
          ? one.call('DELETE', `/role-bindings/${b}`, undefined, '"1"')
          : other.call('DELETE', `/role-bindings/${a}`, undefined, '"1"'),
      60,
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const able = async (actor: TestActor) =>
      (await actor.call('GET', `/groups/${mine.id}`)).status === 200
    expect([await able(one), await able(other)].toSorted()).toEqual([false, true])
  })

  it('AC-300 two who take each other out at once: one stays', async () => {
    const group = await makeHouse('/duel-by-group')
    const one = await ownerBy(group, '/duel-by-group')
    const other = await ownerBy(group, '/duel-by-group')
    const answers = await flood(
      60,
      (i) => (i % 2 ? one.call('DELETE', of(group, other)) : other.call('DELETE', of(group, one))),
      60,
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const able = async (actor: TestActor) =>
      (await actor.call('GET', `/groups/${group.id}`)).status === 200
    expect([await able(one), await able(other)].toSorted()).toEqual([false, true])
  })

  it('AC-300 two who delete the group of each other at once: one stays', async () => {
    const [mine, theirs] = [await makeHouse('/duel-of-groups'), await newGroup('/duel-of-groups')]
    await bind(theirs, 'role_owner', '/duel-of-groups')
    const one = await ownerBy(mine, '/duel-of-groups')
    const other = await ownerBy(theirs, '/duel-of-groups')
    const answers = await flood(
      60,
      (i) =>
        i % 2
          ? one.call('DELETE', `/groups/${theirs.id}`)
          : other.call('DELETE', `/groups/${mine.id}`),
      60,
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const able = async (actor: TestActor) => {
      const list = await actor.call('GET', '/groups?namespace=/duel-of-groups')
      return ((await list.json()) as { data: Made[] }).data.length > 0
    }
    expect([await able(one), await able(other)].toSorted()).toEqual([false, true])
  })

  it('AC-300 the house keeps its last owner, who is one by a group', async () => {
    const { gateway } = house()
    const group = await newGroup('/')
    await bind(group, 'role_owner', '/')
    const last = await ownerBy(group, '/')
    const bindings = await last.call('GET', `/role-bindings?group_id=${group.id}`)
    const [bound] = ((await bindings.json()) as { data: Made[] }).data
    const others = `role_bindings WHERE role_id = 'role_owner' AND namespace_id = 'ns_root'
      AND group_id IS NULL`
    const { rows } = await gateway.db.execute(`SELECT service_account_id AS id FROM ${others}`)
    const enable = (enabled: number) =>
      gateway.db.execute(
        `UPDATE service_accounts SET enabled = ${enabled}
         WHERE id IN (${rows.map(({ id }) => `'${id}'`).join()})`,
      )
    await enable(0)
    const answers = [
      await last.call('DELETE', of(group, last)),
      await last.call('DELETE', `/groups/${group.id}`),
      await last.call('DELETE', `/role-bindings/${bound?.id}`, undefined, '"1"'),
    ]
    await enable(1)
    for (const answer of answers) await expectProblem(answer, 409, 'last-owner')
    // With others who own, the reason is another one.
    await expectProblem(await last.call('DELETE', of(group, last)), 403, 'self-modification')
  })
})
