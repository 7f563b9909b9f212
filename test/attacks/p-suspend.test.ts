import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { changesSomething } from '../../src/http/api/operation.ts'
import { adminOperations } from '../../src/http/api/routes.ts'
import { builtIn, makeActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import type { Clients } from '../support/clients.ts'
import { expectIssued, expectProblem } from '../support/expect.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { writesTo } from '../support/tenant-writes.ts'
import { waysIn } from '../support/ways-in.ts'

const house = useHouse()

let tenant: Tenant
/** Another isolate, on the same database. */
let beside: Clients

beforeAll(async () => {
  tenant = await makeTenant(house(), '/initech')
  beside = await house().gateway.beside()
})

const suspend = async (id: string, suspended: boolean) => {
  const answer = await house().gateway.admin('PATCH', `/namespaces/${id}`, { enabled: !suspended })
  expect(answer.status).toBe(200)
}

afterEach(() => suspend(tenant.objects.namespace.id, false))

/** What lies in no tenant. */
const elsewhere = /^\/(signing-keys|api\/)/

describe('a suspended tenant', () => {
  it('AC-333 mints nothing by any way in, until it is enabled again', async () => {
    const { gateway } = house()
    for (const way of waysIn(gateway.issuers.a, tenant)) {
      for (const location of [gateway, beside]) await expectIssued(await way.go(location))
      await suspend(tenant.objects.namespace.id, true)
      for (const location of [gateway, beside]) await way.refused(await way.go(location))
      await suspend(tenant.objects.namespace.id, false)
      for (const location of [gateway, beside]) await expectIssued(await way.go(location))
    }
  })

  it('AC-333 every route that changes something is in the table below', () => {
    const routes = adminOperations
      .filter(changesSomething)
      .map(({ method, path }) => ({ method, path: path.replace('/admin/v1', '') }))
      .filter(({ path }) => !elsewhere.test(path))
      .map(({ method, path }) => `${method} ${path}`)
    expect(Object.keys(writesTo(tenant)).toSorted()).toEqual(routes.toSorted())
  })

  it('AC-333 nobody changes anything: not its owner, not an owner of the house', async () => {
    const before = await contents()
    await suspend(tenant.objects.namespace.id, true)
    for (const [route, [path, body]] of Object.entries(writesTo(tenant))) {
      const method = String(route.split(' ')[0])
      for (const token of [tenant.owner.token, await house().gateway.rootToken()]) {
        const answer = await house().gateway.admin(method, path, body, { token, ifMatch: '"1"' })
        // Deleting what lies below is decided above it, and refused to who lives within.
        const exempt = route === 'DELETE /namespaces/{namespace_id}' && token !== tenant.owner.token
        if (!exempt) await expectProblem(answer, 403, 'tenant-suspended')
        else expect(answer.status).toBe(204)
      }
    }
    await suspend(tenant.objects.namespace.id, false)
    expect(await contents()).toEqual({ ...before, namespaces: Number(before.namespaces) - 1 })
  })

  it('is read as before, by its owner and from above', async () => {
    await suspend(tenant.objects.namespace.id, true)
    const { objects, account, path } = tenant
    const of = `/service-accounts/${account.id}`
    const paths = [
      `/namespaces/${objects.namespace.id}`,
      `/resource-servers/${objects.server.id}`,
      `/roles/${objects.role.id}`,
      `/issuers/${objects.issuer.id}`,
      `/role-bindings?namespace=${path}`,
      `/notification-subscriptions/${objects.subscription.id}`,
      of,
      `${of}/trust-policies/${objects.policy.id}`,
      `${of}/secrets`,
      `${of}/keys`,
      `${of}/tokens/${objects.token.id}`,
      `/decisions?service_account_id=${account.id}`,
    ]
    for (const read of paths) {
      expect([read, (await tenant.owner.call('GET', read)).status]).toEqual([read, 200])
      expect((await house().gateway.admin('GET', read)).status).toBe(200)
    }
    const dry = { service_account_id: account.id, token: house().BT() }
    const evaluated = await tenant.owner.call('POST', '/policy-evaluations', dry)
    const { outcome, reason } = (await evaluated.json()) as Record<string, unknown>
    expect([evaluated.status, outcome, reason]).toEqual([200, 'would_refuse', 'suspended'])
  })

  it('can be changed again when it is enabled', async () => {
    await suspend(tenant.objects.namespace.id, true)
    await suspend(tenant.objects.namespace.id, false)
    const path = `/service-accounts/${tenant.account.id}`
    const answer = await tenant.owner.call('PATCH', path, { description: 'awake' })
    expect(answer.status).toBe(200)
  })
})

/** How much there is in the tables that the admin API changes. */
async function contents(): Promise<Record<string, number>> {
  const tables = [
    'namespaces',
    'resource_servers',
    'roles',
    'role_bindings',
    'issuers',
    'service_accounts',
    'trust_policies',
    'client_secrets',
    'account_keys',
    'named_tokens',
    'revocations',
    'notification_subscriptions',
    'pairing_codes',
  ]
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`)
  const { rows } = await house().gateway.db.execute(`SELECT ${counts.join()}`)
  return { ...rows[0] } as unknown as Record<string, number>
}

describe('who ends a suspension', () => {
  const inside = { enabled: true }
  const path = (id: string) => `/namespaces/${id}`

  it('of a tenant: an owner of the house, and not its own', async () => {
    const { id } = tenant.objects.namespace
    await suspend(id, true)
    const own = await tenant.owner.call('PATCH', path(id), inside)
    await expectProblem(own, 403, 'permission-denied')
    await expectProblem(await tenant.owner.call('DELETE', path(id)), 403, 'permission-denied')
  })

  it('of a project: who has authority above it, and not who lives in it', async () => {
    const { make, gateway } = house()
    const project = await make.namespace('/initech/project')
    const here = await makeActor(gateway, project.path as string, [
      builtIn('owner', '/initech/project'),
    ])
    const sleep = await tenant.owner.call('PATCH', path(project.id), { enabled: false })
    expect(sleep.status).toBe(200)
    await expectProblem(await here.call('PATCH', path(project.id), inside), 403)
    // Other members are a change like every other, even beside these.
    const more = { enabled: true, display_name: 'x' }
    const mixed = await tenant.owner.call('PATCH', path(project.id), more)
    await expectProblem(mixed, 403, 'tenant-suspended')
    const limit = await tenant.owner.call('PATCH', path(project.id), { named_tokens_max_days: 1 })
    expect(limit.status).toBe(200)
    expect((await tenant.owner.call('PATCH', path(project.id), inside)).status).toBe(200)
    const renamed = await here.call('PATCH', path(project.id), { display_name: 'x' })
    expect(renamed.status).toBe(200)
    await tenant.owner.call('PATCH', path(project.id), { enabled: false })
    expect((await tenant.owner.call('DELETE', path(project.id))).status).toBe(204)
  })

  it('of a project in a suspended tenant: nobody from that tenant', async () => {
    const { make, gateway } = house()
    const project = await make.namespace('/initech/deep')
    await suspend(project.id, true)
    await suspend(tenant.objects.namespace.id, true)
    for (const call of [
      ['PATCH', { enabled: true }],
      ['PATCH', { named_tokens_max_days: 1 }],
      ['DELETE', undefined],
    ] as const) {
      const answer = await tenant.owner.call(call[0], path(project.id), call[1])
      await expectProblem(answer, 403, 'tenant-suspended')
    }
    expect((await gateway.admin('DELETE', path(project.id))).status).toBe(204)
  })

  it('of a project in a suspended tenant: no root account either whose right is bound in it', async () => {
    const { make, gateway } = house()
    const asleep = await make.namespace('/initech/asleep')
    const awake = await make.namespace('/initech/awake')
    const operator = await makeActor(gateway, '/', [builtIn('owner', '/initech')])
    const overseer = await makeActor(gateway, '/', [builtIn('owner', '/')])
    await suspend(asleep.id, true)
    await suspend(tenant.objects.namespace.id, true)
    for (const [method, { id }, body] of [
      ['PATCH', asleep, { enabled: true }],
      ['PATCH', awake, { named_tokens_max_days: 3000 }],
      ['DELETE', awake, undefined],
    ] as const) {
      const answer = await operator.call(method, path(id), body)
      await expectProblem(answer, 403, 'tenant-suspended')
      expect((await overseer.call(method, path(id), body)).ok).toBe(true)
    }
    // As soon as nothing above is suspended, its right is one from above again.
    await suspend(tenant.objects.namespace.id, false)
    for (const enabled of [false, true]) {
      expect((await operator.call('PATCH', path(asleep.id), { enabled })).status).toBe(200)
    }
  })

  it('a neighbour whose name begins alike goes on', async () => {
    const { make, gateway } = house()
    const evil = await make.namespace('/initech-evil')
    const neighbour = await makeActor(gateway, '/initech-evil', [builtIn('owner', '/initech-evil')])
    await suspend(tenant.objects.namespace.id, true)
    const answer = await neighbour.call('PATCH', path(evil.id), { display_name: 'up' })
    expect(answer.status).toBe(200)
  })

  it('the house itself cannot be suspended, nor deleted', async () => {
    const { gateway } = house()
    const off = await gateway.admin('PATCH', '/namespaces/ns_root', { enabled: false })
    await expectProblem(off, 403, 'permission-denied')
    await expectProblem(await gateway.admin('DELETE', '/namespaces/ns_root'), 403)
  })
})
