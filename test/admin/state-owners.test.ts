import { expect, test } from 'vitest'
import { refuseOwnerless } from '../../src/admin/state/owner-rule.ts'
import { emptyWorld, put, type World } from '../../src/core/state/world.ts'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'
import type { Claims } from '../support/issuer.ts'
import { planState, readState, type StateDocument, sendState } from '../support/state.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

const house = useHouse()

let tenants = 0
/** A tenant, with so many owners of its own. */
const makeOwned = async (count: number) => {
  const { gateway, make } = house()
  tenants += 1
  const path = `/owned-${tenants}`
  const { id } = await make.namespace(path)
  const owners: TestActor[] = []
  for (let i = 0; i < count; i++) owners.push(await makeActor(gateway, path, [owner(path)]))
  return { path, id, owners }
}
const owner = (path: string) => builtIn('owner', path)

/** What there is, without the `owner` bindings of these accounts; the lists left out stay. */
const without = async (id: string, path: string, gone: readonly TestActor[]) => {
  const { document } = await readState(house().gateway, id)
  const names = await Promise.all(gone.map(nameOf))
  const bindings = (document.role_bindings ?? []).filter(
    ({ principal }) => !names.includes((principal as Claims).name),
  )
  return { format: 1, namespace: path, role_bindings: bindings } satisfies StateDocument
}
const nameOf = async ({ id }: TestActor) => {
  const found = await house().gateway.admin('GET', `/service-accounts/${id}`)
  return ((await found.json()) as Claims).name
}
const bindingOf = async ({ id }: TestActor): Promise<string> => {
  const list = await house().gateway.admin('GET', `/role-bindings?service_account_id=${id}`)
  const { data } = (await list.json()) as { data: { id: string }[] }
  return String(data[0]?.id)
}
/** By a document, and by a call: what the plan, or the call, answers. */
const unbind = async (by: TestActor, at: { id: string; path: string }, gone: TestActor) => {
  const document = await without(at.id, at.path, [gone])
  const sent = { document, prune: true, token: by.token }
  const plan = await sendState(house().gateway, at.id, { ...sent, dryRun: true })
  const call = await by.call(
    'DELETE',
    `/role-bindings/${await bindingOf(gone)}?dry_run=true`,
    undefined,
    '"1"',
  )
  return { plan, call }
}

test('no owner unbinds itself, by a document or by a call', async () => {
  const tenant = await makeOwned(2)
  const [one, other] = tenant.owners as [TestActor, TestActor]
  const own = await unbind(one, tenant, one)
  await expectProblem(own.plan, 403, 'self-modification')
  await expectProblem(own.call, 403, 'self-modification')
  const theirs = await unbind(one, tenant, other)
  expect([theirs.plan.status, theirs.call.status]).toEqual([200, 200])
})

test('an owner of the house shuts a tenant', async () => {
  const tenant = await makeOwned(1)
  const root = await makeActor(house().gateway, '/', [owner('/')])
  const { plan, call } = await unbind(root, tenant, tenant.owners[0] as TestActor)
  expect([plan.status, call.status]).toEqual([200, 200])
})

test('a root account that owns the tenant counts as an owner, in a document as in a call', async () => {
  const tenant = await makeOwned(1)
  const guest = await makeActor(house().gateway, '/', [owner(tenant.path)])
  const { plan, call } = await unbind(guest, tenant, tenant.owners[0] as TestActor)
  expect(plan.status, await plan.clone().text()).toBe(200)
  expect(call.status).toBe(200)
})

test('of two owners who remove each other by documents, one stays', async () => {
  const { gateway } = house()
  const tenant = await makeOwned(2)
  const [one, other] = tenant.owners as [TestActor, TestActor]
  const removals = await Promise.all(
    [[one, other] as const, [other, one] as const].map(async ([by, gone]) => {
      const document = await without(tenant.id, tenant.path, [gone])
      const sent = { document, prune: true, token: by.token }
      return { ...sent, ifMatch: (await planState(gateway, tenant.id, document, sent)).etag }
    }),
  )
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      sendState(gateway, tenant.id, {
        ...(removals[i % 2] as (typeof removals)[0]),
        dryRun: false,
      }),
    ),
  )
  const statuses = answers.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  expect([200, 403, 404, 412, 503]).toEqual(expect.arrayContaining([...new Set(statuses)]))
  const list = await gateway.admin('GET', `/role-bindings?namespace=${tenant.path}`)
  expect(((await list.json()) as { data: unknown[] }).data).toHaveLength(1)
})

test('whatever let it pass, the world after has an owner if the world before had one', () => {
  const ref = { namespace: '/acme', name: 'boss' }
  const account = { ...ref, enabled: true, resource_servers: null } as never
  const binding = {
    role: { namespace: '/', name: 'owner', resource_server: 'urn:gatehouse:admin' },
    namespace: '/acme',
    principal: { type: 'service_account' as const, ...ref },
  }
  const world = (enabled: boolean, bound: boolean): World => {
    const made = emptyWorld()
    put(made, 'service_account', {
      id: 'sa_1',
      inside: true,
      entry: { ...(account as object), enabled } as never,
    })
    if (bound) put(made, 'role_binding', { id: 'rb_1', inside: true, entry: binding })
    return made
  }
  const slugOf = (before: World, after: World, ownedByHouse = false, path = '/acme') =>
    refuseOwnerless({
      root: '/acme',
      actor: { roles: [{ roleId: 'role_owner', namespacePath: path }] },
      snapshot: { world: before, ownedByHouse },
      difference: { after },
    } as never)?.slug
  const owned = world(true, true)
  expect(slugOf(owned, owned)).toBeUndefined()
  expect(slugOf(owned, world(true, false))).toBe('last-owner')
  expect(slugOf(owned, world(false, true))).toBe('last-owner')
  expect(slugOf(owned, world(true, false), true)).toBeUndefined()
  expect(slugOf(owned, world(true, false), false, '/')).toBeUndefined()
  expect(slugOf(world(false, true), world(true, false))).toBeUndefined()
})
