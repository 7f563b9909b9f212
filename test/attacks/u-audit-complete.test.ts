import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { type EventAnswer, misspelt, searchTrail, verifyTrail } from '../support/audit-trail.ts'
import { sendRow, tenantRows } from '../support/battery.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { writesTo } from '../support/tenant-writes.ts'

const house = useHouse()

/** Every event since a place in the table, as its text. */
const since = async (rowid: number): Promise<EventAnswer[]> => {
  const { rows } = await house().gateway.db.execute({
    sql: 'SELECT content FROM audit_events WHERE rowid > ? ORDER BY rowid',
    args: [rowid],
  })
  return rows.map(({ content }) => JSON.parse(String(content)) as EventAnswer)
}

const last = async (): Promise<number> => {
  const { rows } = await house().gateway.db.execute('SELECT max(rowid) AS n FROM audit_events')
  return Number(rows[0]?.n)
}

/** Does something, and answers what it left in the trail, of whatever tenant. */
const leaves = async (act: () => Promise<Response>) => {
  const from = await last()
  const answer = await act()
  return { status: answer.status, events: await since(from) }
}

let tenants = 0
const freshTenant = (): Promise<Tenant> => {
  tenants += 1
  return makeTenant(house(), `/initech-${tenants}`)
}

describe('AC-390 completeness', () => {
  it('AC-390 every route that changes something leaves one event', async () => {
    const { gateway } = house()
    const some = await freshTenant()
    const wrong: unknown[] = []
    const refused: string[] = []
    for (const route of Object.keys(writesTo(some))) {
      // One for each, for some take away what others change.
      const tenant = await freshTenant()
      const index = Object.keys(writesTo(some)).indexOf(route)
      const row = tenantRows(tenant)[index]
      if (row === undefined) throw new Error(route)
      const { token, id } = tenant.owner
      const { status, events } = await leaves(() => sendRow(gateway, row, { token }))
      const [event] = events
      const good =
        events.length === 1 &&
        event?.tenant_id === tenant.objects.namespace.id &&
        event.namespace.startsWith(tenant.path) &&
        event.actor.type === 'service_account' &&
        event.actor.id === id &&
        /^dec_[0-9a-z]{26}$/.test(String(event.request_id)) &&
        /^[a-z-]+\.[a-z-]+$/.test(event.action) &&
        event.outcome === (status < 400 ? 'done' : 'refused') &&
        (status >= 400 || event.target !== null || row.route.endsWith('/revocations')) &&
        misspelt(event.details).length === 0
      if (!good) wrong.push([route, status, events])
      if (status >= 400) refused.push(`${status} ${route}`)
    }
    expect(wrong).toEqual([])
    // What is still in use, and a plan that nobody made: every other route has changed something.
    const expected = /^409 DELETE \/(resource-servers|roles)\/|^412 POST .*:apply$/
    expect(refused.filter((each) => !expected.test(each))).toEqual([])
  })

  it('AC-390 every refused attempt leaves one event', async () => {
    const { gateway } = house()
    const tenant = await freshTenant()
    const viewer = await makeActor(gateway, tenant.path, [builtIn('viewer', tenant.path)])
    const wrong: unknown[] = []
    for (const row of tenantRows(tenant)) {
      const { status, events } = await leaves(() => sendRow(gateway, row, { token: viewer.token }))
      const expected = {
        outcome: 'refused',
        reason: 'permission-denied',
        actor: { type: 'service_account', id: viewer.id },
        tenant_id: tenant.objects.namespace.id,
        namespace: tenant.path,
        details: { method: row.method, path: row.path },
        request_id: expect.stringMatching(/^dec_/),
      }
      try {
        expect([status, events]).toMatchObject([403, [expected]])
      } catch {
        wrong.push([row.route, status, events])
      }
    }
    expect(wrong).toEqual([])
  })

  it('AC-390 an attempt on what is another tenant’s stays in the chain of who tried', async () => {
    const { gateway } = house()
    const [tenant, other] = [await freshTenant(), await freshTenant()]
    const target = tenant.objects.role.id
    const { status, events } = await leaves(() =>
      gateway.admin('DELETE', `/roles/${target}`, undefined, {
        token: other.owner.token,
        ifMatch: '"1"',
      }),
    )
    expect([status, events]).toMatchObject([
      404,
      [{ tenant_id: other.objects.namespace.id, reason: 'not-found', target: { id: target } }],
    ])
    expect(await searchTrail(tenant.owner, { actor_id: other.owner.id })).toEqual([])
  })

  it('reading leaves none, unless it is refused', async () => {
    const tenant = await freshTenant()
    const read = await leaves(() => tenant.owner.call('GET', '/audit-events'))
    expect(read).toEqual({ status: 200, events: [] })
    const refused = await leaves(() => tenant.owner.call('GET', '/roles/role_0'))
    expect(refused).toMatchObject({ status: 404, events: [{ outcome: 'refused' }] })
  })
})

describe('AC-391 what ends and what is switched', () => {
  let tenant: Tenant
  let root: TestActor

  beforeAll(async () => {
    tenant = await freshTenant()
    root = await makeActor(house().gateway, '/', [builtIn('owner', '/')])
  })

  it('AC-391 a secret, a key, a policy: one event each', async () => {
    const { account, objects, owner } = tenant
    const of = `/service-accounts/${account.id}`
    for (const [path, target, action] of [
      [`${of}/secrets/${objects.secret.id}`, objects.secret, 'secrets.delete'],
      [`${of}/keys/${objects.key.id}`, objects.key, 'keys.delete'],
      [`${of}/trust-policies/${objects.policy.id}`, objects.policy, 'trust-policies.delete'],
    ] as const) {
      const { status, events } = await leaves(() => owner.call('DELETE', path, undefined, '"1"'))
      expect([status, events]).toMatchObject([
        204,
        [{ action: expect.stringContaining(action), target: { id: target.id }, outcome: 'done' }],
      ])
      expect(events).toHaveLength(1)
    }
  })

  it('AC-391 a flag of the tenant: one event each, with what it became', async () => {
    const { id } = tenant.objects.namespace
    for (const flag of [{ enabled: false }, { enabled: true }, { named_tokens_max_days: 7 }]) {
      const { status, events } = await leaves(() => root.call('PATCH', `/namespaces/${id}`, flag))
      expect([status, events]).toMatchObject([
        200,
        [
          {
            action: 'namespaces.update',
            target: { id },
            details: flag,
            actor: { type: 'platform' },
          },
        ],
      ])
      expect(events).toHaveLength(1)
    }
  })
})

describe('AC-394 in parallel', () => {
  it('AC-394 changes and refusals by two isolates leave a chain without gaps', async () => {
    const { gateway } = house()
    const tenant = await freshTenant()
    const beside = await gateway.beside()
    const viewer = await makeActor(gateway, tenant.path, [builtIn('viewer', tenant.path)])
    const before = (await verifyTrail(tenant.owner)).head.sequence
    const make = (i: number, token: string) =>
      (i % 2 === 0 ? gateway : beside).admin(
        'POST',
        '/namespaces',
        { path: `${tenant.path}/p${i}` },
        { token },
      )
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        make(i, i % 3 === 0 ? viewer.token : tenant.owner.token),
      ),
    )
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => ![201, 403, 503].includes(status))).toEqual([])
    const verified = await verifyTrail(tenant.owner)
    expect(verified).toMatchObject({ valid: true })
    const acknowledged = statuses.filter((status) => status !== 503).length
    expect(verified.head.sequence - before).toBeGreaterThanOrEqual(acknowledged)
    // What was not acknowledged was not made, or is in the chain all the same.
    const made = await searchTrail(tenant.owner, { action: 'namespaces.create', outcome: 'done' })
    const { rows } = await gateway.db.execute({
      sql: `SELECT id FROM namespaces WHERE path LIKE ? ORDER BY id`,
      args: [`${tenant.path}/p%`],
    })
    const targets = made
      .filter(({ namespace }) => !namespace.endsWith('/below'))
      .map(({ target }) => target?.id)
    for (const { id } of rows) expect(targets.filter((each) => each === id)).toHaveLength(1)
    expect(rows.length).toBeGreaterThanOrEqual(statuses.filter((s) => s === 201).length)
  })
})
