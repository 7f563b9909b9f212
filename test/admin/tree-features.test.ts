import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS } from '../support/baseline.ts'
import { expectIssued, expectProblem, expectS400 } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import type { Made } from '../support/maker.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const house = useHouse()

const project = '/acme/shop'
let owner: TestActor
let deployer: TestActor
let viewer: TestActor
let namespace: Made

beforeAll(async () => {
  const { gateway, make } = house()
  namespace = await make.namespace(project)
  const as = (role: 'owner' | 'deployer' | 'viewer') =>
    makeActor(gateway, '/acme', [builtIn(role, project)])
  ;[owner, deployer, viewer] = await Promise.all([as('owner'), as('deployer'), as('viewer')])
})

const create = (by: TestActor, body: object) => by.call('POST', '/service-accounts', body)

const list = async (by: TestActor, query = ''): Promise<readonly Made[]> => {
  const answer = await by.call('GET', `/service-accounts${query}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { data: Made[] }).data
}

describe('accounts of a project', () => {
  it('deployer or higher makes them, a viewer does not (T34, K5)', async () => {
    const body = (name: string) => ({ namespace: project, name })
    expect((await create(owner, body('by-owner'))).status).toBe(201)
    expect((await create(deployer, body('by-deployer'))).status).toBe(201)
    await expectProblem(await create(viewer, body('by-viewer')), 403, 'permission-denied')
  })

  it('what may be changed or deleted follows from what is held (T34, M32)', async () => {
    const { make } = house()
    const bound = (name: string, role_id: string) =>
      make.create('/service-accounts', {
        namespace: project,
        name,
        role_bindings: [{ role_id, namespace: project }],
      })
    const equal = await bound('an-equal', 'role_deployer')
    const higher = await bound('a-higher', 'role_owner')
    const path = ({ id }: Made) => `/service-accounts/${id}`
    expect((await deployer.call('PATCH', path(equal), { enabled: false })).status).toBe(200)
    expect((await deployer.call('DELETE', path(equal))).status).toBe(204)
    await expectProblem(await deployer.call('DELETE', path(higher)), 403, 'privilege-escalation')
    expect((await owner.call('DELETE', path(higher))).status).toBe(204)
  })

  it('are seen, made and deleted by who may, and by nobody else (M4)', async () => {
    const made = (await (await create(owner, { namespace: project, name: 'seen' })).json()) as Made
    expect((await list(viewer)).some(({ id }) => id === made.id)).toBe(true)
    const path = `/service-accounts/${made.id}`
    await expectProblem(await viewer.call('DELETE', path), 403, 'permission-denied')
    expect((await owner.call('DELETE', path)).status).toBe(204)
    await expectProblem(await owner.call('GET', path), 404, 'not-found')
  })

  it('are as many as are needed (K14)', async () => {
    for (let at = 0; at < 60; at++) {
      expect((await create(owner, { namespace: project, name: `many-${at}` })).status).toBe(201)
    }
    expect((await list(owner, `?namespace=${project}&limit=200`)).length).toBeGreaterThanOrEqual(60)
  })

  it('hold in their own place and below, and nowhere else (M33)', async () => {
    const { make, roles } = house()
    const prod = await make.namespace(`${project}/prod`)
    const robot = await make.create('/service-accounts', { namespace: prod.path, name: 'prod-bot' })
    for (const namespace of [project, '/acme', '/']) {
      const answer = await house().gateway.admin('POST', '/role-bindings', {
        role_id: roles.api1.id,
        namespace,
        principal: { type: 'service_account', id: robot.id },
      })
      await expectProblem(answer, 422, 'invalid-reference')
    }
  })

  it('end at once with their secret, and with their project (I15, K8)', async () => {
    const { gateway, account, BT } = house()
    const robot = await account('goes-with-it', { namespace: project })
    const exchange = () =>
      gateway.token({ ...DOORS[0].form(BT()), client_id: robot.client_id, resource: API_1 })
    await expectIssued(await exchange())
    expect((await gateway.admin('DELETE', `/namespaces/${namespace.id}`)).status).toBe(204)
    await expectS400(await exchange())
    await expectProblem(await gateway.admin('GET', `/service-accounts/${robot.id}`), 404)
  })
})

describe('root accounts', () => {
  it('are made, deleted and given roles by owners of / alone (M15)', async () => {
    const { gateway, make } = house()
    const boss = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    const root = await make.create('/service-accounts', { namespace: '/', name: 'backup-robot' })
    const made = await create(boss, { namespace: '/', name: 'mine' })
    expect([403, 422]).toContain(made.status)
    await expectProblem(await boss.call('DELETE', `/service-accounts/${root.id}`), 404, 'not-found')
    const bind = await boss.call('POST', '/role-bindings', {
      role_id: 'role_viewer',
      namespace: '/',
      principal: { type: 'service_account', id: boss.id },
    })
    expect([403, 422]).toContain(bind.status)
    expect((await gateway.admin('DELETE', `/service-accounts/${root.id}`)).status).toBe(204)
  })

  it('are seen by nobody in a tenant (M16)', async () => {
    const { gateway, make } = house()
    await make.create('/service-accounts', { namespace: '/', name: 'unseen' })
    const boss = await makeActor(gateway, '/acme', [builtIn('owner', '/acme')])
    for (const query of ['', '?name=unseen', '?namespace=/']) {
      const found = await list(boss, query)
      expect(found.filter(({ namespace: at }) => at === '/')).toEqual([])
    }
  })
})
