import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { expectOne } from '../support/race.ts'
import { rows } from '../support/rows.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

let gateway: Gateway
let make: Maker
let owner: TestActor
/** Owns /acme/payments. */
let project: TestActor
let stranger: TestActor

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
})

afterAll(() => gateway.close())

let count = 0

const newGroup = (namespace = '/acme') =>
  make.create('/groups', { namespace, name: `group-${count++}` })

const ids = async (query: string, actor = owner) => {
  const response = await actor.call('GET', `/groups?limit=200&${query}`)
  const { data } = (await response.json()) as { data: Made[] }
  return data.map(({ id }) => id)
}

describe('POST', () => {
  test('makes one as the contract shows it', async () => {
    const body = { namespace: '/acme', name: 'release' }
    const response = await owner.call('POST', '/groups', body)
    const made = (await response.json()) as Made
    expect([response.status, made]).toEqual([
      201,
      {
        ...body,
        id: expect.stringMatching(/^grp_[0-9a-z]+$/),
        version: 1,
        display_name: null,
        created_at: expect.stringMatching(/Z$/),
      },
    ])
    expect(response.headers.get('location')).toBe(`/admin/v1/groups/${made.id}`)
    expect(response.headers.get('etag')).toBe('"1"')
    const read = await owner.call('GET', `/groups/${made.id}`)
    expect([read.headers.get('etag'), await read.json()]).toEqual(['"1"', made])
  })

  test('of 50 of one name at once, one is made; elsewhere the name is free', async () => {
    const post = (namespace: string) => owner.call('POST', '/groups', { namespace, name: 'raced' })
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('/acme')))
    expectOne(answers, 201, [409])
    await expectProblem(await post('/acme'), 409, 'name-taken')
    expect((await post('/acme/web')).status).toBe(201)
  })

  test.each([
    ['a name that is none', { name: 'Release' }, '/name'],
    ['a display name of control characters', { display_name: 'a\u0000' }, '/display_name'],
    ['no namespace', { namespace: undefined }, '/namespace'],
  ])('refuses %s', async (_, members, pointer) => {
    const body = { namespace: '/acme', name: 'refused', ...members }
    const problem = await expectProblem(
      await owner.call('POST', '/groups', body),
      422,
      'validation-failed',
    )
    expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
  })

  test.each(rows(['id', 'version', 'created_at', 'members']))(
    'AC-291 refuses the field %s',
    async (name) => {
      const body = { namespace: '/acme', name: 'unknown', [name]: 1 }
      await expectProblem(await owner.call('POST', '/groups', body), 422, 'unknown-field')
    },
  )

  test('needs groups:write there; a namespace that cannot be read is none', async () => {
    const viewer = await makeActor(gateway, '/acme', [builtIn('viewer', '/acme')])
    const body = { namespace: '/acme', name: 'not-mine' }
    await expectProblem(await viewer.call('POST', '/groups', body), 403, 'permission-denied')
    await expectProblem(await project.call('POST', '/groups', body), 403, 'permission-denied')
    const foreign = await expectProblem(
      await stranger.call('POST', '/groups', body),
      422,
      'invalid-reference',
    )
    const random = { ...body, namespace: '/nowhere' }
    expect(
      await expectProblem(await stranger.call('POST', '/groups', random), 422, 'invalid-reference'),
    ).toEqual(foreign)
  })

  test('a tenant has at most 1 000 groups, also when 50 are made at once', async () => {
    const full = await make.namespace('/full')
    const most = Array.from({ length: 990 }, (_, i) => `('grp_full${i}', '${full.id}', 'g${i}', 0)`)
    await gateway.db.execute(
      `INSERT INTO groups (id, namespace_id, name, created_at) VALUES ${most.join()}`,
    )
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        gateway.admin('POST', '/groups', { namespace: '/full', name: `more-${i}` }),
      ),
    )
    const { rows: groups } = await gateway.db.execute(
      `SELECT count(*) AS made FROM groups WHERE namespace_id = '${full.id}'`,
    )
    // An overloaded machine may say 503 instead.
    const made = answers.filter(({ status }) => status === 201)
    expect(groups[0]?.made).toBe(990 + made.length)
    expect(made.length).toBeLessThanOrEqual(10)
    const one = await gateway.admin('POST', '/groups', { namespace: '/full', name: 'one-more' })
    expect(one.status).toBe(made.length === 10 ? 409 : 201)
  })
})

describe('GET', () => {
  test('lists what is visible: of the line up to /, and below', async () => {
    const [root, company, mine, sibling] = await Promise.all([
      newGroup('/'),
      newGroup('/acme'),
      newGroup('/acme/payments'),
      newGroup('/acme/web'),
    ])
    const seen = await ids('', project)
    expect(seen).toEqual(expect.arrayContaining([root.id, company.id, mine.id]))
    expect(seen).not.toContain(sibling.id)
    for (const { id } of [root, company, mine]) {
      expect((await project.call('GET', `/groups/${id}`)).status).toBe(200)
    }
    await expectProblem(await project.call('GET', `/groups/${sibling.id}`), 404, 'not-found')
    expect(await ids('namespace=/acme/web')).toContain(sibling.id)
    expect(await ids('namespace=/acme/web')).not.toContain(mine.id)
    expect(await ids(`name=${company.name}`)).toEqual([company.id])
  })

  test('comes in pages, in the order of making', async () => {
    await make.namespace('/acme/pages')
    const made: string[] = []
    for (let i = 0; i < 5; i++) made.push((await newGroup('/acme/pages')).id)
    const found: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const more = cursor && `&cursor=${cursor}`
      const response = await owner.call('GET', `/groups?namespace=/acme/pages&limit=2${more}`)
      const page = (await response.json()) as { data: Made[]; next_cursor: string | null }
      found.push(...page.data.map(({ id }) => id))
      cursor = page.next_cursor
    }
    expect(found).toEqual(made)
  })
})

describe('PATCH', () => {
  test('changes name and display name; If-Match is obeyed where it is sent', async () => {
    const { id } = await newGroup()
    const path = `/groups/${id}`
    const named = await owner.call('PATCH', path, { name: 'named', display_name: 'Named' })
    expect(named.headers.get('etag')).toBe('"2"')
    expect(await named.json()).toMatchObject({ name: 'named', display_name: 'Named', version: 2 })
    await expectProblem(
      await owner.call('PATCH', path, { name: 'stale' }, '"1"'),
      412,
      'precondition-failed',
    )
    expect((await owner.call('PATCH', path, { display_name: null }, '"2"')).status).toBe(200)
    const read = await owner.call('GET', path)
    expect(await read.json()).toMatchObject({ name: 'named', display_name: null, version: 3 })
  })

  test('a name that is taken, a group that cannot be read, one that cannot be written', async () => {
    const [one, other] = await Promise.all([newGroup(), newGroup()])
    const rename = (actor: TestActor) =>
      actor.call('PATCH', `/groups/${one.id}`, { name: other.name })
    await expectProblem(await rename(owner), 409, 'name-taken')
    await expectProblem(await rename(stranger), 404, 'not-found')
    await expectProblem(await rename(project), 403, 'permission-denied')
  })
})

describe('DELETE', () => {
  test('is 204, then 404; a new one of the name inherits nothing', async () => {
    const { id, name } = await newGroup()
    expect((await owner.call('DELETE', `/groups/${id}`)).status).toBe(204)
    await expectProblem(await owner.call('DELETE', `/groups/${id}`), 404, 'not-found')
    await expectProblem(await owner.call('GET', `/groups/${id}`), 404, 'not-found')
    const again = await make.create('/groups', { namespace: '/acme', name })
    expect(again.id).not.toBe(id)
  })

  test('AC-285 another tenant: like a random id', async () => {
    const { id } = await newGroup()
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const body = method === 'PATCH' ? { name: 'x' } : undefined
      const foreign = await stranger.call(method, `/groups/${id}`, body)
      const random = await stranger.call(method, '/groups/grp_0', body)
      expect(await expectProblem(foreign, 404, 'not-found')).toEqual(
        await expectProblem(random, 404, 'not-found'),
      )
    }
  })
})
