import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isNamedToken } from '../../src/core/secret-text.ts'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import type { Claims } from '../support/issuer.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { type NamedToken, tokensOf } from '../support/named-tokens.ts'
import { builtIn, makeActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let server: Made
let foreign: Made
let robot: Made
let count = 0

const DAY = 86_400_000

const account = (members: Claims = {}): Promise<Made> =>
  make.create('/service-accounts', { namespace: '/acme', name: `robot-${++count}`, ...members })

const post = (owner: Made, members: Claims = {}) =>
  gateway.admin('POST', tokensOf(owner), {
    name: `token-${++count}`,
    resource_server_id: server.id,
    ...members,
  })

const created = async (owner: Made, members: Claims = {}): Promise<NamedToken> => {
  const response = await post(owner, members)
  const body = (await response.json()) as NamedToken
  expect([response.status, body]).toEqual([201, expect.anything()])
  return body
}

const path = (owner: Made, token: Made) => `${tokensOf(owner)}/${token.id}`

const daysOf = (token: Pick<NamedToken, 'created_at' | 'expires_at'>) =>
  (Date.parse(token.expires_at) - Date.parse(token.created_at)) / DAY

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await Promise.all([make.namespace('/acme'), make.namespace('/globex')])
  server = await make.resourceServer('/acme', 'https://api.acme.test')
  foreign = await make.resourceServer('/globex', 'https://api.globex.test')
  robot = await account()
})

afterAll(() => gateway.close())

describe('POST', () => {
  test('K10 K11 answers with the value, this once', async () => {
    const response = await post(robot, {
      name: 'grafana',
      display_name: 'Grafana, production',
      expires_in_days: 365,
    })
    const body = (await response.json()) as NamedToken
    expect([response.status, body]).toEqual([
      201,
      {
        id: expect.stringMatching(/^tok_[0-9a-z]{26}$/),
        name: 'grafana',
        display_name: 'Grafana, production',
        resource_server_id: server.id,
        token: expect.stringMatching(/^gtht_[0-9A-Za-z]{49}$/),
        created_at: expect.stringMatching(/Z$/),
        expires_at: expect.stringMatching(/Z$/),
        last_used_at: null,
        last_used_from: null,
        warnings: [expect.stringMatching(/^long_lived: .*365 days/)],
      },
    ])
    expect(isNamedToken(body.token)).toBe(true)
    expect(daysOf(body)).toBe(365)
    expect(response.headers.get('location')).toBe(`/admin/v1${path(robot, body)}`)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('K12 K21 it is listed with its dates, and its value is nowhere', async () => {
    const owner = await account()
    const { token, ...shown } = await created(owner)
    const one = await gateway.admin('GET', path(owner, shown as Made))
    expect([one.status, await one.json()]).toEqual([200, shown])
    const list = await gateway.admin('GET', tokensOf(owner))
    expect(await list.json()).toEqual({ data: [shown], next_cursor: null })
    const { rows } = await gateway.db.execute('SELECT * FROM named_tokens')
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(gateway.logs.join('\n')).not.toContain(token)
  })

  test('K4 lives three years unless something else is asked, and warns from 91 days on', async () => {
    expect(daysOf(await created(robot))).toBe(1095)
    expect((await created(robot, { expires_in_days: 90 })).warnings).toEqual([])
    expect((await created(robot, { expires_in_days: 91 })).warnings).toHaveLength(1)
    const until = new Date(Date.now() + 30 * DAY).toISOString()
    expect((await created(robot, { expires_at: until })).expires_at).toBe(until)
  })

  test.each([
    ['a name in capitals', { name: 'Grafana' }, '/name'],
    ['a name with a dash in front', { name: '-x' }, '/name'],
    ['no name', { name: undefined }, '/name'],
    ['no API', { resource_server_id: undefined }, '/resource_server_id'],
    ['a display name with bidi characters', { display_name: 'a\u202eb' }, '/display_name'],
    ['0 days', { expires_in_days: 0 }, '/expires_in_days'],
    ['1.5 days', { expires_in_days: 1.5 }, '/expires_in_days'],
    ['days as a text', { expires_in_days: '30' }, '/expires_in_days'],
    ['more than is allowed', { expires_in_days: 1096 }, '/expires_in_days'],
    ['the past', { expires_at: '2020-01-01T00:00:00Z' }, '/expires_at'],
    ['an hour', { expires_at: new Date(Date.now() + 3_600_000).toISOString() }, '/expires_at'],
    ['four years', { expires_at: new Date(Date.now() + 1460 * DAY).toISOString() }, '/expires_at'],
    ['two lives', { expires_in_days: 1, expires_at: '2030-01-01T00:00:00Z' }, '/expires_at'],
  ])('refuses %s', async (_, members, pointer) => {
    const problem = await expectProblem(await post(robot, members), 422, 'validation-failed')
    expect(problem.errors).toContainEqual(expect.objectContaining({ pointer }))
  })

  test('says how long it may live', async () => {
    const problem = await expectProblem(await post(robot, { expires_in_days: 2000 }), 422)
    expect(problem.detail).toContain('1095')
  })

  test('refuses fields that only the server sets', async () => {
    for (const members of [{ id: 'tok_1' }, { token: 'gtht_x' }, { last_used_at: null }]) {
      await expectProblem(await post(robot, members), 422, 'unknown-field')
    }
  })

  test("takes an API of its own tenant or of '/', held or not, within the ceiling", async () => {
    await created(robot, { resource_server_id: 'rs_admin' })
    const bound = await account({ resource_server_ids: [server.id] })
    await created(bound)
    for (const [owner, id] of [
      [bound, 'rs_admin'],
      [robot, foreign.id],
      [robot, 'rs_00000000000000000000000000'],
    ] as const) {
      const answer = await post(owner, { resource_server_id: id })
      const problem = await expectProblem(answer, 422, 'invalid-reference')
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: '/resource_server_id' })])
    }
  })

  test('K16 K18 names are unique in their account, and free again', async () => {
    const [one, other] = [await account(), await account()]
    const first = await created(one, { name: 'same' })
    await created(other, { name: 'same' })
    await expectProblem(await post(one, { name: 'same' }), 409, 'name-taken')
    expect((await gateway.admin('DELETE', path(one, first))).status).toBe(204)
    const second = await created(one, { name: 'same' })
    expect(second.id).not.toBe(first.id)
  })

  test('AC-327 a second POST under one Idempotency-Key shows no value', async () => {
    const body = { name: `token-${++count}`, resource_server_id: server.id }
    const send = () =>
      gateway.admin('POST', tokensOf(robot), body, { headers: { 'idempotency-key': 'named-1' } })
    const shown = (await (await send()).json()) as NamedToken
    const again = await send()
    expect(await again.clone().text()).not.toContain('gtht_')
    const problem = await expectProblem(again, 409, 'idempotency-replay')
    expect(problem.id ?? problem.detail).toContain(shown.id)
  })
})

describe('PATCH', () => {
  test('K17 K19 renames, and nothing else', async () => {
    const { token: _value, ...before } = await created(robot)
    const rename = { name: `renamed-${count}`, display_name: 'What it is for' }
    const at = path(robot, before as Made)
    const response = await gateway.admin('PATCH', at, rename)
    expect([response.status, await response.json()]).toEqual([200, { ...before, ...rename }])
    const cleared = await gateway.admin('PATCH', at, { display_name: null })
    expect(await cleared.json()).toEqual({ ...before, ...rename, display_name: null })
    expect((await gateway.admin('PATCH', at, {})).status).toBe(200)
    for (const members of [{ expires_in_days: 5 }, { resource_server_id: 'rs_admin' }]) {
      await expectProblem(await gateway.admin('PATCH', at, members), 422, 'unknown-field')
    }
  })

  test('refuses a name that is taken', async () => {
    const [one, other] = [await created(robot), await created(robot)]
    const answer = await gateway.admin('PATCH', path(robot, one), { name: other.name })
    await expectProblem(answer, 409, 'name-taken')
  })
})

describe(':regenerate', () => {
  test('K20 gives a new value under the same id and name, for as long as before', async () => {
    const before = await created(robot, { expires_in_days: 30 })
    const response = await gateway.admin('POST', `${path(robot, before)}:regenerate`)
    const after = (await response.json()) as NamedToken
    expect([response.status, after.id, after.name]).toEqual([200, before.id, before.name])
    expect(isNamedToken(after.token)).toBe(true)
    expect(after.token).not.toBe(before.token)
    expect(daysOf(after)).toBe(30)
    expect(Date.parse(after.created_at)).toBeGreaterThanOrEqual(Date.parse(before.created_at))
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('takes another life, within the ceiling', async () => {
    const token = await created(robot)
    const send = (body: unknown) => gateway.admin('POST', `${path(robot, token)}:regenerate`, body)
    expect(daysOf((await (await send({ expires_in_days: 7 })).json()) as NamedToken)).toBe(7)
    await expectProblem(await send({ expires_in_days: 2000 }), 422, 'validation-failed')
    await expectProblem(await send({ name: 'x' }), 422, 'unknown-field')
  })

  test('under one Idempotency-Key, happens once', async () => {
    const token = await created(robot)
    const send = () =>
      gateway.admin(
        'POST',
        `${path(robot, token)}:regenerate`,
        {},
        { headers: { 'idempotency-key': 'again-1' } },
      )
    expect((await send()).status).toBe(200)
    await expectProblem(await send(), 409, 'idempotency-replay')
  })
})

describe('authority', () => {
  const attempts = (token: Made): [string, string, unknown?][] => [
    ['POST', tokensOf(robot), { name: `t-${++count}`, resource_server_id: server.id }],
    ['PATCH', path(robot, token), { name: `t-${++count}` }],
    ['POST', `${path(robot, token)}:regenerate`, {}],
    ['DELETE', path(robot, token)],
  ]

  test('a viewer reads and changes nothing; another tenant sees nothing', async () => {
    const token = await created(robot)
    const viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
    const stranger = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
    for (const read of [tokensOf(robot), path(robot, token)]) {
      expect((await viewer.call('GET', read)).status).toBe(200)
      await expectProblem(await stranger.call('GET', read), 404, 'not-found')
    }
    for (const [method, at, body] of attempts(token)) {
      await expectProblem(await viewer.call(method, at, body), 403, 'permission-denied')
      await expectProblem(await stranger.call(method, at, body), 404, 'not-found')
    }
  })

  test('a token with the read scope only', async () => {
    const token = await created(robot)
    const roles = [builtIn('owner', '/acme')]
    const reader = await makeActor(gateway, '/acme', roles, 'credentials:read')
    for (const [method, at, body] of attempts(token)) {
      await expectProblem(await reader.call(method, at, body), 403, 'insufficient-scope')
    }
  })

  test('whoever holds less than the account holds', async () => {
    const owner = await account({ role_bindings: [{ role_id: 'role_owner', namespace: '/acme' }] })
    const deployer = await makeActor(gateway, '/acme', [builtIn('deployer', '/acme')])
    const answer = await deployer.call('POST', tokensOf(owner), {
      name: 'mine',
      resource_server_id: 'rs_admin',
    })
    await expectProblem(answer, 403, 'privilege-escalation')
    const own = await deployer.call('POST', tokensOf(robot), {
      name: `d-${++count}`,
      resource_server_id: server.id,
    })
    expect(own.status).toBe(201)
  })

  test('nobody makes one for itself', async () => {
    const owner = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const body = { name: 'mine', resource_server_id: 'rs_admin' }
    const answer = await owner.call('POST', tokensOf(owner), body)
    await expectProblem(answer, 403, 'self-modification')
  })

  test("AC-285 another account's token is not there", async () => {
    const [other, token] = [await account(), await created(robot)]
    for (const [method, suffix, body] of [
      ['GET', ''],
      ['PATCH', '', { name: 'x' }],
      ['DELETE', ''],
      ['POST', ':regenerate', {}],
    ] as const) {
      const at = `${path(other, token)}${suffix}`
      await expectProblem(await gateway.admin(method, at, body), 404, 'not-found')
    }
    expect((await gateway.admin('GET', path(robot, token))).status).toBe(200)
  })
})
