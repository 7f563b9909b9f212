import { describe, expect, it } from 'vitest'
import { earnedDetail, type JudgedToken } from '../../src/core/earned-detail.ts'
import { evaluate } from '../../src/core/evaluate.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { Preset } from '../../src/core/preset.ts'
import type { PolicyForEvaluation } from '../../src/core/trust-policy.ts'

const github: Preset = {
  id: 'github-actions',
  name: 'GitHub Actions',
  family: 'github',
  issuer: null,
  hosts: [],
  keySetOrigins: [],
  algorithms: ['RS256'],
  shared: true,
  replay: 'single_use',
  maxTokenAgeSeconds: 86_400,
  requiredIdentity: [['repository_id', 'repository_owner_id']],
  contextClaims: ['ref'],
  gates: [
    { kind: 'deny', claim: 'event_name', values: ['pull_request_target'] },
    { kind: 'same', claim: 'project_id', other: 'job_project_id' },
  ],
  claims: [
    { name: 'repository_id', anchor: true },
    { name: 'repository_owner_id', anchor: true },
    { name: '/nested/id', anchor: true },
    { name: 'ref' },
  ],
  provenance: {},
}
const bySubject: Preset = { ...github, requiredIdentity: [['sub']], claims: [], gates: [] }

const policy: PolicyForEvaluation = {
  id: 'tp_1',
  version: 1,
  name: 'main',
  issuer: 'https://issuer-a.test',
  audience: 'https://gw.test',
  boundClaims: { repository_id: '1001', repository_owner_id: '501', ref: 'refs/heads/main' },
}
const claims: JsonObject = {
  iss: 'https://issuer-a.test',
  aud: 'https://gw.test',
  sub: 'repo:acme/app:ref:refs/heads/main',
  repository_id: '1001',
  repository_owner_id: '501',
  ref: 'refs/heads/main',
  event_name: 'push',
}

interface Changes extends Partial<Pick<JudgedToken, 'timeReason' | 'spent' | 'preset'>> {
  readonly claims?: Record<string, unknown>
  readonly policies?: PolicyForEvaluation[]
}
const detail = (changes: Changes) => {
  const { timeReason = null, spent = false, preset = github, policies = [policy] } = changes
  const token = { ...claims, ...changes.claims } as JsonObject
  const traces = evaluate(policies, { claims: token, times: [] }, preset)
  return earnedDetail({ policies, traces, preset, claims: token, timeReason, spent })
}
const bound = (boundClaims: unknown, id = 'tp_x'): PolicyForEvaluation => ({
  ...policy,
  id,
  boundClaims,
})
const otherRef = { ref: 'refs/heads/x' }
const refFailed = {
  reason: 'policy_mismatch',
  failedClaims: [{ claim: 'ref', actual: 'refs/heads/x' }],
}

describe('a token of its own repository', () => {
  it('hears which claims failed, with its own values', () => {
    expect(detail({ claims: otherRef })).toEqual(refFailed)
  })

  it('hears null for a claim that it lacks', () => {
    const policies = [bound({ repository_id: '1001', environment: 'production' })]
    expect(detail({ policies })).toEqual({
      reason: 'policy_mismatch',
      failedClaims: [{ claim: 'environment', actual: null }],
    })
  })

  it('hears of a gate under the name of its claim', () => {
    expect(detail({ claims: { event_name: 'pull_request_target' } })).toEqual({
      reason: 'policy_mismatch',
      failedClaims: [{ claim: 'event_name', actual: 'pull_request_target' }],
    })
  })

  it('hears of one claim once, though gate and policy both failed', () => {
    const policies = [bound({ repository_id: '1001', event_name: 'push' })]
    const event = { event_name: 'pull_request_target' }
    expect(detail({ claims: event, policies })?.failedClaims).toHaveLength(1)
  })

  it('never hears what the policy expects', () => {
    const policies = [bound({ repository_id: '1001', ref: { glob: 'refs/heads/secret-*' } })]
    expect(JSON.stringify(detail({ claims: otherRef, policies }))).not.toContain('secret')
  })

  it('hears the first reason that applies', () => {
    const wrong = { ...otherRef, aud: 'https://other.test' }
    for (const timeReason of [
      'assertion_expired',
      'assertion_not_yet_valid',
      'assertion_too_old',
    ] as const) {
      expect(detail({ claims: wrong, timeReason })).toEqual({ reason: timeReason })
    }
    expect(detail({ claims: wrong })).toEqual({ reason: 'audience_mismatch' })
    expect(detail({ claims: otherRef })?.reason).toBe('policy_mismatch')
    expect(detail({ spent: true })).toEqual({ reason: 'assertion_reused' })
    expect(detail({})).toBeNull()
  })

  it('hears of reuse though the policy it used pins no identity', () => {
    const open = bound({ ref: 'refs/heads/main' }, 'tp_0')
    const own = bound({ repository_id: '1001', ref: 'refs/heads/x' })
    expect(detail({ policies: [open, own], spent: true })).toEqual({ reason: 'assertion_reused' })
  })
})

describe('the closest own policy decides', () => {
  const two = bound({ repository_id: '1001', ref: 'a', environment: 'b' }, 'tp_two')
  const one = bound({ repository_id: '1001', environment: 'b' }, 'tp_one')
  const equal = bound({ repository_id: '1001', ref: 'a' }, 'tp_equal')

  it('with the fewest failures', () => {
    const names = detail({ policies: [two, one] })?.failedClaims?.map(({ claim }) => claim)
    expect(names).toEqual(['environment'])
  })

  it('and of equals the oldest', () => {
    const first = detail({ policies: [one, equal] })?.failedClaims?.[0]?.claim
    const second = detail({ policies: [equal, one] })?.failedClaims?.[0]?.claim
    expect([first, second]).toEqual(['environment', 'ref'])
  })

  it('though a stranger policy is closer', () => {
    const stranger = bound({ repository_id: '9' }, 'tp_9')
    const names = detail({ policies: [stranger, two] })?.failedClaims?.map(({ claim }) => claim)
    expect(names).toEqual(['environment', 'ref'])
  })
})

describe('nothing is earned', () => {
  const rows: [string, Changes][] = [
    ['by another repository', { claims: { repository_id: '1002', ...otherRef } }],
    ['by one of two ids', { claims: { repository_owner_id: '9', ...otherRef } }],
    ['without the id', { claims: { repository_id: undefined, ...otherRef } }],
    ['by an id of another type', { claims: { repository_id: 1001, ...otherRef } }],
    ['by the same ids at another issuer', { claims: { iss: 'https://ghes.test', ...otherRef } }],
    [
      'by a stranger with a stale token',
      { claims: { repository_id: '2' }, timeReason: 'assertion_expired' },
    ],
    ['by a fork', { claims: { project_id: '1', job_project_id: '2' } }],
    [
      'by a fork with a stale token',
      { claims: { project_id: '1', job_project_id: '2' }, timeReason: 'assertion_expired' },
    ],
    ['by a fork gate of another type', { claims: { project_id: '1', job_project_id: 2 } }],
    ['by a value that breaks R7', { claims: { ref: 'refs/heads/x\0' } }],
    ['where no policy pins an identity', { policies: [bound({ ref: 'refs/heads/x' })] }],
    [
      'where the id is only excluded',
      { policies: [bound({ repository_id: { not: '9' }, ref: 'x' })] },
    ],
    [
      'where the id is a pattern',
      { policies: [bound({ repository_id: { glob: '10*' }, ref: 'x' })] },
    ],
    [
      'where the id is only present',
      { policies: [bound({ repository_id: { present: true }, ref: 'x' })] },
    ],
    [
      'where one of several is a pattern',
      { policies: [bound({ repository_id: { any_of: ['1001', { glob: '2*' }] }, ref: 'x' })] },
    ],
    ['where the policy cannot be read', { policies: [bound(null), bound([]), bound({})] }],
    ['without policies', { policies: [] }],
  ]
  it.each(rows)('%s', (_, changes) => {
    expect(detail(changes)).toBeNull()
  })
})

describe('what counts as identity', () => {
  it('one of several exact values', () => {
    const policies = [bound({ repository_id: { any_of: ['7', '1001'] }, ref: 'refs/heads/main' })]
    expect(detail({ policies, claims: otherRef })).toEqual(refFailed)
  })

  it('an anchor, however it is spelled', () => {
    const policies = [bound({ '/repository_id': '1001', ref: 'refs/heads/main' })]
    expect(detail({ policies, claims: otherRef })).toEqual(refFailed)
  })

  it('a nested anchor', () => {
    const policies = [bound({ '/nested/id': 'n', ref: 'refs/heads/main' })]
    expect(detail({ policies, claims: { ...otherRef, nested: { id: 'n' } } })).toEqual(refFailed)
    expect(detail({ policies, claims: { ...otherRef, nested: { id: 'm' } } })).toBeNull()
  })

  it('sub, where the preset rests on it', () => {
    const sub = { any_of: ['x', claims.sub] }
    const policies = [bound({ sub, ref: 'refs/heads/main' })]
    expect(detail({ policies, claims: otherRef, preset: bySubject })).toEqual(refFailed)
    expect(detail({ policies, claims: otherRef })).toBeNull()
  })

  it('an exact sub, without preset', () => {
    const policies = [bound({ sub: claims.sub, ref: 'refs/heads/main' })]
    expect(detail({ policies, claims: otherRef, preset: null })).toEqual(refFailed)
    const globs = [bound({ sub: { glob: 'repo:**:ref:**' }, ref: 'refs/heads/main' })]
    expect(detail({ policies: globs, claims: otherRef, preset: null })).toBeNull()
    expect(detail({ claims: otherRef, preset: null })).toBeNull()
  })
})
