import { describe, expect, it } from 'vitest'
import { evaluate, evaluatePolicy } from '../../src/core/evaluate.ts'
import type { Json, JsonObject } from '../../src/core/json.ts'
import type { Gate, Preset } from '../../src/core/preset.ts'
import type { Clause, Verdict } from '../../src/core/trace.ts'
import type { PolicyForEvaluation } from '../../src/core/trust-policy.ts'

const policy: PolicyForEvaluation = {
  id: 'tp_1',
  version: 3,
  name: 'deploy from main',
  issuer: 'https://issuer-a.test',
  audience: 'https://gw.test',
  boundClaims: {
    repository_id: '1001',
    repository_owner_id: '501',
    ref: { any_of: ['refs/heads/main', { glob: 'refs/tags/v*' }] },
    environment: { not: 'sandbox' },
  },
}
const claims: JsonObject = {
  iss: 'https://issuer-a.test',
  aud: 'https://gw.test',
  sub: 'repo:acme/app:ref:refs/heads/main',
  repository_id: '1001',
  repository_owner_id: '501',
  ref: 'refs/heads/main',
  environment: 'production',
  event_name: 'push',
}
const deny: Gate = {
  kind: 'deny',
  claim: 'event_name',
  values: ['pull_request_target', 'workflow_run'],
}
const require_: Gate = { kind: 'require', claim: 'job_id' }
const same: Gate = { kind: 'same', claim: 'project_id', other: 'job_project_id' }
const presetWith = (...gates: Gate[]): Preset => ({
  id: 'fixture',
  name: 'Fixture',
  family: 'fixture',
  issuer: null,
  hosts: [],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: true,
  replay: 'single_use',
  maxTokenAgeSeconds: 86_400,
  requiredIdentity: [],
  contextClaims: [],
  gates,
  claims: [],
  provenance: {},
})
const time: Clause = { claim: 'exp', expected: {}, actual: 1, verdict: 'match' }

/** The claims with some changed; undefined removes one. */
const but = (changes: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(
    Object.entries({ ...claims, ...changes }).filter(([, value]) => value !== undefined),
  ) as JsonObject
const traceOf = (changes: Record<string, Json | undefined>, gates: Gate[] = []) =>
  evaluatePolicy(policy, { claims: but(changes), times: [time] }, presetWith(...gates))
const verdictOf = (name: string, changes: Record<string, Json | undefined>, gates?: Gate[]) =>
  traceOf(changes, gates).clauses.find(({ claim }) => claim === name)?.verdict
const withBound = (boundClaims: unknown): PolicyForEvaluation => ({ ...policy, boundClaims })

describe('a satisfied policy', () => {
  it('shows every clause in a fixed order', () => {
    expect(traceOf({}, [deny])).toEqual({
      id: 'tp_1',
      version: 3,
      name: 'deploy from main',
      satisfied: true,
      clauses: [
        { claim: 'iss', expected: policy.issuer, actual: policy.issuer, verdict: 'match' },
        { claim: 'aud', expected: policy.audience, actual: policy.audience, verdict: 'match' },
        time,
        {
          claim: 'gate:event_name',
          expected: { not: { any_of: ['pull_request_target', 'workflow_run'] } },
          actual: 'push',
          verdict: 'match',
        },
        {
          claim: 'environment',
          expected: { not: 'sandbox' },
          actual: 'production',
          verdict: 'match',
        },
        {
          claim: 'ref',
          expected: { any_of: ['refs/heads/main', { glob: 'refs/tags/v*' }] },
          actual: 'refs/heads/main',
          verdict: 'match',
        },
        { claim: 'repository_id', expected: '1001', actual: '1001', verdict: 'match' },
        { claim: 'repository_owner_id', expected: '501', actual: '501', verdict: 'match' },
      ],
    })
  })

  it('needs no preset', () => {
    expect(evaluatePolicy(policy, { claims, times: [] }, null).satisfied).toBe(true)
  })
})

describe('each clause alone ends satisfaction', () => {
  const rows: [string, Record<string, Json | undefined>, string, Verdict][] = [
    ['AC-085 another issuer', { iss: 'https://issuer-a.test/' }, 'iss', 'mismatch'],
    ['no issuer', { iss: undefined }, 'iss', 'missing'],
    ['AC-056 a list of issuers', { iss: ['https://issuer-a.test'] }, 'iss', 'wrong_type'],
    ['AC-076 no audience', { aud: undefined }, 'aud', 'missing'],
    ['AC-076 empty audience', { aud: '' }, 'aud', 'mismatch'],
    ['AC-076 empty list', { aud: [] }, 'aud', 'mismatch'],
    ['AC-077 another party', { aud: 'https://other.test' }, 'aud', 'mismatch'],
    ['AC-079 two', { aud: ['https://evil.test', 'https://gw.test'] }, 'aud', 'mismatch'],
    ['AC-080 the same twice', { aud: ['https://gw.test', 'https://gw.test'] }, 'aud', 'mismatch'],
    ['AC-081 nested', { aud: [['https://gw.test']] }, 'aud', 'wrong_type'],
    ['AC-081 mixed', { aud: ['https://gw.test', 1] }, 'aud', 'mismatch'],
    ['AC-081 an object', { aud: { '0': 'https://gw.test' } }, 'aud', 'wrong_type'],
    ['AC-082 a slash', { aud: 'https://gw.test/' }, 'aud', 'mismatch'],
    ['AC-082 another case', { aud: 'HTTPS://GW.TEST' }, 'aud', 'mismatch'],
    ['AC-082 a longer host', { aud: 'https://gw.test.evil' }, 'aud', 'mismatch'],
    ['AC-095 another id', { repository_id: '1002' }, 'repository_id', 'mismatch'],
    ['AC-095 no id', { repository_id: undefined }, 'repository_id', 'missing'],
    ['AC-095 null', { repository_id: null }, 'repository_id', 'missing'],
    ['AC-095 empty', { repository_id: '' }, 'repository_id', 'mismatch'],
    ['AC-096 a number', { repository_id: 1001 }, 'repository_id', 'wrong_type'],
    ['AC-101 an array', { ref: ['refs/heads/main'] }, 'ref', 'wrong_type'],
    ['an excluded value', { environment: 'sandbox' }, 'environment', 'mismatch'],
    ['nothing to exclude', { environment: undefined }, 'environment', 'missing'],
    ['R7 excluded value in disguise', { environment: 'sandbox\0' }, 'environment', 'mismatch'],
    ['R7 a value too long', { environment: 'x'.repeat(1025) }, 'environment', 'mismatch'],
    ['R7 a lone surrogate in a glob', { ref: 'refs/tags/v\ud800' }, 'ref', 'mismatch'],
  ]
  it.each(rows)('%s', (_, changes, claim, verdict) => {
    const trace = traceOf(changes)
    const failed = trace.clauses.filter((clause) => clause.verdict !== 'match')
    expect(trace.satisfied).toBe(false)
    expect(failed.map((clause) => [clause.claim, clause.verdict])).toEqual([[claim, verdict]])
    expect(failed[0]?.actual).toEqual(changes[claim] ?? null)
  })

  it('a time that was judged before', () => {
    const late: Clause = { ...time, verdict: 'mismatch' }
    expect(evaluatePolicy(policy, { claims, times: [late] }, null).satisfied).toBe(false)
  })

  it('AC-078 a list of one audience is that audience', () => {
    expect(traceOf({ aud: ['https://gw.test'] }).satisfied).toBe(true)
  })
})

describe('gates', () => {
  const rows: [string, Gate, Record<string, Json | undefined>, Verdict][] = [
    ['deny: another value', deny, {}, 'match'],
    ['deny: a denied value', deny, { event_name: 'workflow_run' }, 'mismatch'],
    ['deny: absent', deny, { event_name: undefined }, 'match'],
    ['deny: null', deny, { event_name: null }, 'match'],
    ['deny: a list of it', deny, { event_name: ['workflow_run'] }, 'wrong_type'],
    ['require: there', require_, { job_id: '7' }, 'match'],
    ['require: absent', require_, {}, 'missing'],
    ['require: null', require_, { job_id: null }, 'missing'],
    ['same: equal', same, { project_id: '1', job_project_id: '1' }, 'match'],
    ['same: not equal', same, { project_id: '1', job_project_id: '2' }, 'mismatch'],
    ['same: first absent', same, { job_project_id: '2' }, 'match'],
    ['same: other absent', same, { project_id: '1' }, 'match'],
    ['same: other null', same, { project_id: '1', job_project_id: null }, 'match'],
    ['same: other type', same, { project_id: '1', job_project_id: 1 }, 'wrong_type'],
    [
      'same: a matcher as value',
      same,
      { project_id: '1', job_project_id: { glob: '*' } },
      'wrong_type',
    ],
    ['same: two equal lists', same, { project_id: ['1'], job_project_id: ['1'] }, 'wrong_type'],
  ]
  it.each(rows)('%s', (_, gate, changes, verdict) => {
    expect(verdictOf(`gate:${gate.claim}`, changes, [gate])).toBe(verdict)
    expect(traceOf(changes, [gate]).satisfied).toBe(verdict === 'match')
  })

  it('show what they ask for', () => {
    const trace = traceOf({ project_id: '1', job_project_id: '2' }, [deny, require_, same])
    const gates = trace.clauses.filter(({ claim }) => claim.startsWith('gate:'))
    expect(gates.map(({ claim, expected, actual }) => [claim, expected, actual])).toEqual([
      ['gate:event_name', { not: { any_of: deny.kind === 'deny' && deny.values } }, 'push'],
      ['gate:job_id', { present: true }, null],
      ['gate:project_id', { same_as: 'job_project_id' }, '1'],
    ])
  })
})

describe('a policy that cannot be read', () => {
  const rows: [string, unknown][] = [
    ['AC-121 an unknown operator', { repository_id: '1001', ref: { regex: '.*' } }],
    ['AC-121 only an unknown operator', { ref: { regex: '.*' } }],
    ['an unknown operator on an absent claim', { nowhere: { regex: '.*' } }],
    ['an unknown operator beside one that holds', { ref: { any_of: ['refs/heads/main', {}] } }],
    ['no conditions', {}],
    ['null', null],
    ['undefined', undefined],
    ['an array', [{ repository_id: '1001' }]],
    ['a text', '{"repository_id":"1001"}'],
    ['a number', 7],
    ['a condition that is null', { repository_id: null }],
    ['a map', new Map([['repository_id', '1001']])],
  ]
  it.each(rows)('%s', (_, boundClaims) => {
    const trace = evaluatePolicy(withBound(boundClaims), { claims, times: [] }, null)
    expect(trace.satisfied).toBe(false)
    expect(trace.clauses.map(({ verdict }) => verdict)).toContain('unreadable')
  })

  it('AC-121 leaves the others alone', () => {
    const healthy = { ...policy, id: 'tp_2' }
    const broken = withBound({ ref: { regex: '.*' } })
    const traces = evaluate([broken, healthy], { claims, times: [] }, null)
    expect(traces.map(({ id, satisfied }) => [id, satisfied])).toEqual([
      ['tp_1', false],
      ['tp_2', true],
    ])
  })

  it('is not saved by an issuer or audience that is a matcher', () => {
    const damaged = { ...policy, issuer: { present: true } } as unknown as PolicyForEvaluation
    expect(evaluatePolicy(damaged, { claims, times: [] }, null).satisfied).toBe(false)
  })
})

describe('several policies', () => {
  it('AC-120 are all judged, in their order', () => {
    const others = ['1', '2'].map((id) => ({
      ...withBound({ repository_id: id }),
      id: `tp_no${id}`,
    }))
    const traces = evaluate([...others, policy], { claims, times: [] }, null)
    expect(traces.map(({ satisfied }) => satisfied)).toEqual([false, false, true])
  })

  it('never lend each other a clause', () => {
    const halves = [
      withBound({ repository_id: '1001', ref: 'refs/heads/other' }),
      withBound({ repository_id: '9', ref: 'refs/heads/main' }),
    ]
    const traces = evaluate(halves, { claims, times: [] }, null)
    expect(traces.some(({ satisfied }) => satisfied)).toBe(false)
  })
})

describe('hints', () => {
  it('stand on failed clauses only', () => {
    const trace = traceOf({ ref: 'refs/heads/Main', environment: 'sandbox' })
    const hints = trace.clauses.filter((clause) => 'hint' in clause)
    expect(hints.map(({ claim, hint }) => [claim, hint])).toEqual([
      ['ref', 'Differs only in case.'],
    ])
  })
})
