import { beforeAll, describe, expect, it } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { mintFor } from '../support/endings.ts'
import { expectProblem } from '../support/expect.ts'
import { configuration } from '../support/snapshot.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { builtIn, makeActor } from './actors.ts'

const house = useHouse()

let tenant: Tenant

beforeAll(async () => {
  tenant = await makeTenant(house(), '/initech')
})

const ask = (id: string, value = 'true') =>
  house().gateway.admin('DELETE', `/namespaces/${id}?dry_run=${value}`)

/** What there is in the tenant, counted by joins. */
async function below(): Promise<Record<string, number>> {
  const there = `(SELECT id FROM namespaces WHERE path = '/initech' OR path LIKE '/initech/%')`
  const its = `(SELECT id FROM service_accounts WHERE namespace_id IN ${there})`
  const from: Record<string, string> = {
    namespaces: `namespaces WHERE id IN ${there}`,
    trust_policies: `trust_policies WHERE service_account_id IN ${its}`,
    secrets: `client_secrets WHERE service_account_id IN ${its}`,
    keys: `account_keys WHERE service_account_id IN ${its}`,
    tokens: `named_tokens WHERE service_account_id IN ${its}`,
    group_members: `group_members WHERE service_account_id IN ${its}`,
  }
  const lying = [
    'service_accounts',
    'role_bindings',
    'groups',
    'roles',
    'resource_servers',
    'issuers',
    'notification_subscriptions',
    'pending_changes',
    'pairing_codes',
  ]
  for (const table of lying) from[table] = `${table} WHERE namespace_id IN ${there}`
  const columns = Object.entries(from).map(
    ([name, what]) => `(SELECT count(*) FROM ${what}) ${name}`,
  )
  const { rows } = await house().gateway.db.execute(`SELECT ${columns.join()}`)
  return { ...rows[0] } as unknown as Record<string, number>
}

describe('DELETE /namespaces?dry_run=true', () => {
  it('says how much would be gone, and when it was last used', async () => {
    const { gateway } = house()
    const answer = await ask(tenant.objects.namespace.id)
    expect([answer.status, await answer.json()]).toEqual([
      200,
      {
        dry_run: true,
        would_delete: await below(),
        would_break: [],
        blocked_by: [],
        living_tokens: expect.any(Number),
        last_used_at: expect.stringMatching(/^20/),
        warnings: ['permanent', 'roles_lost', 'used_lately', 'living_tokens_end'],
      },
    ])
    expect((await gateway.admin('GET', `/namespaces/${tenant.objects.namespace.id}`)).status).toBe(
      200,
    )
  })

  it('counts the living tokens that the deletion would end', async () => {
    const { make, account, gateway } = house()
    const project = await make.namespace('/acme/counted')
    const robot = await account('counted', { namespace: '/acme/counted' })
    const living = async () =>
      ((await (await ask(project.id)).json()) as { living_tokens: number }).living_tokens
    expect(await living()).toBe(0)
    await mintFor(house(), robot)
    await mintFor(house(), robot)
    expect(await living()).toBe(2)
    expect((await gateway.admin('DELETE', `/namespaces/${project.id}`)).status).toBe(204)
  })

  it('changes nothing and leaves no event', async () => {
    const { gateway } = house()
    const before = await configuration(gateway)
    for (const { id } of [tenant.objects.namespace, tenant.objects.below]) {
      expect((await ask(id)).status).toBe(200)
    }
    expect(await configuration(gateway)).toEqual(before)
  })

  it('needs what the deletion needs', async () => {
    const { gateway } = house()
    const viewer = await makeActor(gateway, '/initech', [builtIn('viewer', '/initech')])
    const stranger = await makeActor(gateway, '/globex', [builtIn('owner', '/globex')])
    const { namespace, below } = tenant.objects
    const path = (id: string) => `/namespaces/${id}?dry_run=true`
    await expectProblem(await tenant.owner.call('DELETE', path(namespace.id)), 403)
    await expectProblem(await viewer.call('DELETE', path(below.id)), 403, 'permission-denied')
    await expectProblem(await stranger.call('DELETE', path(below.id)), 404, 'not-found')
    await expectProblem(await ask('ns_root'), 403, 'permission-denied')
    expect((await tenant.owner.call('DELETE', path(below.id))).status).toBe(200)
  })

  it('is asked by this word alone', async () => {
    const { make, gateway } = house()
    const { id } = await make.namespace('/acme/words')
    for (const value of ['yes', '1', '']) await expectProblem(await ask(id, value), 422)
    expect((await ask(id, 'false')).status).toBe(204)
    expect((await gateway.admin('GET', `/namespaces/${id}`)).status).toBe(404)
  })

  it('names what is in the way, as the deletion does', async () => {
    const { make, gateway } = house()
    const project = await make.namespace('/acme/blocked')
    const server = await make.resourceServer('/acme/blocked', 'https://blocked.test')
    const role = await make.role('/acme/blocked', 'user', server)
    // As no call makes it: an API is not seen from outside.
    await gateway.db.execute({
      sql: `UPDATE roles SET namespace_id = (SELECT id FROM namespaces WHERE path = '/acme') WHERE id = ?`,
      args: [role.id],
    })
    expect(await (await ask(project.id)).json()).toMatchObject({
      blocked_by: [role.id],
      warnings: ['permanent', 'in_use'],
    })
    const refused = await gateway.admin('DELETE', `/namespaces/${project.id}`)
    const { errors } = await expectProblem(refused, 409, 'in-use')
    expect(errors).toEqual([{ pointer: '', detail: role.id }])
  })
})
