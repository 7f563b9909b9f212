import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { judgeOffline } from '../../src/policy-file/judge.ts'
import { toEntry } from '../../src/policy-file/policy.ts'
import { type FileAccount, readPolicyFile } from '../../src/policy-file/read.ts'
import { createFixture, type Fixture } from '../support/fixture.ts'
import { startGateway } from '../support/gateway.ts'
import { settings } from '../support/settings.ts'

let fixture: Fixture
let accountId: string

beforeAll(async () => {
  fixture = await createFixture(await startGateway(), { preset: 'github-actions' })
  accountId = (await fixture.account('tried')).id
})
afterAll(() => fixture.gateway.close())

const ids = { repository_id: '1001', repository_owner_id: '501' }

/** Matchers of every kind, beside the ids. */
const bound: readonly JsonObject[] = [
  { ref: 'refs/heads/main' },
  { ref: { glob: 'refs/tags/v*' }, event_name: { not: 'pull_request' } },
  {
    ref: { any_of: ['refs/heads/main', { glob: 'refs/heads/release/**' }] },
    environment: { present: true },
  },
  { environment: 'production', labels: { contains: 'trusted' } },
  { environment: { not: { any_of: ['dev', 'test'] } }, ref: 'refs/heads/main', '/custom/level': 3 },
  { sub: { glob: 'repo:acme/app:ref:refs/heads/*' }, event_name: 'push' },
]

const accountWith = (boundClaims: JsonObject): FileAccount => {
  const read = readPolicyFile(
    JSON.stringify({
      kind: 'TrustPolicies/v1',
      service_account: '/acme/bot',
      policies: [
        {
          name: 'tried',
          issuer: fixture.gateway.issuers.a.url,
          preset: 'github-actions',
          audience: settings.issuerUrl,
          bound_claims: { ...ids, ...boundClaims },
        },
      ],
    }),
  )
  const [account] = read.ok ? read.value : []
  if (account === undefined) throw new Error(JSON.stringify(read))
  return account
}

interface Decision {
  readonly reason: string | null
  readonly claims: JsonObject
  readonly policies: readonly { readonly satisfied: boolean; readonly clauses: readonly object[] }[]
}

const ask = async (account: FileAccount, claims: JsonObject): Promise<Decision> => {
  const [policy] = account.policies
  if (policy === undefined) throw new Error('no policy')
  const body = { service_account_id: accountId, policy: toEntry(policy), claims }
  const answer = await fixture.gateway.admin('POST', '/policy-evaluations', body)
  const text = await answer.text()
  expect([answer.status, text]).toEqual([200, expect.anything()])
  return JSON.parse(text) as Decision
}

// What comes after a policy was satisfied no file knows: which APIs the account has.
const beyond = ['invalid_target', 'invalid_scope', 'unauthorized_client']

const compare = async (account: FileAccount, claims: JsonObject): Promise<string> => {
  const decision = await ask(account, claims)
  const offline = judgeOffline(account, decision.claims, Math.floor(Date.now() / 1000))
  const online = beyond.includes(decision.reason ?? '') ? null : decision.reason
  const told = offline.policies.map(({ satisfied, clauses }) => ({ satisfied, clauses }))
  const traces = decision.policies.map(({ satisfied, clauses }) => ({ satisfied, clauses }))
  const withoutTimes = (list: typeof told | typeof traces) =>
    list.map(({ satisfied, clauses }) => ({
      satisfied,
      clauses: clauses.map((clause) => {
        const { claim, verdict, actual } = clause as {
          claim: string
          verdict: string
          actual: unknown
        }
        return [claim, verdict, actual]
      }),
    }))
  expect([offline.reason, withoutTimes(told)]).toEqual([online, withoutTimes(traces)])
  return online ?? 'accepted'
}

const good = {
  ...ids,
  sub: 'repo:acme/app:ref:refs/heads/main',
  ref: 'refs/heads/main',
  event_name: 'push',
  environment: 'production',
  labels: ['trusted'],
  custom: { level: 3 },
}

const variants: readonly JsonObject[] = [
  {},
  { ref: 'refs/tags/v1' },
  { ref: 'refs/tags/v1/x' },
  { ref: 'refs/heads/release/1/2' },
  { ref: 'refs/heads/Main' },
  { repository_id: '666' },
  { repository_id: 1001 },
  { event_name: 'pull_request_target' },
  { event_name: null },
  { environment: 'dev' },
  { environment: null },
  { labels: 'trusted' },
  { custom: { level: '3' } },
  { aud: 'https://other.test' },
  { aud: [settings.issuerUrl] },
  { iss: 'https://unknown.test' },
  { exp: 1000 },
  { exp: 'soon' },
  { iat: 4_000_000_000, exp: 4_000_000_300 },
  { nbf: 4_000_000_000, exp: 4_000_000_300 },
  { sub: '' },
  { ref: 'refs/heads/\u0000main' },
]

describe('an offline verdict', () => {
  it('is what the gateway says, for every policy and every claim', async () => {
    const outcomes = new Set<string>()
    for (const claims of bound) {
      const account = accountWith(claims)
      for (const variant of variants) outcomes.add(await compare(account, { ...good, ...variant }))
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(['accepted', 'no_policy_matched']))
    expect(outcomes.size).toBeGreaterThan(4)
  })

  it('is what the gateway says of claims that nobody thought of', async () => {
    const value = fc.oneof(
      fc.constantFrom('refs/heads/main', 'refs/tags/v2', 'push', 'production', '1001', '501'),
      fc.jsonValue({ maxDepth: 1 }),
    )
    const names = [
      'ref',
      'event_name',
      'environment',
      'repository_id',
      'labels',
      'custom',
      'sub',
      'aud',
    ]
    const claims = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bound), claims, async (matchers, changed) => {
        await compare(accountWith(matchers), { ...good, ...(changed as JsonObject) })
      }),
      { numRuns: 60 },
    )
  })
})
