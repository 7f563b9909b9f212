import { beforeAll, describe, expect, it } from 'vitest'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { expectProblem } from '../support/expect.ts'
import { applyState, planState, sendState, stateOf } from '../support/state.ts'

const house = useHouse()
let root: string
let owner: TestActor
let tenant: string
let sandboxId: string
let sandbox: TestActor
beforeAll(async () => {
  const { gateway, make } = house()
  tenant = (await make.namespace('/evil')).id
  owner = await makeActor(gateway, '/evil', [builtIn('owner', '/evil')])
  root = (await make.create('/groups', { namespace: '/', name: 'operators' })).id
  sandboxId = (await make.namespace('/acme/sandbox')).id
  sandbox = await makeActor(gateway, '/acme/sandbox', [builtIn('owner', '/acme/sandbox')])
})

/** A group of /acme, with an account in it. */
const groupOf = async (accountId: string) => {
  const { gateway, make } = house()
  const name = `team-${Math.random().toString(36).slice(2)}`
  const { id } = await make.create('/groups', { namespace: '/acme', name })
  expect((await gateway.admin('PUT', `/groups/${id}/members/${accountId}`)).status).toBe(204)
  return { id, name }
}

/** Puts roles into the database, and namespaces to bind them in, and says which. */
const rolesAt = async (namespaceId: string, tag: string, count: number): Promise<string[]> => {
  const ids = Array.from({ length: count }, (_, i) => `role_${tag}${i}`)
  const rows = ids.map(
    (id) =>
      `('${id}', '${namespaceId}', '${id.replace('_', '-')}', 'rs_admin', '["roles:read"]', 0)`,
  )
  await house().gateway.db.execute(
    `INSERT INTO roles (id, namespace_id, name, resource_server_id, permissions, created_at)
      VALUES ${rows.join()}`,
  )
  return ids
}

const bindAll = (
  ids: readonly string[],
  namespaceId: string,
  whom: { group?: string; account?: string },
) =>
  house().gateway.db.execute(
    `INSERT INTO role_bindings (id, role_id, namespace_id, service_account_id, group_id, created_at)
      VALUES ${ids
        .map((id) => {
          const [account, group] = [whom.account, whom.group].map((w) => (w ? `'${w}'` : 'NULL'))
          return `('rb_${id}${whom.group ?? ''}', '${id}', '${namespaceId}', ${account}, ${group}, 0)`
        })
        .join()}`,
  )

describe('groups of /', () => {
  it('a tenant cannot bind its roles to one, nor a document of it', async () => {
    const { gateway } = house()
    const body = { ...builtIn('viewer', '/evil'), principal: { type: 'group', id: root } }
    await expectProblem(await owner.call('POST', '/role-bindings', body), 422, 'invalid-reference')
    const role = { namespace: '/', name: 'viewer', resource_server: 'urn:gatehouse:admin' }
    const principal = { type: 'group', namespace: '/', name: 'operators' }
    const document = {
      format: 1,
      namespace: '/evil',
      role_bindings: [{ role, namespace: '/evil', principal }],
    }
    const sent = { document, dryRun: true, token: owner.token }
    await expectProblem(await sendState(gateway, tenant, sent), 422, 'invalid-reference')
    // The house may, and then the tenant's own document may say so too.
    expect((await gateway.admin('POST', '/role-bindings', body)).status).toBe(201)
    const { counts } = await planState(gateway, tenant, document, { token: owner.token })
    expect(counts).toMatchObject({ create: 0, unchanged: 1 })
  })
})

describe('bindings', () => {
  it('of one place do not fill a group above it, nor an account, 50 at once neither', async () => {
    const { gateway, deployer } = house()
    const group = await groupOf(deployer.id)
    const ids = await rolesAt(sandboxId, 'fill', 60)
    const deep = (await house().make.namespace('/acme/sandbox/deep')).id
    await bindAll(ids.slice(0, 35), deep, { group: group.id })
    const bind = (role_id: string | undefined, namespace: string, who = sandbox) =>
      who.call('POST', '/role-bindings', {
        role_id,
        namespace,
        principal: { type: 'group', id: group.id },
      })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        bind(ids[(i % 10) + 35], i % 2 ? '/acme/sandbox' : '/acme/sandbox/deep'),
      ),
    )
    const made = answers.filter(({ status }) => status === 201).length
    expect(made).toBeLessThanOrEqual(5)
    const { rows } = await gateway.db.execute(
      `SELECT count(*) AS bound FROM role_bindings WHERE group_id = '${group.id}'`,
    )
    expect(rows[0]?.bound).toBe(35 + made)
    // An overloaded machine may have said 503 instead.
    for (const id of ids.slice(45, 50 - made)) {
      expect((await bind(id, '/acme/sandbox')).status).toBe(201)
    }
    await expectProblem(await bind(ids[59], '/acme/sandbox'), 409, 'quota-exceeded')
    const direct = { type: 'service_account', id: deployer.id }
    await bindAll(ids.slice(0, 40), deep, { account: deployer.id })
    const body = { role_id: ids[59], namespace: '/acme/sandbox', principal: direct }
    await expectProblem(await sandbox.call('POST', '/role-bindings', body), 409, 'quota-exceeded')
    // Others have room.
    await house().make.namespace('/acme/beside')
    const elsewhere = {
      ...builtIn('viewer', '/acme/beside'),
      principal: { type: 'group', id: group.id },
    }
    expect((await gateway.admin('POST', '/role-bindings', elsewhere)).status).toBe(201)
    const at = { ...builtIn('viewer', '/acme'), principal: { type: 'group', id: group.id } }
    expect((await gateway.admin('POST', '/role-bindings', at)).status).toBe(201)
  })

  it('of a document are as few', async () => {
    const { gateway, deployer } = house()
    const group = await groupOf(deployer.id)
    const namespaces = Array.from({ length: 41 }, (_, i) => ({ path: `/acme/sandbox/n${i}` }))
    const role = { namespace: '/', name: 'viewer', resource_server: 'urn:gatehouse:admin' }
    const principal = { type: 'group', namespace: '/acme', name: group.name }
    const bindings = namespaces.map(({ path }) => ({ role, namespace: path, principal }))
    const options = { token: sandbox.token }
    const apply = async (role_bindings: readonly object[]) => {
      const document = { format: 1, namespace: '/acme/sandbox', namespaces, role_bindings }
      const { etag: ifMatch } = await planState(gateway, sandboxId, document, options)
      return sendState(gateway, sandboxId, { document, dryRun: false, ifMatch, ...options })
    }
    await expectProblem(await apply(bindings), 409, 'quota-exceeded')
    expect((await apply(bindings.slice(1))).status).toBe(200)
    await expectProblem(await apply(bindings), 409, 'quota-exceeded')
  })

  it('of an account are at most 200, and 500 with those of its groups', async () => {
    const { gateway, make } = house()
    const { id: home } = await make.namespace('/acme/full')
    const account = await make.create('/service-accounts', {
      namespace: '/acme/full',
      name: 'busy',
    })
    const ids = await rolesAt(home, 'most', 201)
    await bindAll(ids.slice(0, 199), home, { account: account.id })
    const bind = (role_id: string | undefined) =>
      gateway.admin('POST', '/role-bindings', {
        role_id,
        namespace: '/acme/full',
        principal: { type: 'service_account', id: account.id },
      })
    expect((await bind(ids[199])).status).toBe(201)
    await expectProblem(await bind(ids[200]), 409, 'quota-exceeded')
    const groups = await Promise.all(
      [1, 2].map((i) => make.create('/groups', { namespace: '/acme/full', name: `g${i}` })),
    )
    for (const { id } of groups) await bindAll(ids.slice(0, 150), home, { group: id })
    for (const { id } of groups) {
      const joined = await gateway.admin('PUT', `/groups/${id}/members/${account.id}`)
      expect(joined.status).toBe(204)
    }
    const body = { role_id: ids[150], namespace: '/acme/full' }
    const to = (id: string | undefined) => ({ ...body, principal: { type: 'group', id } })
    const refused = await gateway.admin('POST', '/role-bindings', to(groups[0]?.id))
    await expectProblem(refused, 409, 'quota-exceeded')
    const one = await make.create('/groups', { namespace: '/acme/full', name: 'one-more' })
    expect((await gateway.admin('POST', '/role-bindings', to(one.id))).status).toBe(201)
    const joins = await gateway.admin('PUT', `/groups/${one.id}/members/${account.id}`)
    await expectProblem(joins, 409, 'quota-exceeded')
    const three = await make.create('/groups', { namespace: '/acme/full', name: 'three' })
    await bindAll(ids.slice(0, 200), home, { group: three.id })
    const born = await gateway.admin('POST', '/service-accounts', {
      namespace: '/acme/full',
      name: 'born',
      groups: [...groups, one, three].map(({ id }) => id),
    })
    await expectProblem(born, 409, 'quota-exceeded')
  })
})

describe('the only writer', () => {
  it('is not held by one document, nor by a tenant of ever more namespaces', async () => {
    const { gateway, make } = house()
    const paths = (count: number, at = '/evil') =>
      Array.from({ length: count }, (_, i) => ({ path: `${at}/p${i}` }))
    const huge = { format: 1, namespace: '/evil', namespaces: paths(5001) }
    const sent = { document: huge, dryRun: true, token: owner.token }
    await expectProblem(await sendState(gateway, tenant, sent), 409, 'quota-exceeded')
    const wide = (await make.namespace('/wide')).id
    await gateway.db.execute(`WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 9998)
      INSERT INTO namespaces (id, path, parent_id, tenant_id, kind, created_at)
      SELECT 'ns_wide' || i, '/wide/w' || i, '${wide}', '${wide}', 'project', 0 FROM c`)
    const add = (path: string) => gateway.admin('POST', '/namespaces', { path, kind: 'project' })
    expect((await add('/wide/last')).status).toBe(201)
    await expectProblem(await add('/wide/more'), 409, 'quota-exceeded')
    expect((await add('/wider')).status).toBe(201)
    const last = await stateOf(gateway, '/wide/last')
    const document = { format: 1, namespace: '/wide/last', namespaces: paths(1, '/wide/last') }
    const { etag: ifMatch } = await planState(gateway, last, document)
    const applied = await sendState(gateway, last, { document, dryRun: false, ifMatch })
    await expectProblem(applied, 409, 'quota-exceeded')
    await applyState(gateway, tenant, { format: 1, namespace: '/evil', namespaces: paths(3) })
  })
})
