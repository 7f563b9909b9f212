import { request } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import { parameters } from '../../src/http/api/operation.ts'
import { adminOperations } from '../../src/http/api/routes.ts'
import { builtIn, makeActor, type TestActor } from '../admin/actors.ts'
import { useHouse } from '../support/attack.ts'
import { unchangeable } from '../support/battery.ts'
import { expectProblem } from '../support/expect.ts'
import { makeEcKey } from '../support/keys.ts'
import type { Made } from '../support/maker.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'

const house = useHouse()

let tenant: Tenant
let other: Tenant
let deployer: TestActor
let viewer: TestActor

beforeAll(async () => {
  tenant = await makeTenant(house(), '/initech')
  other = await makeTenant(house(), '/hooli')
  deployer = await makeActor(house().gateway, '/initech', [builtIn('deployer', '/initech')])
  viewer = await makeActor(house().gateway, '/initech', [builtIn('viewer', '/initech')])
})

/** A path of an operation about nobody. */
const anyPath = (path: string): string =>
  path.replace(/\{([a-z_]+)\}/g, (_, name) => `${parameters[name]?.replace(/\[.*/, '')}0`)

const lists = () =>
  adminOperations.filter(({ method, query }) => method === 'GET' && query && 'limit' in query.shape)

const answered = async (response: Response) => [response.status, await response.text()]

/** Sends a path as it is, which no URL parser does. */
const rawGet = (path: string, token: string): Promise<readonly [number, string]> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(house().gateway.url())
    const headers = { authorization: `Bearer ${token}` }
    const asked = request({ hostname, port, path, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve([answer.statusCode ?? 0, text]))
    })
    asked.on('error', reject)
    asked.end()
  })

describe('who calls', () => {
  it('AC-275 every operation wants to know, those that only read among them', async () => {
    const { gateway } = house()
    const outcomes: unknown[] = []
    for (const { name, method, path } of adminOperations) {
      for (const authorization of [undefined, 'Bearer garbage', 'Bearer ', 'Bearer a.b.c']) {
        const headers = authorization === undefined ? {} : { authorization }
        const answer = await gateway.fetch(anyPath(path), { method, headers })
        const challenge = answer.headers.get('www-authenticate')
        // Only a token that was sent can be wrong (RFC 6750 §3.1).
        const sent = authorization !== undefined && authorization !== 'Bearer '
        const expected = `Bearer realm="gatehouse"${sent ? ', error="invalid_token"' : ''}`
        if (answer.status !== 401 || challenge !== expected) outcomes.push([name, answer.status])
      }
    }
    expect(outcomes).toEqual([])
  })
})

describe('nobody hands out more than they hold', () => {
  it('AC-281 a deployer makes no way into an account that is an owner', async () => {
    const { gateway, make } = house()
    const owner = await make.create<Made>('/service-accounts', {
      namespace: '/initech',
      name: 'an-owner',
      client_credentials: {},
      role_bindings: [builtIn('owner', '/initech/below')],
    })
    const of = `/service-accounts/${owner.id}`
    const secrets = await gateway.admin('GET', `${of}/secrets`)
    const { data } = (await secrets.json()) as { data: Made[] }
    const { jwk } = await makeEcKey('foot-in-the-door')
    const before = await unchangeable(gateway)
    for (const [method, path, body] of [
      ['POST', `${of}/secrets`, {}],
      ['POST', `${of}/secrets:reset`, {}],
      ['POST', `${of}/secrets:reset`, { rotate_client_id: true }],
      ['DELETE', `${of}/secrets/${data[0]?.id}`, undefined],
      ['POST', `${of}/keys`, { jwk }],
      ['POST', `${of}/tokens`, { name: 'in', resource_server_id: 'rs_admin' }],
      ['POST', `${of}/tokens`, { name: 'in', resource_server_id: tenant.objects.server.id }],
      ['PATCH', of, { client_credentials: { enabled: true } }],
      ['PATCH', of, { enabled: false }],
      ['PATCH', of, { resource_server_ids: null }],
    ] as const) {
      const answer = await deployer.call(method, path, body)
      await expectProblem(answer, 403, 'privilege-escalation')
    }
    expect(await unchangeable(gateway)).toEqual(before)
  })

  it('AC-281 nor into one that is an owner through a group', async () => {
    const { make } = house()
    const group = await make.create('/groups', { namespace: '/initech', name: 'owners' })
    await make.create('/role-bindings', {
      role_id: 'role_owner',
      namespace: '/initech',
      principal: { type: 'group', id: group.id },
    })
    const member = await make.create('/service-accounts', {
      namespace: '/initech',
      name: 'owner-by-group',
    })
    const joined = `/groups/${group.id}/members/${member.id}`
    expect((await house().gateway.admin('PUT', joined)).ok).toBe(true)
    const of = `/service-accounts/${member.id}`
    const answers = [
      await deployer.call('POST', `${of}/secrets`, {}),
      await deployer.call('POST', `${of}/keys`, { jwk: tenant.another }),
    ]
    for (const answer of answers) await expectProblem(answer, 403, 'privilege-escalation')
  })

  it('AC-279 nor makes an account that is one from the start, or joins the group', async () => {
    const { gateway, make } = house()
    const group = await make.create('/groups', { namespace: '/initech', name: 'chiefs' })
    await make.create('/role-bindings', {
      role_id: 'role_owner',
      namespace: '/initech',
      principal: { type: 'group', id: group.id },
    })
    const before = await unchangeable(gateway)
    const born = { namespace: '/initech', name: 'born' }
    for (const body of [
      { ...born, role_bindings: [builtIn('owner', '/initech')] },
      { ...born, role_bindings: [builtIn('owner', '/initech/below')] },
      { ...born, groups: [group.id] },
    ]) {
      const answer = await deployer.call('POST', '/service-accounts', body)
      expect([body, answer.status]).toEqual([body, 403])
    }
    const joins = await deployer.call('PUT', `/groups/${group.id}/members/${deployer.id}`)
    await expectProblem(joins, 403)
    const { owner } = tenant
    const itself = await owner.call('PUT', `/groups/${group.id}/members/${owner.id}`)
    await expectProblem(itself, 403, 'self-modification')
    expect(await unchangeable(gateway)).toEqual(before)
  })
})

describe('lists', () => {
  it('AC-289 show the own tenant, whichever is asked for', async () => {
    const words = [
      other.path,
      other.objects.namespace.id,
      other.objects.server.id,
      other.account.id,
    ]
    const query = [
      'tenant=hooli',
      'tenant_id=hooli',
      `namespace=${other.path}`,
      'namespace=/',
      `resource_server_id=${other.objects.server.id}`,
      `service_account_id=${other.account.id}`,
    ]
    const seen: unknown[] = []
    for (const { path } of lists().filter((list) => !list.path.includes('{'))) {
      for (const asked of ['', ...query]) {
        const answer = await tenant.owner.call('GET', `${path.slice(9)}?limit=200&${asked}`)
        const [status, text] = await answered(answer)
        const found = words.filter((word) => String(text).includes(`"${word}"`))
        if (found.length > 0 || Number(status) >= 500) seen.push([path, asked, status, found])
      }
    }
    expect(seen).toEqual([])
  })

  it('AC-289 have limits from 1 to 200', async () => {
    const known: Readonly<Record<string, string>> = {
      service_account_id: tenant.account.id,
      namespace_id: tenant.objects.namespace.id,
      subscription_id: tenant.objects.subscription.id,
      group_id: 'grp_0',
    }
    const outcomes: unknown[] = []
    // An export has more lines than a page, for it is read by machines.
    for (const { path } of lists().filter((list) => !list.path.endsWith(':export'))) {
      const filled = path.slice(9).replace(/\{([a-z_]+)\}/g, (_, name) => String(known[name]))
      for (const limit of ['-1', '1e9', 'NaN', '0', '201', '', '1.5', '0x10', '%201', '1e1']) {
        const answer = await tenant.owner.call('GET', `${filled}?limit=${limit}`)
        if (answer.status !== 422) outcomes.push([path, limit, answer.status])
      }
    }
    expect(lists().length).toBeGreaterThan(5)
    expect(outcomes).toEqual([])
  })

  it('AC-290 go on by their own cursor alone', async () => {
    const paths = lists()
      .map(({ path }) => path.slice(9))
      .filter((path) => !/[{:]/.test(path))
    const root = (path: string, query: string) => house().gateway.admin('GET', path + query)
    const cursors = new Map<string, string>()
    for (const path of paths) {
      const { next_cursor: cursor } = (await (await root(path, '?limit=1')).json()) as {
        next_cursor: string | null
      }
      if (cursor !== null) cursors.set(path, cursor)
    }
    expect(cursors.size).toBeGreaterThan(5)
    const taken: unknown[] = []
    for (const [path, cursor] of cursors) {
      expect((await root(path, `?limit=1&cursor=${cursor}`)).status).toBe(200)
      const last = cursor.at(-1) === 'A' ? 'B' : 'A'
      const wrong = [
        await tenant.owner.call('GET', `${path}?limit=1&cursor=${cursor}`),
        await root(path, `?limit=1&cursor=${cursor.slice(0, -1)}${last}`),
        await root(path, `?limit=1&cursor=${cursor}.x`),
        await root(path, '?limit=1&cursor='),
        ...(await Promise.all(
          [...cursors.keys()]
            .filter((elsewhere) => elsewhere !== path)
            .map((elsewhere) => root(elsewhere, `?limit=1&cursor=${cursor}`)),
        )),
      ]
      for (const answer of wrong) {
        const [status, text] = await answered(answer)
        const refused = status === 400 && String(text).includes('/problems/invalid-cursor')
        if (!refused) taken.push([path, new URL(answer.url).pathname, status])
      }
    }
    expect(taken).toEqual([])
  })
})

describe('names', () => {
  const wrong = [
    ['AC-294', ' root'],
    ['AC-294', 'ROOT'],
    ['AC-294', 'ｒｏｏｔ'],
    ['AC-294', 'root\u200b'],
    ['AC-295', 'Deployer'],
    ['AC-295', '../x'],
    ['AC-295', 'a/b'],
    ['AC-295', 'a%2fb'],
    ['AC-295', 'x'.repeat(200)],
    ['AC-295', ''],
    ['AC-295', '-x'],
  ] as const

  it.each(wrong)('%s %j names no account, role, group, token or namespace', async (_, name) => {
    const namespace = '/initech'
    const server = tenant.objects.server.id
    const { gateway } = house()
    const before = await unchangeable(gateway)
    for (const [path, body] of [
      ['/service-accounts', { namespace, name }],
      ['/roles', { namespace, name, resource_server_id: server, permissions: ['deploy:read'] }],
      ['/groups', { namespace, name }],
      [`/service-accounts/${tenant.account.id}/tokens`, { name, resource_server_id: server }],
    ] as const) {
      const answer = await tenant.owner.call('POST', path, body)
      await expectProblem(answer, 422, 'validation-failed')
    }
    // A slash makes a path below another, which is not there.
    const below = await tenant.owner.call('POST', '/namespaces', { path: `/initech/${name}` })
    await expectProblem(below, 422)
    const moved = { path: `/initech/${name}` }
    const move = `/namespaces/${tenant.objects.below.id}:move`
    await expectProblem(await tenant.owner.call('POST', move, moved), 422)
    expect(await unchangeable(gateway)).toEqual(before)
  })
})

describe('paths', () => {
  it('AC-297 lead nowhere by detours', async () => {
    const { token } = tenant.owner
    const { account: foreign, objects } = other
    const own = `/admin/v1/service-accounts/${tenant.account.id}`
    const tricks = [
      `${own}/../${foreign.id}`,
      `${own}/%2e%2e/${foreign.id}`,
      `${own}/%2e%2e%2f${foreign.id}`,
      `${own}/..%2f${foreign.id}`,
      `${own}/..;/${foreign.id}`,
      `${own};x/../${foreign.id}`,
      `${own}//${foreign.id}`,
      `${own}/..\\${foreign.id}`,
      `${own}\\..\\${foreign.id}`,
      `/admin/v1/namespaces/${tenant.objects.namespace.id}/../${objects.namespace.id}`,
      `/admin/v1/namespaces/${tenant.objects.namespace.id}/../../service-accounts/${foreign.id}`,
      `//admin/v1/service-accounts/${foreign.id}`,
      `/admin//v1/service-accounts/${foreign.id}`,
      `/admin/v1/service-accounts/${foreign.id}/.`,
      `/admin/v1/./service-accounts/${foreign.id}`,
      `/admin/v1/x/..;/service-accounts/${foreign.id}`,
      `/admin/v1/service-accounts;x/${tenant.account.id}`,
      `/admin/v1//service-accounts/${tenant.account.id}`,
      `/admin/v1/service-accounts/${tenant.account.id}/`,
      `/admin/v1/service-accounts/${tenant.account.id}%2fsecrets`,
      `/ADMIN/v1/service-accounts/${tenant.account.id}`,
    ]
    for (const path of tricks) {
      const [status, text] = await rawGet(path, token)
      expect([path, status, text.includes('hooli')]).toEqual([path, 404, false])
    }
  })

  it('AC-306 a POST that claims to be a DELETE is a POST', async () => {
    const { gateway, make } = house()
    const role = await make.create('/roles', {
      namespace: '/initech',
      name: 'poster',
      resource_server_id: 'rs_admin',
      permissions: ['service-accounts:read', 'service-accounts:write'],
    })
    const poster = await makeActor(gateway, '/initech', [
      { role_id: role.id, namespace: '/initech' },
    ])
    const overriding = {
      'x-http-method-override': 'DELETE',
      'x-method-override': 'DELETE',
      'x-http-method': 'DELETE',
    }
    const options = { token: poster.token, headers: overriding }
    const body = { namespace: '/initech', name: 'made-by-post' }
    const claiming = '/service-accounts?_method=DELETE'
    const claimed = await gateway.admin('POST', claiming, body, options)
    await expectProblem(claimed, 422, 'unknown-field')
    const made = await gateway.admin('POST', '/service-accounts', body, options)
    expect(made.status).toBe(201)
    const { id } = (await made.json()) as Made
    const path = `/service-accounts/${id}`
    const item = await gateway.admin('POST', path, { _method: 'DELETE' }, options)
    await expectProblem(item, 404, 'not-found')
    expect((await gateway.admin('GET', path, undefined, options)).status).toBe(200)
  })
})

describe('what ends', () => {
  it('AC-302 the rights of a group, with the membership, at once', async () => {
    const { gateway, make } = house()
    const group = await make.create('/groups', { namespace: '/initech', name: 'admins' })
    await make.create('/role-bindings', {
      role_id: 'role_owner',
      namespace: '/initech',
      principal: { type: 'group', id: group.id },
    })
    const person = await makeActor(gateway, '/initech', [builtIn('viewer', '/initech')])
    const path = `/service-accounts/${tenant.account.id}`
    const writes = () => person.call('PATCH', path, { description: 'changed' })
    await expectProblem(await writes(), 403)
    const membership = `/groups/${group.id}/members/${person.id}`
    expect((await tenant.owner.call('PUT', membership)).ok).toBe(true)
    // The token was made before; its scope has what a viewer may.
    await expectProblem(await writes(), 403, 'insufficient-scope')
    const member = await makeActor(gateway, '/initech', [builtIn('owner', '/initech/below')])
    const joined = `/groups/${group.id}/members/${member.id}`
    expect((await tenant.owner.call('PUT', joined)).ok).toBe(true)
    const may = () => member.call('PATCH', path, { description: 'changed' })
    expect((await may()).status).toBe(200)
    expect((await tenant.owner.call('DELETE', joined)).status).toBe(204)
    await expectProblem(await may(), 404, 'not-found')
    // A person who is gone is nobody, whatever groups there were.
    expect((await tenant.owner.call('PUT', joined)).ok).toBe(true)
    expect((await may()).status).toBe(200)
    const gone = await tenant.owner.call('DELETE', `/service-accounts/${member.id}`)
    expect(gone.status).toBe(204)
    await expectProblem(await may(), 401, 'authentication-required')
  })

  it('AC-305 the sight of a viewer, before the trail', async () => {
    const answer = await viewer.call('GET', '/audit-events')
    await expectProblem(answer, 403, 'permission-denied')
    await expectProblem(await deployer.call('GET', '/audit-events'), 403, 'permission-denied')
    const seen = await tenant.owner.call('GET', '/audit-events?limit=1')
    expect(seen.status).toBe(200)
    const { data } = (await seen.json()) as { data: Made[] }
    const item = await viewer.call('GET', `/audit-events/${data[0]?.id}`)
    expect([403, 404]).toContain(item.status)
  })
})
