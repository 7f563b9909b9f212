import { afterEach, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import type { SecretAccount } from '../support/callers.ts'
import { basic } from '../support/clients.ts'
import { withinBound } from '../support/cold.ts'
import {
  fetchFeed,
  INACTIVE,
  introspection,
  makeIntrospector,
  postForm,
} from '../support/endings.ts'
import { expectIssued, expectProblem, expectU503 } from '../support/expect.ts'
import type { DatabaseMode } from '../support/faulty-database.ts'
import { configuration } from '../support/snapshot.ts'
import { makeTenant, type Tenant } from '../support/tenant.ts'
import { type WayIn, waysIn } from '../support/ways-in.ts'

const house = useHouse({ faultyDatabase: true })

let count = 0
let tenant: Tenant
let exchange: WayIn
let ways: readonly WayIn[]
let api: SecretAccount
/** A living token of the tenant's account. */
let token: string

beforeAll(async () => {
  await house().make.namespace('/apis')
})

beforeEach(async () => {
  const { gateway } = house()
  count += 1
  tenant = await makeTenant(house(), `/tenant-${count}`)
  ways = waysIn(gateway.issuers.a, tenant)
  ;[exchange] = ways as [WayIn]
  api = await makeIntrospector(house(), `api-${count}`, tenant.path)
  token = (await expectIssued(await exchange.go(gateway))).access_token
})

afterEach(() => house().gateway.database.set('pass'))

const DELETION = /"sql":"delete from/gi

/** Has the database fail at the n-th deletion of a change; says how many there were. */
function failAt(n: number): () => number {
  let deletions = 0
  house().gateway.database.set('alter', {
    when: (body) => body.match(DELETION) !== null,
    alter: (body) => {
      deletions = 0
      return body.replace(DELETION, (found) =>
        deletions++ === n ? '"sql":"DELETE FROM nowhere -- ' : found,
      )
    },
  })
  return () => deletions
}

const objects: readonly (readonly [string, () => string])[] = [
  ['an account', () => `/service-accounts/${tenant.account.id}`],
  ['a namespace', () => `/namespaces/${tenant.objects.namespace.id}`],
]

/** What is left in any table of the tenant, and rows that refer to what is not there. */
async function leftovers(): Promise<readonly unknown[]> {
  const { db } = house().gateway
  const { rows } = await db.execute('PRAGMA foreign_key_check')
  const { account } = tenant
  const ofAccount = [
    'role_bindings',
    'trust_policies',
    'client_secrets',
    'account_keys',
    'named_tokens',
  ]
  const counts = await db.batch(
    ofAccount.map((table) => ({
      sql: `SELECT '${table}' FROM ${table} WHERE service_account_id = ?`,
      args: [account.id],
    })),
  )
  return [...rows, ...counts.flatMap((result) => result.rows)]
}

const remove = (path: string) => house().gateway.admin('DELETE', path)

const nobodyGetsIn = async (): Promise<void> => {
  for (const way of ways) await way.refused(await way.go(house().gateway))
}

describe('AC-335 a deletion that is interrupted', () => {
  it.each(objects)('AC-335 %s is deleted whole or not at all, and again', async (_, path) => {
    const { gateway } = house()
    const before = await configuration(gateway)
    let deletions = 1
    for (let n = 0; n < deletions; n++) {
      const seen = failAt(n)
      await expectProblem(await withinBound(remove(path())), 503, 'dependency-unavailable')
      deletions = seen()
      gateway.database.set('pass')
      expect(await configuration(gateway)).toEqual(before)
      await expectIssued(await exchange.go(gateway))
    }
    expect(deletions).toBeGreaterThan(0)
    expect((await remove(path())).status).toBe(204)
    await nobodyGetsIn()
    expect((await remove(path())).status).toBe(404)
    expect(await leftovers()).toEqual([])
  })

  it.each(objects)('AC-335 %s whose deletion was not heard of is gone', async (_, path) => {
    const { gateway } = house()
    const when = (body: string) => body.match(DELETION) !== null
    gateway.database.set('lose-reply', { when, times: 1 })
    await expectProblem(await withinBound(remove(path())), 503, 'dependency-unavailable')
    gateway.database.set('pass')
    await nobodyGetsIn()
    expect((await remove(path())).status).toBe(404)
    expect(await leftovers()).toEqual([])
  })

  it.each(objects)('AC-335 %s takes its living tokens along', async (_, path) => {
    const { gateway } = house()
    const { account, objects } = tenant
    const feed = async () => {
      const audience = String(objects.server.identifier)
      const [, claims = ''] = (await (await fetchFeed(gateway, audience)).text()).split('.')
      return JSON.parse(Buffer.from(claims, 'base64url').toString()) as { accounts: object }
    }
    expect((await feed()).accounts).toEqual({})
    expect((await remove(path())).status).toBe(204)
    expect((await feed()).accounts).toHaveProperty(account.id)
  })

  it('AC-335 who comes after with the same name inherits nothing', async () => {
    const { gateway, make } = house()
    const { account, path } = tenant
    expect((await remove(`/service-accounts/${account.id}`)).status).toBe(204)
    const { id, client_id } = await make.create('/service-accounts', {
      namespace: path,
      name: account.name,
      role_bindings: [{ role_id: tenant.objects.role.id, namespace: path }],
    })
    expect([id, client_id]).not.toContain(account.id)
    expect(client_id).not.toBe(account.client_id)
    await nobodyGetsIn()
    const heir = { ...tenant, account: { ...account, id, client_id: String(client_id) } }
    for (const way of waysIn(gateway.issuers.a, heir)) await way.refused(await way.go(gateway))
    expect(await introspection(gateway, api, token)).toEqual(INACTIVE)
  })
})

describe('AC-339 without the database', () => {
  const unreachable: DatabaseMode[] = ['refuse', 'hang', 'error', 'html', 'garbage']

  it.each(unreachable)(
    'AC-339 %s: nothing is disabled or revoked, and nobody is told so',
    async (mode) => {
      const { gateway } = house()
      const { account, path, objects } = tenant
      const { client_id, client_secret } = account
      const before = await configuration(gateway)
      const root = await gateway.rootToken()
      gateway.database.set(mode)
      const changes = [
        gateway.admin(
          'PATCH',
          `/service-accounts/${account.id}`,
          { enabled: false },
          { token: root },
        ),
        gateway.admin(
          'PATCH',
          `/issuers/${objects.issuer.id}`,
          { enabled: false },
          { token: root },
        ),
        gateway.admin(
          'PATCH',
          `/namespaces/${objects.namespace.id}`,
          { enabled: false },
          { token: root },
        ),
        gateway.admin('POST', '/revocations', {
          namespace: path,
          by: 'account',
          value: account.id,
        }),
      ]
      for (const answer of await Promise.all(changes.map(withinBound))) {
        await expectProblem(answer, 503, 'dependency-unavailable')
      }
      const asked = [
        postForm(gateway, 'revoke', { token, client_id }),
        postForm(gateway, 'revoke', { token, client_id, client_secret }),
        postForm(gateway, 'revoke', { token: tenant.token.token, client_id }),
        postForm(
          gateway,
          'introspect',
          { token },
          { authorization: basic(api.client_id, api.client_secret) },
        ),
        fetchFeed(gateway, String(objects.server.identifier)),
      ]
      for (const answer of await Promise.all(asked.map(withinBound))) await expectU503(answer)
      gateway.database.set('pass')
      expect(await configuration(gateway)).toEqual(before)
      expect(await introspection(gateway, api, token)).toMatchObject({ active: true })
      for (const way of ways) await expectIssued(await way.go(gateway))
    },
  )

  test('what fails after the client was let in is an outage as well, and no answer', async () => {
    const { gateway } = house()
    const { client_id } = tenant.account
    const authorization = basic(api.client_id, api.client_secret)
    const standing = (body: string) => body.includes('account_lives')
    const mark = (body: string) => body.includes('INSERT INTO revocations')
    gateway.database.set('error', { when: standing })
    await expectU503(await postForm(gateway, 'introspect', { token }, { authorization }))
    await expectU503(await postForm(gateway, 'revoke', { token, client_id }))
    gateway.database.set('error', { when: mark })
    await expectU503(await postForm(gateway, 'revoke', { token, client_id }))
    gateway.database.set('pass')
    expect(await introspection(gateway, api, token)).toMatchObject({ active: true })
    gateway.database.set('lose-reply', { when: mark, times: 1 })
    await expectU503(await postForm(gateway, 'revoke', { token, client_id }))
    expect(await introspection(gateway, api, token)).toEqual(INACTIVE)
    expect((await postForm(gateway, 'revoke', { token, client_id })).status).toBe(200)
  })
})

describe('AC-338 a replica that lags behind', () => {
  it('AC-338 shows an account that is disabled by now: nothing is minted from that', async () => {
    const { gateway } = house()
    const { id, client_id } = tenant.account
    await gateway.restart()
    let read = ''
    const ofAccount = (body: string) => body.includes('WITH RECURSIVE') && body.includes(client_id)
    gateway.database.set('alter', {
      when: ofAccount,
      alter: (body) => {
        read = body
        return body
      },
    })
    await expectIssued(await exchange.go(gateway))
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: read }
    const stale = await (await fetch(`${gateway.hrana.url}/v2/pipeline`, init)).text()
    expect(stale).toContain(id)
    gateway.database.set('pass')
    const disabled = await gateway.admin('PATCH', `/service-accounts/${id}`, { enabled: false })
    expect(disabled.status).toBe(200)
    gateway.database.set('garbage', { when: (body) => body === read, text: stale })
    const faults = gateway.database.faults()
    for (const way of ways) {
      const response = await withinBound(way.go(gateway))
      expect([400, 401, 503], way.name).toContain(response.status)
      expect(await response.text()).not.toContain('access_token')
    }
    expect(gateway.database.faults()).toBeGreaterThan(faults)
    gateway.database.set('pass')
    await nobodyGetsIn()
  })
})
