import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { flood } from '../support/flood.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let owner: TestActor
/** Owns /acme/payments. */
let project: TestActor
let stranger: TestActor
let role: Made

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  await Promise.all([make.namespace('/acme/payments'), make.namespace('/acme/web')])
  const actor = (path: string) => makeActor(gateway, path, [builtIn('owner', path)])
  ;[owner, project, stranger] = await Promise.all([
    actor('/acme'),
    actor('/acme/payments'),
    actor('/globex'),
  ])
  role = await make.role(
    '/acme',
    'writer',
    await make.resourceServer('/acme', 'https://api.acme.example'),
  )
})

afterAll(() => gateway.close())

let count = 0

const newGroup = (namespace = '/acme') =>
  make.create('/groups', { namespace, name: `group-${count++}` })

const newAccount = (namespace = '/acme', members: object = {}) =>
  make.create('/service-accounts', { namespace, name: `account-${count++}`, ...members })

const bind = (group: Made, roleId = role.id, namespace = '/acme') =>
  make.create('/role-bindings', {
    role_id: roleId,
    namespace,
    principal: { type: 'group', id: group.id },
  })

const of = (group: { readonly id: string }, account: { readonly id: string }) =>
  `/groups/${group.id}/members/${account.id}`

const members = async (group: Made, actor = owner) => {
  const response = await actor.call('GET', `/groups/${group.id}/members`)
  return ((await response.json()) as { data: Made[] }).data
}

const eventsOf = async (target: string) => {
  const { rows } = await gateway.db.execute({
    sql: 'SELECT action, outcome FROM audit_events WHERE target_id = ? ORDER BY sequence',
    args: [target],
  })
  return rows.map(({ action, outcome }) => `${action} ${outcome}`)
}

describe('PUT and DELETE', () => {
  test('put an account in, twice without a second event, and take it out', async () => {
    const [group, account] = [await newGroup(), await newAccount('/acme/payments')]
    expect((await owner.call('PUT', of(group, account))).status).toBe(204)
    expect((await owner.call('PUT', of(group, account))).status).toBe(204)
    expect(await members(group)).toEqual([
      {
        id: account.id,
        name: account.name,
        namespace: '/acme/payments',
        added_at: expect.stringMatching(/Z$/),
      },
    ])
    expect((await owner.call('DELETE', of(group, account))).status).toBe(204)
    await expectProblem(await owner.call('DELETE', of(group, account)), 404, 'not-found')
    expect(await members(group)).toEqual([])
    expect((await eventsOf(group.id)).filter((event) => event.endsWith('done'))).toEqual([
      'groups.create done',
      'group-members.add done',
      'group-members.remove done',
    ])
  })

  test('of 50 at once one puts it in, and one takes it out', async () => {
    const [group, account] = [await newGroup(), await newAccount()]
    const added = await flood(50, () => owner.call('PUT', of(group, account)), 50)
    const statuses = added.map(({ status }) => status)
    expect([204, 503]).toEqual(expect.arrayContaining([...new Set(statuses)]))
    expect(statuses).toContain(204)
    const removed = await flood(50, () => owner.call('DELETE', of(group, account)), 50)
    expect(removed.filter(({ status }) => status === 204)).toHaveLength(1)
    const events = (await eventsOf(group.id)).filter((event) => event.endsWith('done'))
    expect(events).toEqual([
      'groups.create done',
      'group-members.add done',
      'group-members.remove done',
    ])
  })

  test('only accounts at the namespace of the group or below, of the tenant', async () => {
    const group = await newGroup('/acme/payments')
    for (const path of ['/acme', '/acme/web']) {
      const account = await newAccount(path)
      await expectProblem(await owner.call('PUT', of(group, account)), 422, 'invalid-reference')
    }
    const foreign = await newAccount('/globex')
    const random = await owner.call('PUT', of(group, { id: 'sa_0' }))
    expect(
      await expectProblem(await owner.call('PUT', of(group, foreign)), 404, 'not-found'),
    ).toEqual(await expectProblem(random, 404, 'not-found'))
    // A group of / takes accounts of any tenant, from who may see them.
    const everybodys = await newGroup('/')
    for (const path of ['/', '/acme', '/globex']) {
      const account = await newAccount(path)
      expect((await gateway.admin('PUT', of(everybodys, account))).status).toBe(204)
      await expectProblem(await owner.call('DELETE', of(everybodys, account)), 403)
    }
  })

  test('AC-285 a group of another tenant is none', async () => {
    const [group, account] = [await newGroup(), await newAccount('/globex')]
    for (const method of ['PUT', 'DELETE']) {
      const foreign = await stranger.call(method, of(group, account))
      const random = await stranger.call(method, of({ id: 'grp_0' }, account))
      expect(await expectProblem(foreign, 404, 'not-found')).toEqual(
        await expectProblem(random, 404, 'not-found'),
      )
    }
    await expectProblem(await stranger.call('GET', `/groups/${group.id}/members`), 404)
  })

  test('an account is in at most 100 groups, also when 50 are joined at once', async () => {
    const account = await newAccount()
    const { rows } = await gateway.db.execute(`SELECT id FROM namespaces WHERE path = '/acme'`)
    const numbers = Array.from({ length: 140 }, (_, i) => i)
    const group = (i: number) => `('grp_many${i}', '${rows[0]?.id}', 'many-${i}', 0)`
    await gateway.db.execute(
      `INSERT INTO groups (id, namespace_id, name, created_at) VALUES ${numbers.map(group).join()}`,
    )
    const inIt = (i: number) => `('grp_many${i}', '${account.id}', 0)`
    await gateway.db.execute(
      `INSERT INTO group_members (group_id, service_account_id, created_at)
       VALUES ${numbers.slice(0, 90).map(inIt).join()}`,
    )
    const join = (i: number) => owner.call('PUT', of({ id: `grp_many${i}` }, account))
    const answers = await flood(50, (i) => join(90 + i), 50)
    const joined = answers.filter(({ status }) => status === 204).length
    expect(joined).toBeLessThanOrEqual(10)
    const { rows: counted } = await gateway.db.execute(
      `SELECT count(*) AS n FROM group_members WHERE service_account_id = '${account.id}'`,
    )
    expect(counted[0]?.n).toBe(90 + joined)
    const more = await owner.call('PUT', of(await newGroup(), account))
    if (joined === 10) await expectProblem(more, 409, 'quota-exceeded')
    else expect(more.status).toBe(204)
  })
})

describe('GET', () => {
  test('shows members that one may read, and by name those above; root accounts to / alone', async () => {
    const group = await newGroup('/')
    const root = await newAccount('/')
    const company = await newAccount('/acme')
    const mine = await newAccount('/acme/payments')
    const sibling = await newAccount('/acme/web')
    for (const account of [root, company, mine, sibling]) {
      expect((await gateway.admin('PUT', of(group, account))).status).toBe(204)
    }
    const ids = async (actor: TestActor) => (await members(group, actor)).map(({ id }) => id)
    expect(await ids(project)).toEqual([company.id, mine.id])
    expect(await ids(owner)).toEqual([company.id, mine.id, sibling.id])
    expect(await ids(stranger)).toEqual([])
    const house = await gateway.admin('GET', `/groups/${group.id}/members?limit=3`)
    const page = (await house.json()) as { data: Made[]; next_cursor: string }
    expect(page.data).toHaveLength(3)
    const rest = await gateway.admin(
      'GET',
      `/groups/${group.id}/members?cursor=${page.next_cursor}`,
    )
    expect(((await rest.json()) as { data: Made[] }).data).toHaveLength(1)
    // A cursor is good for its own list alone (R41).
    const other = await newGroup('/')
    const elsewhere = await gateway.admin(
      'GET',
      `/groups/${other.id}/members?cursor=${page.next_cursor}`,
    )
    await expectProblem(elsewhere, 400, 'invalid-cursor')
  })
})

describe('accounts', () => {
  test('are made in groups, and show groups and roles, each role once', async () => {
    const [group, other] = [await newGroup(), await newGroup()]
    await bind(group)
    await bind(group, 'role_viewer', '/acme/web')
    const account = await newAccount('/acme', {
      groups: [group.id, other.id, group.id],
      role_bindings: [{ role_id: role.id, namespace: '/acme' }],
    })
    const shown = {
      groups: [group.id, other.id],
      roles: [
        { role_id: role.id, name: 'writer', namespace: '/acme' },
        { role_id: 'role_viewer', name: 'viewer', namespace: '/acme/web' },
      ],
    }
    expect(account).toMatchObject({ ...shown, warnings: ['no_authentication_method'] })
    const read = await owner.call('GET', `/service-accounts/${account.id}`)
    expect(await read.json()).toMatchObject(shown)
    const list = await owner.call('GET', `/service-accounts?name=${account.name}`)
    expect(await list.json()).toMatchObject({ data: [shown] })
  })

  test('a role of a group counts at the home of the account and below alone', async () => {
    const group = await newGroup()
    await bind(group)
    await bind(group, 'role_viewer', '/acme/payments')
    const account = await newAccount('/acme/payments', { groups: [group.id] })
    const roles = [{ role_id: 'role_viewer', name: 'viewer', namespace: '/acme/payments' }]
    expect(account).toMatchObject({ groups: [group.id], roles })
    const read = await owner.call('GET', `/service-accounts/${account.id}`)
    expect(await read.json()).toMatchObject({ groups: [group.id], roles })
  })

  test('no foreign group, none below, none at random; nothing is made then', async () => {
    const [foreign, below] = [await newGroup('/globex'), await newGroup('/acme/web')]
    const seen: unknown[] = []
    for (const id of [foreign.id, below.id, 'grp_0']) {
      const body = { namespace: '/acme', name: 'never', groups: [id] }
      const answer = await owner.call('POST', '/service-accounts', body)
      seen.push(await expectProblem(answer, 422, 'invalid-reference'))
    }
    expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(seen[0]).toMatchObject({ errors: [{ pointer: '/groups/0' }] })
    const list = await owner.call('GET', '/service-accounts?name=never')
    expect(await list.json()).toMatchObject({ data: [] })
  })

  test('AC-291 groups and roles are not changed through the account', async () => {
    const { id } = await newAccount()
    for (const name of ['groups', 'roles']) {
      const answer = await owner.call('PATCH', `/service-accounts/${id}`, { [name]: [] })
      await expectProblem(answer, 422, 'unknown-field')
    }
  })
})

describe('bindings', () => {
  test('of groups and accounts are listed together, and apart', async () => {
    const [group, account] = [await newGroup('/acme/web'), await newAccount('/acme/web')]
    const [own, bound] = [
      await make.create('/role-bindings', {
        role_id: role.id,
        namespace: '/acme/web',
        principal: { type: 'service_account', id: account.id },
      }),
      await bind(group, role.id, '/acme/web'),
    ]
    expect(bound).toMatchObject({ principal: { type: 'group', id: group.id } })
    const ids = async (query: string) => {
      const response = await owner.call(
        'GET',
        `/role-bindings?namespace=/acme/web&role_id=${role.id}&${query}`,
      )
      return ((await response.json()) as { data: Made[] }).data.map(({ id }) => id)
    }
    expect(await ids('')).toEqual(expect.arrayContaining([own.id, bound.id]))
    expect(await ids('principal_type=group')).toEqual([bound.id])
    expect(await ids('principal_type=service_account')).toEqual([own.id])
    expect(await ids(`group_id=${group.id}`)).toEqual([bound.id])
    await expectProblem(await owner.call('GET', '/role-bindings?principal_type=team'), 422)
    const read = await owner.call('GET', `/role-bindings/${bound.id}`)
    expect(await read.json()).toEqual(bound)
  })

  test('a group is bound where it is visible; elsewhere it looks like a random one', async () => {
    const group = await newGroup('/acme/payments')
    const foreign = await newGroup('/globex')
    const post = (id: string, namespace: string) =>
      owner.call('POST', '/role-bindings', {
        role_id: role.id,
        namespace,
        principal: { type: 'group', id },
      })
    const random = await expectProblem(await post('grp_0', '/acme'), 422, 'invalid-reference')
    expect(random.errors).toEqual([expect.objectContaining({ pointer: '/principal/id' })])
    for (const [id, namespace] of [
      [group.id, '/acme'],
      [group.id, '/acme/web'],
      [foreign.id, '/acme'],
    ] as const) {
      expect(await expectProblem(await post(id, namespace), 422, 'invalid-reference')).toEqual(
        random,
      )
    }
    expect((await post(group.id, '/acme/payments')).status).toBe(201)
    await expectProblem(await post(group.id, '/acme/payments'), 409, 'name-taken')
  })
})
