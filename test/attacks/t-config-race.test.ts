import { beforeAll, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectB400, expectIssued, expectS400 } from '../support/expect.ts'
import { type Account, API_2 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import type { Made } from '../support/maker.ts'

const house = useHouse()

let subject: Account
let policy: string

beforeAll(async () => {
  subject = await house().account('subject')
  policy = `/service-accounts/${subject.id}/trust-policies/${await firstPolicy(subject)}`
})

async function firstPolicy({ id }: Account): Promise<string> {
  const response = await house().gateway.admin('GET', `/service-accounts/${id}/trust-policies`)
  const { data } = (await response.json()) as { data: Made[] }
  return String(data[0]?.id)
}

/** Changes an object of its present version, and insists. */
async function patch(path: string, changes: Claims): Promise<void> {
  const { gateway } = house()
  const ifMatch = (await gateway.admin('GET', path)).headers.get('etag') ?? undefined
  const response = await gateway.admin('PATCH', path, changes, { ...(ifMatch && { ifMatch }) })
  expect([response.status, await response.text()]).toEqual([200, expect.anything()])
}

/** Changes a row behind the admin API of this isolate, as another isolate's would. */
async function elsewhere(sql: string, args: string[]): Promise<void> {
  const { db } = house().gateway
  const counted = "UPDATE namespaces SET config_version = config_version + 1 WHERE path = '/acme'"
  const [changed] = await db.batch([{ sql, args }, counted])
  expect(changed?.rowsAffected).toBe(1)
}

function present(overrides: Record<string, string> = {}): Promise<Response> {
  const { gateway, BR } = house()
  return gateway.token(BR({ client_id: subject.client_id, ...overrides }))
}

interface Change {
  readonly name: string
  forbid(): Promise<void>
  allow(): Promise<void>
}

const P0 = () => policyP0('').bound_claims as Claims

const changes: Change[] = [
  {
    name: 'a policy is disabled',
    forbid: () => patch(policy, { enabled: false }),
    allow: () => patch(policy, { enabled: true }),
  },
  {
    name: 'a policy is narrowed',
    forbid: () => patch(policy, { bound_claims: { ...P0(), ref: 'refs/heads/release' } }),
    allow: () => patch(policy, { bound_claims: P0() }),
  },
  {
    name: 'a policy expires',
    forbid: () => elsewhere('UPDATE trust_policies SET expires_at = 1 WHERE id = ?', [id(policy)]),
    allow: () => patch(policy, { expires_at: null }),
  },
  {
    name: 'a policy is narrowed elsewhere',
    forbid: () => elsewhere('UPDATE trust_policies SET enabled = 0 WHERE id = ?', [id(policy)]),
    allow: () => elsewhere('UPDATE trust_policies SET enabled = 1 WHERE id = ?', [id(policy)]),
  },
  {
    name: 'the account is disabled',
    forbid: () => patch(`/service-accounts/${subject.id}`, { enabled: false }),
    allow: () => patch(`/service-accounts/${subject.id}`, { enabled: true }),
  },
  {
    name: 'the tenant is suspended',
    forbid: async () => patch(await acme(), { enabled: false }),
    allow: async () => patch(await acme(), { enabled: true }),
  },
  {
    name: 'the issuer is disabled',
    forbid: () => patch(`/issuers/${house().issuers.a.id}`, { enabled: false }),
    allow: () => patch(`/issuers/${house().issuers.a.id}`, { enabled: true }),
  },
  {
    name: 'the issuer’s algorithms change',
    forbid: () => patch(`/issuers/${house().issuers.a.id}`, { algorithms: ['ES256'] }),
    allow: () => patch(`/issuers/${house().issuers.a.id}`, { algorithms: ['RS256', 'ES256'] }),
  },
]

const id = (path: string): string => path.split('/').at(-1) ?? ''

async function acme(): Promise<string> {
  const response = await house().gateway.admin('GET', '/namespaces?path=/acme')
  const { data } = (await response.json()) as { data: Made[] }
  return `/namespaces/${data[0]?.id}`
}

describe('the very next exchange obeys', () => {
  test.each(changes)('$name, and back', async ({ forbid, allow }) => {
    for (let round = 0; round < 2; round++) {
      await expectIssued(await present())
      await forbid()
      await expectS400(await present())
      await expectS400(await present())
      await allow()
      await expectIssued(await present())
    }
  })

  test('the first policy of an account that was just refused, and the last', async () => {
    const { gateway, account } = house()
    const fresh = await account('fresh', { policies: [] })
    const asFresh = { client_id: fresh.client_id }
    await expectS400(await present(asFresh))
    const path = `/service-accounts/${fresh.id}/trust-policies`
    const made = await gateway.admin('POST', path, policyP0(gateway.issuers.a.url))
    expect(made.status).toBe(201)
    await expectIssued(await present(asFresh))
    const one = `${path}/${await firstPolicy(fresh)}`
    const ifMatch = made.headers.get('etag') ?? ''
    expect((await gateway.admin('DELETE', one, undefined, { ifMatch })).status).toBe(204)
    await expectS400(await present(asFresh))
  })

  test('an account that was just unknown, and is gone again', async () => {
    const { gateway, account } = house()
    const born = await account('born')
    const asBorn = { client_id: born.client_id }
    await expectIssued(await present(asBorn))
    expect((await gateway.admin('DELETE', `/service-accounts/${born.id}`)).status).toBe(204)
    await expectS400(await present(asBorn))
  })

  test('a role is bound, narrowed, and taken away', async () => {
    const { gateway, make, resourceServers } = house()
    const toApi2 = () => present({ resource: API_2 })
    await expectB400(await toApi2(), 'invalid_target')
    const role = await make.role('/acme', 'shrinking', resourceServers.api2)
    const binding = await make.create('/role-bindings', {
      role_id: role.id,
      namespace: '/acme',
      principal: { type: 'service_account', id: subject.id },
    })
    expect((await expectIssued(await toApi2())).scope).toBe('deploy:read deploy:write')
    await patch(`/roles/${role.id}`, { permissions: ['deploy:read'] })
    expect((await expectIssued(await toApi2())).scope).toBe('deploy:read')
    const path = `/role-bindings/${binding.id}`
    const gone = await gateway.admin('DELETE', path, undefined, { ifMatch: '"1"' })
    expect(gone.status).toBe(204)
    await expectB400(await toApi2(), 'invalid_target')
  })

  test('limits of a policy', async () => {
    await patch(policy, { max_token_ttl_seconds: 90, scope: ['deploy:read'] })
    expect(await expectIssued(await present())).toMatchObject({
      expires_in: 90,
      scope: 'deploy:read',
    })
    await patch(policy, { max_token_ttl_seconds: null, scope: null })
    expect(await expectIssued(await present())).toMatchObject({
      expires_in: 600,
      scope: 'deploy:read deploy:write',
    })
  })
})

describe('race: exchanges and one change', () => {
  const EXCHANGES = 50

  test.each(changes)('race: $name', async ({ forbid, allow }) => {
    let forbidden = false
    const early: number[] = []
    const late: number[] = []
    const keepAsking = async (): Promise<void> => {
      for (let last = false; !last; ) {
        // What is sent once the change has answered is late, and its answer is the last one.
        last = forbidden
        const response = await present()
        await response.body?.cancel()
        ;(last ? late : early).push(response.status)
      }
    }
    const asking = Array.from({ length: EXCHANGES }, keepAsking)
    await vi.waitFor(() => expect(early).toContain(200), 20_000)
    await forbid().finally(() => {
      forbidden = true
    })
    await Promise.all(asking)
    expect(late).toEqual(Array(EXCHANGES).fill(400))
    await allow()
    await expectIssued(await present())
  })
})
