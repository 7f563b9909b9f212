import { decodeJwt } from 'jose'
import { beforeEach, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { introspection, makeIntrospector, mintFor } from '../support/endings.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import type { Account } from '../support/fixture.ts'
import type { Made } from '../support/maker.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const house = useHouse()

let count = 0
/** Two places of their own for each test, and something in the first. */
let left: string
let right: string
let moving: Made

beforeEach(async () => {
  const { make } = house()
  count += 1
  left = `/acme/left-${count}`
  right = `/acme/right-${count}`
  await make.namespace(left)
  await make.namespace(right)
  moving = await make.namespace(`${left}/project`)
  await make.namespace(`${left}/project/prod`)
})

const move = (path: string, { id = moving.id, by }: { id?: string; by?: TestActor } = {}) =>
  by === undefined
    ? house().gateway.admin('POST', `/namespaces/${id}:move`, { path })
    : by.call('POST', `/namespaces/${id}:move`, { path })

const paths = async (namespace: string): Promise<unknown[]> => {
  const answer = await house().gateway.admin('GET', `/namespaces?namespace=${namespace}`)
  return ((await answer.json()) as { data: Made[] }).data.map(({ path }) => path).toSorted()
}

const accountIn = (namespace: string, members = {}): Promise<Account> =>
  house().account(`robot-${count}`, { namespace, members })

describe('a namespace that is moved', () => {
  it('takes all below it along, under the same ids', async () => {
    const answer = await move(`${right}/new`)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ id: moving.id, path: `${right}/new` })
    expect(await paths(left)).toEqual([left])
    expect(await paths(right)).toEqual([right, `${right}/new`, `${right}/new/prod`])
    const again = await house().gateway.admin('GET', `/namespaces/${moving.id}`)
    expect(await again.json()).toMatchObject({ path: `${right}/new` })
  })

  it('can be given another name where it is', async () => {
    expect((await move(`${left}/renamed`)).status).toBe(200)
    expect(await paths(left)).toEqual([left, `${left}/renamed`, `${left}/renamed/prod`])
    expect(await paths('/acme/left')).toEqual([])
  })

  it('leaves its neighbours whose names begin alike', async () => {
    await house().make.namespace(`${left}/project-evil`)
    expect((await move(`${right}/project`)).status).toBe(200)
    expect(await paths(left)).toEqual([left, `${left}/project-evil`])
  })

  it('keeps its accounts at work, and their tokens say the new path', async () => {
    const { gateway, BR } = house()
    const robot = await accountIn(`${left}/project/prod`)
    const before = decodeJwt(await mintFor(house(), robot))
    expect(before.namespace).toBe(`${left}/project/prod`)
    expect((await move(`${right}/project`)).status).toBe(200)
    const form = BR({ client_id: robot.client_id })
    const after = decodeJwt((await expectIssued(await gateway.token(form))).access_token)
    expect(after.namespace).toBe(`${right}/project/prod`)
  })

  it('ends living tokens: somebody else may come to the old path', async () => {
    const asker = await makeIntrospector(house(), `asker-${count}`)
    const inside = await mintFor(house(), await accountIn(`${left}/project/prod`))
    const reaching = await house().account(`reaching-${count}`, {
      roles: [],
      members: {
        role_bindings: [{ role_id: house().roles.api1.id, namespace: `${left}/project` }],
      },
    })
    const into = await mintFor(house(), reaching)
    const beside = await mintFor(house(), await house().account(`beside-${count}`))
    expect((await move(`${right}/project`)).status).toBe(200)
    const active = async (token: string) =>
      (await introspection(house().gateway, asker, token)).active
    expect([await active(inside), await active(into), await active(beside)]).toEqual([
      false,
      false,
      true,
    ])
  })

  it('gives those above its new place a say, and takes it from those above the old', async () => {
    const { gateway } = house()
    const robot = await accountIn(`${left}/project/prod`)
    const before = await makeActor(gateway, left, [builtIn('owner', left)])
    const after = await makeActor(gateway, right, [builtIn('owner', right)])
    const see = async (by: TestActor) =>
      (await by.call('GET', `/service-accounts/${robot.id}`)).status
    expect([await see(before), await see(after)]).toEqual([200, 404])
    expect((await move(`${right}/project`)).status).toBe(200)
    expect([await see(before), await see(after)]).toEqual([404, 200])
  })
})

describe('who may move', () => {
  it('an owner of both ends, bound above them or at each', async () => {
    const { gateway } = house()
    const above = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    expect((await move(`${right}/project`, { by: above })).status).toBe(200)
    const both = await makeActor(gateway, '/acme', [
      builtIn('owner', left),
      builtIn('owner', right),
    ])
    expect((await move(`${left}/project`, { by: both })).status).toBe(200)
  })

  it('nobody who owns less', async () => {
    const { gateway } = house()
    const cases = [
      [
        'owner of the namespace and of where it goes',
        [builtIn('owner', `${left}/project`), builtIn('owner', right)],
      ],
      ['owner of where it is taken from', [builtIn('owner', left), builtIn('viewer', right)]],
      ['owner of where it goes', [builtIn('viewer', left), builtIn('owner', right)]],
      ['deployer of all', [builtIn('deployer', '/acme')]],
      ['viewer of all', [builtIn('viewer', '/acme')]],
    ] as const
    for (const [who, roles] of cases) {
      const by = await makeActor(gateway, '/acme', roles)
      expect([who, (await move(`${right}/project`, { by })).status]).toEqual([who, 403])
    }
    expect(await paths(left)).toContain(`${left}/project`)
  })

  it('AC-285 a stranger finds neither end', async () => {
    const { gateway } = house()
    const stranger = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
    const theirs = await house().make.namespace(`/globex/own-${count}`)
    const foreign = await expectProblem(await move('/globex/mine', { by: stranger }), 404)
    const random = await expectProblem(
      await move('/globex/mine', { id: 'ns_random', by: stranger }),
      404,
    )
    expect(foreign).toEqual(random)
    const taken = await expectProblem(await move(left, { id: theirs.id, by: stranger }), 422)
    const free = await expectProblem(
      await move('/acme/none/x', { id: theirs.id, by: stranger }),
      422,
    )
    expect(taken).toEqual(free)
  })

  it('AC-287 the body names no tenant', async () => {
    const answer = await house().gateway.admin('POST', `/namespaces/${moving.id}:move`, {
      path: `${right}/project`,
      tenant_id: 'ns_other',
    })
    await expectProblem(answer, 422, 'unknown-field')
  })

  it('no owner out of limits that they could not lift', async () => {
    const { gateway } = house()
    const holder = await house().gateway.admin('GET', `/namespaces?path=${left}`)
    const [{ id }] = ((await holder.json()) as { data: [Made] }).data
    expect(
      (await gateway.admin('PATCH', `/namespaces/${id}`, { named_tokens_max_days: 5 })).status,
    ).toBe(200)
    const both = await makeActor(gateway, '/acme', [
      builtIn('owner', left),
      builtIn('owner', right),
    ])
    await expectProblem(await move(`${right}/project`, { by: both }), 403, 'privilege-escalation')
    // Within the limits it goes where it likes.
    expect((await move(`${left}/renamed`, { by: both })).status).toBe(200)
    const above = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    expect((await move(`${right}/project`, { by: above })).status).toBe(200)
  })

  it('nobody out of a suspended place, or into one', async () => {
    const { gateway } = house()
    for (const place of [left, right]) {
      const found = await gateway.admin('GET', `/namespaces?path=${place}`)
      const [{ id }] = ((await found.json()) as { data: [Made] }).data
      await gateway.admin('PATCH', `/namespaces/${id}`, { enabled: false })
      await expectProblem(await move(`${right}/project`), 403, 'tenant-suspended')
      await gateway.admin('PATCH', `/namespaces/${id}`, { enabled: true })
    }
    await gateway.admin('PATCH', `/namespaces/${moving.id}`, { enabled: false })
    await expectProblem(await move(`${right}/project`), 403, 'tenant-suspended')
  })
})

describe('where it may go', () => {
  it('not out of its tenant, and a tenant nowhere', async () => {
    const { gateway } = house()
    for (const path of [
      '/globex/project',
      '/project',
      '/',
      '/acme',
      '/acme/none/project',
      'acme',
    ]) {
      await expectProblem(await move(path), 422)
    }
    const found = await gateway.admin('GET', '/namespaces?path=/globex')
    const [{ id }] = ((await found.json()) as { data: [Made] }).data
    await expectProblem(await move('/acme/globex', { id }), 422, 'validation-failed')
    await expectProblem(await move('/acme/root', { id: 'ns_root' }), 422, 'validation-failed')
  })

  it('not below itself, and to no path that is taken', async () => {
    await expectProblem(await move(`${left}/project/prod/deeper`), 422, 'validation-failed')
    await expectProblem(await move(`${left}/project/x`), 422, 'validation-failed')
    await expectProblem(await move(right), 409, 'name-taken')
    await expectProblem(await move(`${left}/project`), 409, 'name-taken')
    await expectProblem(await move(`${right}/Project`), 422, 'validation-failed')
  })

  it('so deep that all below it has at most eight names', async () => {
    const { make } = house()
    let deep = right
    for (const name of ['c', 'd', 'e']) {
      deep = `${deep}/${name}`
      await make.namespace(deep)
    }
    await make.namespace(`${left}/project/prod/a`)
    await make.namespace(`${left}/project/prod/a/b`)
    await expectProblem(await move(`${deep}/project`), 422, 'validation-failed')
    expect((await move(`${right}/c/d/project`)).status).toBe(200)
  })
})

describe('what it would break', () => {
  /** Moves, and tells what was said to break. */
  const broken = async (): Promise<unknown> => {
    const problem = await expectProblem(await move(`${right}/project`), 422, 'invalid-reference')
    return (problem.errors as { detail: string }[]).map(({ detail }) => detail)
  }

  it('a policy that names its path, or one left behind', async () => {
    const { gateway } = house()
    const policy = (namespace: string) =>
      policyP0(gateway.issuers.a.url, { audience: `https://gw.test${namespace}` })
    const robot = await house().make.create('/service-accounts', {
      namespace: `${left}/project/prod`,
      name: 'robot',
      trust_policies: [left, `${left}/project`, `${left}/project/prod`, '/acme', ''].map(policy),
    })
    const saved = robot.trust_policies as Made[]
    expect(await broken()).toEqual(
      saved.slice(0, 3).map(({ id, audience }) => `trust-policies ${id} refers to ${audience}`),
    )
  })

  it('bindings, roles, ceilings and tokens of what is left behind', async () => {
    const { make, gateway } = house()
    const server = await make.resourceServer(left, `https://left-${count}.test`)
    const role = await make.role(left, 'user', server)
    const own = await make.role(`${left}/project`, 'own', server)
    const robot = await make.create<Made>('/service-accounts', {
      namespace: `${left}/project`,
      name: 'robot',
      resource_server_ids: [server.id],
      role_bindings: [{ role_id: role.id, namespace: `${left}/project` }],
    })
    const [binding] = robot.role_bindings as Made[]
    const token = await make.create(`/service-accounts/${robot.id}/tokens`, {
      name: 'named',
      resource_server_id: server.id,
    })
    const outside = await make.create<Made>('/service-accounts', {
      namespace: left,
      name: 'outside',
      role_bindings: [{ role_id: house().roles.api1.id, namespace: `${left}/project/prod` }],
    })
    const [reaching] = outside.role_bindings as Made[]
    expect(((await broken()) as string[]).toSorted()).toEqual(
      [
        `role-bindings ${binding?.id} refers to ${role.id}`,
        `role-bindings ${reaching?.id} refers to ${outside.id}`,
        `roles ${own.id} refers to ${server.id}`,
        `service-accounts ${robot.id} refers to ${server.id}`,
        `tokens ${token.id} refers to ${server.id}`,
      ].toSorted(),
    )
    await gateway.admin('DELETE', `/service-accounts/${outside.id}`)
    expect(await broken()).toHaveLength(4)
  })

  it('policies whose issuer is left behind, and issuers that would shadow another', async () => {
    const { gateway, make } = house()
    const url = `https://other-${count}.test`
    const issuer = await gateway.issuers.add(url)
    const there = await make.issuer(issuer.url, left)
    const robot = await make.create('/service-accounts', {
      namespace: `${left}/project`,
      name: 'robot',
      trust_policies: [policyP0(issuer.url)],
    })
    const [policy] = robot.trust_policies as Made[]
    expect(await broken()).toEqual([`trust-policies ${policy?.id} refers to ${there.id}`])
    await gateway.admin('DELETE', `/service-accounts/${robot.id}`)
    await gateway.admin('DELETE', `/issuers/${there.id}`)
    const below = await make.issuer(issuer.url, `${left}/project/prod`)
    await make.issuer(issuer.url, right)
    const problem = await expectProblem(await move(`${right}/project`), 409, 'issuer-exists')
    expect(problem.errors).toEqual([{ pointer: '/path', detail: `issuers ${below.id}` }])
  })
})
