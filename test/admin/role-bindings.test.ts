import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { expectOne } from '../support/race.ts'
import { rows } from '../support/rows.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let server: Made
let role: Made
let account: Made
let foreign: { readonly role: Made; readonly account: Made }

type Members = Record<string, unknown>

const wanted = (members: Members = {}) => ({
  role_id: role.id,
  namespace: '/acme',
  principal: { type: 'service_account', id: account.id },
  ...members,
})

const newAccount = (namespace = '/acme') =>
  make.create('/service-accounts', {
    namespace,
    name: `account-${Math.random().toString(36).slice(2)}`,
  })

const post = (members?: Members) => gateway.admin('POST', '/role-bindings', wanted(members))

const bind = async (roleId: string, namespace: string, to: { readonly id: string }) => {
  const principal = { type: 'service_account', id: to.id }
  return make.create('/role-bindings', { role_id: roleId, namespace, principal })
}

const remove = (id: string, ifMatch = '"1"') =>
  gateway.admin('DELETE', `/role-bindings/${id}`, undefined, { ifMatch })

const ids = async (query: string) => {
  const response = await gateway.admin('GET', `/role-bindings?${query}`)
  const { data } = (await response.json()) as { data: Made[] }
  return data.map(({ id }) => id)
}

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  await Promise.all([make.namespace('/acme/payments'), make.namespace('/acme/web')])
  server = await make.resourceServer('/acme', 'https://api.acme.example')
  role = await make.role('/acme', 'writer', server)
  account = await newAccount()
  const api = await make.resourceServer('/globex', 'https://api.globex.example')
  foreign = {
    role: await make.role('/globex', 'writer', api),
    account: await newAccount('/globex'),
  }
})

afterAll(() => gateway.close())

describe('POST', () => {
  test('makes one as the contract shows it', async () => {
    const body = wanted({ namespace: '/acme/payments' })
    const response = await gateway.admin('POST', '/role-bindings', body)
    const made = (await response.json()) as Made
    expect([response.status, made]).toEqual([
      201,
      {
        ...body,
        id: expect.stringMatching(/^rb_[0-9a-z]+$/),
        version: 1,
        created_at: expect.stringMatching(/Z$/),
        namespaces_below: 0,
        warnings: [],
      },
    ])
    expect(response.headers.get('location')).toBe(`/admin/v1/role-bindings/${made.id}`)
    expect(response.headers.get('etag')).toBe('"1"')
    const read = await gateway.admin('GET', `/role-bindings/${made.id}`)
    expect([read.headers.get('etag'), await read.json()]).toEqual(['"1"', made])
  })

  test('the same twice, and 50 times at once', async () => {
    const to = await newAccount()
    const principal = { type: 'service_account', id: to.id }
    const answers = await Promise.all(Array.from({ length: 50 }, () => post({ principal })))
    expectOne(answers, 201, [409])
    await expectProblem(await post({ principal }), 409, 'name-taken')
  })

  test('AC-286 a foreign role or account looks like a random one', async () => {
    const cases = [
      ['/role_id', { role_id: foreign.role.id }, { role_id: 'role_0' }],
      [
        '/principal/id',
        { principal: { type: 'service_account', id: foreign.account.id } },
        { principal: { type: 'service_account', id: 'sa_0' } },
      ],
    ] as const
    const owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    for (const [pointer, known, random] of cases) {
      const send = (members: Members) => owner.call('POST', '/role-bindings', wanted(members))
      const one = await expectProblem(await send(known), 422, 'invalid-reference')
      const other = await expectProblem(await send(random), 422, 'invalid-reference')
      expect(one).toEqual(other)
      expect(one.errors).toEqual([expect.objectContaining({ pointer })])
    }
  })

  test('only at the account or below', async () => {
    const below = await newAccount('/acme/payments')
    const principal = { type: 'service_account', id: below.id }
    for (const namespace of ['/acme', '/acme/web']) {
      const refused = await post({ principal, namespace })
      const problem = await expectProblem(refused, 422, 'invalid-reference')
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/namespace' })])
    }
    expect((await post({ principal, namespace: '/acme/payments' })).status).toBe(201)
  })

  test('a role that is not visible there', async () => {
    const below = await make.role('/acme/payments', 'local', server)
    const problem = await expectProblem(await post({ role_id: below.id }), 422, 'invalid-reference')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/role_id' })])
  })

  test.each([
    ['a team', { principal: { type: 'team', id: 'grp_0' } }, '/principal/type'],
    ['no principal', { principal: undefined }, '/principal'],
    ['an id that is none', { role_id: 'owner' }, '/role_id'],
  ])('refuses %s', async (_, members, pointer) => {
    const problem = await expectProblem(await post(members), 422, 'validation-failed')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
  })

  test.each(rows(['id', 'version', 'created_at', 'roles']))(
    'AC-291 refuses the field %s',
    async (name) => {
      await expectProblem(await post({ [name]: 1 }), 422, 'unknown-field')
    },
  )
})

describe('GET', () => {
  test('lists by namespace, account and role', async () => {
    const to = await newAccount()
    const [one, two] = [
      await bind(role.id, '/acme/web', to),
      await bind('role_viewer', '/acme/web', to),
    ]
    expect(await ids(`service_account_id=${to.id}`)).toEqual([one.id, two.id])
    expect(await ids(`service_account_id=${to.id}&role_id=role_viewer`)).toEqual([two.id])
    expect(await ids('namespace=/acme/web')).toEqual([one.id, two.id])
    expect(await ids('namespace=/globex')).toEqual([])
  })

  test('a tenant sees of a root account only that it is one', async () => {
    const { data } = (await (
      await gateway.admin('GET', '/role-bindings?role_id=role_owner')
    ).json()) as {
      data: (Made & { principal: { id: string } })[]
    }
    const root = data.find(({ namespace }) => namespace === '/')?.principal.id
    const { rows: kept } = await gateway.db.execute(
      `SELECT id FROM namespaces WHERE path = '/acme'`,
    )
    await gateway.db.execute({
      sql: `INSERT INTO role_bindings (id, role_id, namespace_id, service_account_id, created_at)
        VALUES ('rb_root', 'role_viewer', ?, ?, 0)`,
      args: [String(kept[0]?.id), String(root)],
    })
    const owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const seen = await owner.call('GET', '/role-bindings/rb_root')
    expect(await seen.json()).toMatchObject({ principal: { type: 'platform' } })
    expect(await (await owner.call('GET', '/role-bindings')).text()).not.toContain(root)
    const whole = await gateway.admin('GET', '/role-bindings/rb_root')
    expect(await whole.json()).toMatchObject({ principal: { type: 'service_account', id: root } })
  })
})

describe('DELETE', () => {
  test('AC-298 without If-Match and with a stale one', async () => {
    const { id } = await bind(role.id, '/acme', await newAccount())
    const path = `/role-bindings/${id}`
    const none = await gateway.admin('DELETE', path)
    await expectProblem(none, 428, 'precondition-required')
    await expectProblem(await remove(id, '"2"'), 412, 'precondition-failed')
    expect((await remove(id)).status).toBe(204)
    await expectProblem(await remove(id), 404, 'not-found')
    await expectProblem(await gateway.admin('GET', path), 404, 'not-found')
  })

  test('AC-304 a bound role stays', async () => {
    const made = await make.role('/acme', 'bound', server)
    const binding = await bind(made.id, '/acme', await newAccount())
    const drop = () => gateway.admin('DELETE', `/roles/${made.id}`, undefined, { ifMatch: '"1"' })
    await expectProblem(await drop(), 409, 'in-use')
    expect((await remove(binding.id)).status).toBe(204)
    expect((await drop()).status).toBe(204)
  })

  test('of a role bound and deleted at once, one stands', async () => {
    const made = await make.role('/acme', 'raced', server)
    const accounts = await Promise.all(Array.from({ length: 5 }, () => newAccount()))
    const answers = await Promise.all([
      ...accounts.map(({ id }) =>
        post({ role_id: made.id, principal: { type: 'service_account', id } }),
      ),
      gateway.admin('DELETE', `/roles/${made.id}`, undefined, { ifMatch: '"1"' }),
    ])
    const bound = answers.slice(0, 5).some(({ status }) => status === 201)
    expect(answers.at(-1)?.status).toBe(bound ? 409 : 204)
  })
})

describe('owners', () => {
  const ownersOf = async (namespace: string) => {
    const response = await gateway.admin(
      'GET',
      `/role-bindings?role_id=role_owner&namespace=${namespace}`,
    )
    const { data } = (await response.json()) as {
      data: (Made & { principal: { id: string } })[]
    }
    return data.filter((binding) => binding.namespace === namespace)
  }

  const bindingOf = async (actor: TestActor, namespace: string) =>
    (await ownersOf(namespace)).find(({ principal }) => principal.id === actor.id)?.id ?? ''

  test('AC-300 the last owner of / stays', async () => {
    const [last] = await ownersOf('/')
    await expectProblem(await remove(last?.id ?? ''), 409, 'last-owner')
  })

  test('AC-300 two owners of / who remove each other: one stays', async () => {
    const [one, other] = [
      await makeActor(gateway, '/', [builtIn('owner', '/')]),
      await makeActor(gateway, '/', [builtIn('owner', '/')]),
    ]
    const [root] = await ownersOf('/')
    const mine = await bindingOf(one, '/')
    const theirs = await bindingOf(other, '/')
    // The root account stays as an owner who is disabled, and so does not count.
    const account = 'UPDATE service_accounts SET enabled = ? WHERE id = ?'
    await gateway.db.execute({ sql: account, args: [0, root?.principal.id ?? ''] })
    const answers = await Promise.all([
      ...Array.from({ length: 25 }, () =>
        one.call('DELETE', `/role-bindings/${theirs}`, undefined, '"1"'),
      ),
      ...Array.from({ length: 25 }, () =>
        other.call('DELETE', `/role-bindings/${mine}`, undefined, '"1"'),
      ),
    ])
    await gateway.db.execute({ sql: account, args: [1, root?.principal.id ?? ''] })
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(await ownersOf('/')).toHaveLength(2)
  })

  test('nobody removes an own binding', async () => {
    const owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const id = await bindingOf(owner, '/acme')
    const refused = await owner.call('DELETE', `/role-bindings/${id}`, undefined, '"1"')
    await expectProblem(refused, 403, 'self-modification')
    const more = wanted({ principal: { type: 'service_account', id: owner.id } })
    await expectProblem(await owner.call('POST', '/role-bindings', more), 403, 'self-modification')
  })

  test('the last owner of a tenant goes by an owner of / alone', async () => {
    await make.namespace('/lonely')
    const [one, other] = [
      await makeActor(gateway, '/lonely', [builtIn('owner', '/lonely')]),
      await makeActor(gateway, '/lonely', [builtIn('owner', '/lonely')]),
    ]
    const mine = await bindingOf(one, '/lonely')
    const theirs = await bindingOf(other, '/lonely')
    const answers = await Promise.all([
      one.call('DELETE', `/role-bindings/${theirs}`, undefined, '"1"'),
      other.call('DELETE', `/role-bindings/${mine}`, undefined, '"1"'),
    ])
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    const [left] = await ownersOf('/lonely')
    expect((await remove(left?.id ?? '')).status).toBe(204)
  })
})
