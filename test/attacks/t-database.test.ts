import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS, policyP0 } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { withinBound } from '../support/cold.ts'
import { expectIssued, expectProblem, expectS400, expectU503 } from '../support/expect.ts'
import type { DatabaseMode, FaultOptions } from '../support/faulty-database.ts'
import { type Account, API_1 } from '../support/fixture.ts'
import { configuration, issuedCount } from '../support/snapshot.ts'

const house = useHouse({ faultyDatabase: true })

type Secret = Account & { readonly client_secret: string }

let secret: Secret
let warm: Account
let unheard: Account

beforeAll(async () => {
  const { account, gateway, make, roles, BR } = house()
  const policies = [policyP0(gateway.issuers.a.url, { replay: 'single_use' })]
  warm = await account('warm', { policies })
  unheard = await account('cold', { policies })
  secret = await make.create<Secret>('/service-accounts', {
    namespace: '/acme',
    name: 'ci-secret',
    client_credentials: {},
    role_bindings: [{ role_id: roles.api1.id, namespace: '/acme' }],
  })
  await expectIssued(await gateway.token(BR({ client_id: warm.client_id })))
})

afterEach(() => house().gateway.database.set('pass'))

const login = () =>
  house().gateway.token(
    { grant_type: 'client_credentials', resource: API_1 },
    { headers: { authorization: basic(secret.client_id, secret.client_secret) } },
  )

/** Expects every way to a token to be out of order, then in order again, with nothing spent. */
async function expectOutage(mode: DatabaseMode, options?: FaultOptions): Promise<void> {
  const { gateway, BT } = house()
  const [issued, faults] = [await issuedCount(gateway), gateway.database.faults()]
  const attempts = [warm, unheard].flatMap(({ client_id }) =>
    DOORS.map((door) => ({ ...door.form(BT()), client_id, resource: API_1 })),
  )
  gateway.database.set(mode, options)
  const answers = attempts.map((form) => withinBound(gateway.token(form)))
  for (const answer of await Promise.all(answers)) await expectU503(answer)
  await expectU503(await withinBound(login()))
  expect(gateway.database.faults()).toBeGreaterThan(faults)
  gateway.database.set('pass')
  await expect.poll(() => issuedCount(gateway), { timeout: 20_000 }).toBe(issued)
  for (const form of attempts) await expectIssued(await gateway.token(form))
  await expectIssued(await login())
}

describe('tokens', () => {
  test('AC-376 takes the connection and never answers', () => expectOutage('hang'))

  test('AC-376 answers each statement after 3 s', () => expectOutage('slow', { delayMs: 3000 }))

  test.each<DatabaseMode>(['html', 'error', 'refuse'])('AC-377 %s', (mode) => expectOutage(mode))

  const result = (rows: string): string =>
    `{"baton":null,"base_url":null,"results":[{"type":"ok","response":{"type":"execute","result":` +
    `{"cols":[],"rows":${rows},"affected_row_count":0,"last_insert_rowid":null}}},` +
    `{"type":"ok","response":{"type":"close"}}]}`

  test.each([
    ['an empty object', '{}'],
    ['null', 'null'],
    ['an array', '[]'],
    ['a number', '7'],
    ['nothing', ''],
    ['no results', '{"baton":null,"base_url":null,"results":[]}'],
    ['an unknown result', '{"baton":null,"base_url":null,"results":[{"type":"maybe"}]}'],
    ['rows that are none', result('"x"')],
    ['rows of another query', result('[[{"type":"text","value":"x"}]]')],
    ['deep nesting', '['.repeat(100_000)],
  ])('AC-377 answers %s', (_, text) => expectOutage('garbage', { text }))

  test('AC-377 the configuration is truncated', async () => {
    const reads = { when: (body: string) => body.includes('WITH RECURSIVE') }
    const { gateway, BR, BT } = house()
    const mismatch = BT({ repository_id: '2002' })
    const requests = [
      BR({ client_id: 'nobody' }),
      BR({ subject_token: mismatch }),
      { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'x' },
    ]
    gateway.database.set('truncate', reads)
    for (const request of requests) await expectU503(await withinBound(gateway.token(request)))
    gateway.database.set('pass')
    await expectS400(await gateway.token(BR({ subject_token: mismatch })))
  })
})

describe('administration', () => {
  const unreached: DatabaseMode[] = ['hang', 'html', 'error', 'refuse', 'garbage']

  test.each(unreached)('AC-384 %s: no mint, no write, nothing changed', async (mode) => {
    const { gateway, BR, deployer } = house()
    const before = await configuration(gateway)
    gateway.database.set(mode)
    const path = `/service-accounts/${deployer.id}`
    const calls = [
      gateway.admin('GET', '/namespaces'),
      gateway.admin('POST', '/namespaces', { path: '/acme/lost', kind: 'project' }),
      gateway.admin('PATCH', path, { description: 'changed' }),
      gateway.admin('DELETE', path),
    ]
    for (const answer of await Promise.all(calls.map(withinBound))) {
      await expectProblem(answer, 503, 'dependency-unavailable')
      expect(answer.headers.get('retry-after')).toMatch(/^[1-9][0-9]*$/)
    }
    await expectU503(await withinBound(gateway.token(BR())))
    gateway.database.set('pass')
    expect(await configuration(gateway)).toEqual(before)
    const made = await gateway.admin('POST', '/namespaces', { path: `/acme/${mode}` })
    expect(made.status).toBe(201)
  })

  test('the read succeeds and the write fails: nothing changed', async () => {
    const { gateway } = house()
    const before = await configuration(gateway)
    gateway.database.set('refuse', { when: (body) => /insert into/i.test(body) })
    const response = await gateway.admin('POST', '/namespaces', { path: '/acme/half' })
    await expectProblem(response, 503, 'dependency-unavailable')
    gateway.database.set('pass')
    expect(await configuration(gateway)).toEqual(before)
  })
})

describe('a decision that cannot be recorded', () => {
  const records = { when: (body: string) => /insert into decisions/i.test(body) }

  test.each<DatabaseMode>(['refuse', 'hang', 'error'])(
    '%s: a refusal with its reason is withheld, one without is not',
    async (mode) => {
      const { gateway, account, BR } = house()
      const sub = 'repo:acme/app:ref:refs/heads/main'
      const bound_claims = { sub, ref: 'refs/heads/other' }
      const policies = [policyP0(gateway.issuers.a.url, { bound_claims })]
      const { client_id } = await account(`earns-${mode}`, { policies })
      const told = await gateway.token(BR({ client_id }))
      expect([told.status, await told.json()]).toMatchObject([400, { reason: 'policy_mismatch' }])
      gateway.database.set(mode, records)
      await expectU503(await withinBound(gateway.token(BR({ client_id }))))
      const silent = BR({ subject_token: house().BT({ repository_id: '2002' }) })
      await expectS400(await withinBound(gateway.token(silent)))
    },
  )
})

describe('documents', () => {
  test.each<DatabaseMode>(['hang', 'refuse', 'html'])(
    'keys and metadata outlive %s',
    async (mode) => {
      const { gateway } = house()
      const paths = ['jwks.json', 'oauth-authorization-server', 'openid-configuration']
      const read = async (path: string) => {
        const response = await withinBound(gateway.fetch(`/.well-known/${path}`))
        return [response.status, await response.text()]
      }
      const before = await Promise.all(paths.map(read))
      expect(before.map(([status]) => status)).toEqual([200, 200, 200])
      gateway.database.set(mode)
      expect(await Promise.all(paths.map(read))).toEqual(before)
    },
  )
})
