import { describe, expect, test } from 'vitest'
import { evaluatePolicy } from '../../src/core/evaluate.ts'
import type { JsonObject } from '../../src/core/json.ts'
import type { BoundClaims } from '../../src/core/trust-policy.ts'
import { presets } from '../../src/issuers/registry.ts'
import { tokenOf } from './sample.ts'

const family = (name: string) => presets.filter((preset) => preset.family === name)

const failedClauses = (
  preset: (typeof presets)[number],
  change: JsonObject,
  boundClaims: BoundClaims,
): string[] => {
  const token = tokenOf(preset)
  const { iss, aud } = token
  const policy = {
    id: 'tp_1',
    version: 1,
    name: 'deploy',
    issuer: String(iss),
    audience: String(aud),
  }
  const claims = { ...token, ...change }
  const trace = evaluatePolicy({ ...policy, boundClaims }, { claims, times: [] }, preset)
  return trace.clauses.filter(({ verdict }) => verdict !== 'match').map(({ claim }) => claim)
}

describe.each(family('github'))('$id', (preset) => {
  const ids = { repository_id: '800002', repository_owner_id: '90001' }
  const failed = (change: JsonObject, bound: BoundClaims = ids): string[] =>
    failedClauses(preset, change, bound)

  test.each(['pull_request_target', 'workflow_run'])('AC-128 %s', (event) => {
    expect(failed({ event_name: event })).toEqual(['gate:event_name'])
    expect(failed({ event_name: event }, { ...ids, event_name: event })).toEqual([
      'gate:event_name',
    ])
  })
  test('other events, and none, pass the gate', () => {
    expect(failed({})).toEqual([])
    expect(failed({ event_name: 'pull_request' })).toEqual([])
    expect(failed({ event_name: null })).toEqual([])
  })
  test('AC-124, AC-125 both shapes of sub fit the ids, and each only itself', () => {
    const legacy = 'repo:acme/api:ref:refs/heads/main'
    const immutable = 'repo:acme@90001/api@800002:ref:refs/heads/main'
    const pinned = { ...ids, ref: 'refs/heads/main' }
    for (const sub of [legacy, immutable]) {
      expect(failed({ sub }, pinned)).toEqual([])
      expect(failed({ sub }, { ...pinned, sub })).toEqual([])
    }
    expect(failed({ sub: immutable }, { ...pinned, sub: legacy })).toEqual(['sub'])
    expect(failed({ sub: legacy }, { ...pinned, sub: immutable })).toEqual(['sub'])
  })
  test('AC-123 a recycled name has other ids', () => {
    const recycled = { repository_id: '9999', repository_owner_id: '9999' }
    expect(failed(recycled)).toEqual(['repository_id', 'repository_owner_id'])
  })
})

describe.each(family('gitlab'))('$id', (preset) => {
  const failed = (change: JsonObject): string[] =>
    failedClauses(preset, change, { project_id: '20' })

  test('the token of a job passes', () => expect(failed({})).toEqual([]))
  test.each(['job_id', 'pipeline_id'])('a token without %s was made for a person', (claim) => {
    expect(failed({ [claim]: null })).toEqual([`gate:${claim}`])
  })
  test("a fork's pipeline in the parent project is refused", () => {
    expect(failed({ job_project_id: '99' })).toEqual(['gate:project_id'])
  })
  test('an instance too old for job_project_id is not', () => {
    expect(failed({ job_project_id: null })).toEqual([])
  })
})

test('no other preset has gates', () => {
  const gated = presets.filter(({ gates }) => gates.length > 0).map((preset) => preset.family)
  expect([...new Set(gated)]).toEqual(['github', 'gitlab'])
})
