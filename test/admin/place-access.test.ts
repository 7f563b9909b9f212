import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { type Access, bindingsOf } from './access.ts'
import { builtIn, makeActor, type TestActor } from './actors.ts'

interface Holder extends Access {
  readonly principal: Readonly<Record<string, unknown>>
}

interface Page {
  readonly data: readonly Holder[]
  readonly next_cursor: string | null
}

let gateway: Gateway
let make: Maker
let server: Made
let other: Made
let roles: Record<'read' | 'write' | 'other', Made>
let namespaces: Record<string, Made>
let accounts: Record<'company' | 'payments' | 'eu' | 'web' | 'person', Made>
let actors: Record<'owner' | 'payments' | 'bindings' | 'globex', TestActor>

const at = (role: Made, namespace: string) => ({ role_id: role.id, namespace })

const account = (name: string, namespace: string, members: Record<string, unknown> = {}) =>
  make.create('/service-accounts', { namespace, name, ...members })

const bind = (account: Made, role: Made, namespace: string) =>
  make.create('/role-bindings', {
    role_id: role.id,
    namespace,
    principal: { type: 'service_account', id: account.id },
  })

const pathOf = (namespace: string, query = '') =>
  `/namespaces/${namespaces[namespace]?.id}:effective-access${query}`

const list = async (namespace: string, query = '', actor?: TestActor): Promise<Page> => {
  const path = pathOf(namespace, query)
  const response = await (actor ? actor.call('GET', path) : gateway.admin('GET', path))
  const body = await response.json()
  expect([response.status, body]).toEqual([200, expect.anything()])
  return body as Page
}

/** Who holds what: id of the account → API → permissions that count. */
const holders = ({ data }: Page) =>
  Object.fromEntries(
    data.map(({ principal, resource_servers }) => [
      String(principal.id ?? principal.type),
      Object.fromEntries(
        resource_servers.map(({ id, namespaces }) => [
          id,
          [...new Set(namespaces.flatMap(({ permissions }) => permissions))].toSorted(),
        ]),
      ),
    ]),
  )

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  namespaces = {}
  for (const path of ['/acme', '/acme-evil', '/globex', '/acme/payments', '/acme/payments/eu']) {
    namespaces[path] = await make.namespace(path)
  }
  namespaces['/acme/web'] = await make.namespace('/acme/web')
  server = await make.resourceServer('/acme', 'https://api.acme.example')
  other = await make.resourceServer('/acme', 'https://other.acme.example')
  roles = {
    read: await make.role('/acme', 'reader', server, { permissions: ['deploy:read'] }),
    write: await make.role('/acme', 'writer', server, { permissions: ['deploy:write'] }),
    other: await make.role('/acme', 'other', other),
  }
  accounts = {
    company: await account('company', '/acme', { role_bindings: [at(roles.read, '/acme')] }),
    payments: await account('payments', '/acme/payments', {
      role_bindings: [at(roles.write, '/acme/payments'), at(roles.other, '/acme/payments')],
      resource_server_ids: [server.id],
    }),
    eu: await account('eu', '/acme/payments/eu', {
      role_bindings: [at(roles.read, '/acme/payments/eu')],
    }),
    web: await account('web', '/acme/web', { role_bindings: [at(roles.read, '/acme/web')] }),
    person: await account('person', '/acme', {
      kind: 'person',
      role_bindings: [at(roles.other, '/acme/payments')],
    }),
  }
  const reader = await make.create('/roles', {
    namespace: '/acme',
    name: 'binding-reader',
    resource_server_id: 'rs_admin',
    permissions: ['namespaces:read', 'role-bindings:read'],
  })
  const place = '/acme/payments'
  actors = {
    owner: await makeActor(gateway, '/acme', [builtIn('owner', '/acme')]),
    payments: await makeActor(gateway, place, [builtIn('viewer', place)]),
    bindings: await makeActor(gateway, place, [at(reader, place)]),
    globex: await makeActor(gateway, '/globex', [builtIn('owner', '/globex')]),
  }
})

afterAll(() => gateway.close())

describe('the effective access at a namespace', () => {
  it('lists who holds something there or from above, and nobody else', async () => {
    const page = await list('/acme/payments', `?resource_server_id=${server.id}`)
    expect(holders(page)).toEqual({
      [accounts.company.id]: { [server.id]: ['deploy:read'] },
      [accounts.payments.id]: { [server.id]: ['deploy:write'] },
    })
    const above = await list('/acme', `?resource_server_id=${server.id}`)
    expect(holders(above)).toEqual({ [accounts.company.id]: { [server.id]: ['deploy:read'] } })
    const evil = await list('/acme-evil', `?resource_server_id=${server.id}`)
    expect(evil.data).toEqual([])
  })

  it('shows what is out of reach as such', async () => {
    const { data } = await list('/acme/payments', `?resource_server_id=${other.id}`)
    const robot = data.find(({ principal }) => principal.id === accounts.payments.id)
    expect(robot?.resource_servers).toEqual([
      expect.objectContaining({ id: other.id, within_ceiling: false }),
    ])
    expect(robot && bindingsOf(robot)).toEqual([expect.objectContaining({ counts: false })])
  })

  it('filters by kind, API and permission', async () => {
    const ids = async (query: string) =>
      (await list('/acme/payments', query)).data.map(({ principal }) => principal.id)
    expect(await ids('?kind=person')).toEqual([accounts.person.id])
    expect(await ids('?permission=deploy:write&kind=workload')).toEqual([accounts.payments.id])
    expect(await ids(`?permission=deploy:read&resource_server_id=${other.id}`)).toEqual([
      accounts.payments.id,
      accounts.person.id,
    ])
    expect(await ids('?permission=no:such')).toEqual([])
    for (const query of ['?kind=robot', '?resource_server_id=!', '?limit=0']) {
      const refused = await gateway.admin('GET', pathOf('/acme/payments', query))
      await expectProblem(refused, 422, 'validation-failed')
    }
  })

  it('comes in pages that miss nobody', async () => {
    const all = (await list('/acme/payments')).data.map(({ principal }) => principal.id)
    expect(all.length).toBeGreaterThan(4)
    const seen: unknown[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: Page = await list('/acme/payments', `?limit=1${more}`)
      expect(page.data).toHaveLength(1)
      seen.push(...page.data.map(({ principal }) => principal.id))
      cursor = page.next_cursor
    }
    expect(seen).toEqual(all)
  })

  it('takes cursors of its own namespace only', async () => {
    const { next_cursor } = await list('/acme/payments', '?limit=1')
    const elsewhere = pathOf('/acme', `?cursor=${next_cursor}`)
    await expectProblem(await gateway.admin('GET', elsewhere), 400, 'invalid-cursor')
  })

  it('says at once what was changed a moment ago', async () => {
    const late = await account('late', '/acme/web')
    const ask = async () =>
      holders(await list('/acme/web', `?resource_server_id=${server.id}`))[late.id]
    expect(await ask()).toBeUndefined()
    const binding = await bind(late, roles.write, '/acme/web')
    expect(await ask()).toEqual({ [server.id]: ['deploy:write'] })
    await gateway.admin('PATCH', `/service-accounts/${late.id}`, { enabled: false })
    expect(await ask()).toEqual({ [server.id]: [] })
    await gateway.admin('DELETE', `/role-bindings/${binding.id}`, undefined, { ifMatch: '"1"' })
    expect(await ask()).toBeUndefined()
  })
})

describe('what a reader learns', () => {
  const of = (page: Page, { id }: Made) => page.data.find(({ principal }) => principal.id === id)

  it('of accounts above: id, name and namespace, and of bindings above no id', async () => {
    const page = await list('/acme/payments', '', actors.payments)
    const company = of(page, accounts.company)
    expect(company?.principal).toEqual({
      type: 'service_account',
      id: accounts.company.id,
      name: 'company',
      namespace: '/acme',
    })
    expect(company && bindingsOf(company)).toEqual([
      expect.objectContaining({ id: null, role_name: 'reader', counts: true }),
    ])
    const own = of(page, accounts.payments)
    expect(own?.principal).toMatchObject({ name: 'payments', kind: 'workload', enabled: true })
    expect(own && bindingsOf(own)[0]?.id).toMatch(/^rb_/)
  })

  it('without the right to read accounts: their ids', async () => {
    const page = await list('/acme/payments', '', actors.bindings)
    for (const { id } of [accounts.company, accounts.payments]) {
      const holder = page.data.find(({ principal }) => principal.id === id)
      expect(holder?.principal).toEqual({ type: 'service_account', id })
    }
  })

  it('of root accounts: that the platform holds something', async () => {
    const root = await account('robot', '/', { role_bindings: [at(roles.write, '/acme/web')] })
    const admin = await account('admin', '/', {
      role_bindings: [builtIn('viewer', '/acme/web')],
      resource_server_ids: ['rs_admin'],
    })
    await account('admin-2', '/', {
      role_bindings: [builtIn('viewer', '/acme/web')],
      resource_server_ids: ['rs_admin'],
    })
    const text = JSON.stringify(await list('/acme/web', '', actors.owner))
    for (const { id } of [root, admin]) expect(text).not.toContain(id)
    const page = JSON.parse(text) as Page
    const platform = page.data.filter(({ principal }) => principal.type === 'platform')
    // Whoever bootstrapped owns `/`, under the same ceiling as the two viewers.
    expect(platform.map(({ principal }) => principal)).toEqual([{ type: 'platform' }])
    const names = platform.flatMap(bindingsOf).map(({ role_name, id }) => [role_name, id])
    expect(names).toEqual([
      ['owner', null],
      ['viewer', expect.stringMatching(/^rb_/)],
    ])
    const whole = await list('/acme/web')
    const told = whole.data.map(({ principal }) => [principal.id, principal.name])
    expect(told).toContainEqual([admin.id, 'admin'])
    expect(whole.data.filter(({ principal }) => principal.type === 'platform')).toEqual([])
  })

  it('of root accounts nothing by way of a cursor', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const more: string = cursor === '' ? '' : `&cursor=${cursor}`
      const page: Page = await list('/acme/web', `?limit=1${more}`, actors.owner)
      seen.push(JSON.stringify(page))
      cursor = page.next_cursor
    }
    const { rows } = await gateway.db.execute(
      "SELECT id FROM service_accounts WHERE namespace_id = 'ns_root'",
    )
    expect(rows.length).toBeGreaterThan(3)
    for (const { id } of rows) expect(seen.join()).not.toContain(String(id))
  })

  it('of a foreign namespace what a random id tells', async () => {
    const ask = (id: string) => actors.globex.call('GET', `/namespaces/${id}:effective-access`)
    const known = await expectProblem(await ask(String(namespaces['/acme']?.id)), 404, 'not-found')
    expect(await expectProblem(await ask('ns_0123456789'), 404)).toEqual(known)
    const above = await actors.payments.call('GET', pathOf('/acme'))
    expect(await expectProblem(above, 404)).toEqual(known)
  })

  it('nothing without the right to read bindings', async () => {
    const role = await make.create('/roles', {
      namespace: '/acme',
      name: 'namespace-reader',
      resource_server_id: 'rs_admin',
      permissions: ['namespaces:read'],
    })
    const blind = await makeActor(gateway, '/acme', [at(role, '/acme')])
    await expectProblem(await blind.call('GET', pathOf('/acme')), 403, 'permission-denied')
    const narrow = await makeActor(
      gateway,
      '/acme',
      [builtIn('owner', '/acme')],
      'namespaces:read issuers:read',
    )
    await expectProblem(await narrow.call('GET', pathOf('/acme')), 403, 'insufficient-scope')
  })
})

describe('the list of accounts', () => {
  const names = async (query: string, actor: TestActor) => {
    const response = await actor.call('GET', `/service-accounts?limit=200${query}`)
    expect(response.status).toBe(200)
    return ((await response.json()) as { data: { name: string }[] }).data.map(({ name }) => name)
  }

  it('by kind and enabled tells nothing of those above, of which only names are told', async () => {
    expect(await names('', actors.payments)).toEqual(expect.arrayContaining(['company', 'person']))
    for (const query of ['&kind=person', '&enabled=true', '&enabled=false']) {
      const found = await names(query, actors.payments)
      for (const above of ['company', 'person']) expect(found).not.toContain(above)
    }
    expect(await names('&enabled=true', actors.payments)).toEqual(
      expect.arrayContaining(['payments', 'eu']),
    )
    expect(await names('&kind=person', actors.owner)).toEqual(['person'])
  })
})
