import { describe, expect, test } from 'vitest'
import { runExamples } from '../../src/core/examples.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { githubActions } from '../../src/issuers/github.ts'
import { gitlabCom } from '../../src/issuers/gitlab.ts'
import { draftOf } from './policy-draft.ts'

const contract = {
  repository_id: '123456',
  repository_owner_id: '987',
  ref: { any_of: ['refs/heads/main', { glob: 'refs/tags/v*' }] },
  environment: { not: 'sandbox' },
  runner_environment: 'github-hosted',
}
const good = { ref: 'refs/heads/main', environment: 'production' }

const run = (
  examples: { accept?: JsonObject[]; reject?: JsonObject[] },
  boundClaims: Record<string, unknown> = contract,
  preset = githubActions,
) => {
  const { accept = [], reject = [] } = examples
  return runExamples(draftOf(boundClaims, { examples: { accept, reject } }), preset)
}

test('the examples of the contract hold', () => {
  expect(run({ accept: [good], reject: [{ ref: 'refs/heads/main-attacker' }] })).toEqual([])
  expect(run({})).toEqual([])
})

test('an accept sample that fails names the clause that decided', () => {
  const failures = run({ accept: [good, { ...good, ref: 'refs/heads/dev' }, { ref: good.ref }] })
  expect(failures.map(({ pointer }) => pointer)).toEqual([
    '/examples/accept/1',
    '/examples/accept/2',
  ])
  expect(failures[0]?.detail).toContain('the clause ref (mismatch)')
  expect(failures[1]?.detail).toContain('the clause environment (missing)')
})

test('a sample that says nothing of a claim without a single value is told so', () => {
  const why = 'The policy leaves `ref` no single value, so the sample must say one.'
  const left = { accept: [{ environment: 'production' }] }
  expect(run(left)[0]?.detail).toContain(`the clause ref (missing). ${why}`)
  const denied = run({ accept: [{ ...good, repository_id: null }] })
  expect(denied[0]?.detail).not.toContain('no single value')
})

test('a reject sample that passes is refused, and changes only what it names', () => {
  const reject = [{ ref: 'refs/tags/v1' }, { repository_id: '1' }, { actor: 'mallory' }]
  const failures = run({ accept: [good], reject })
  expect(failures.map(({ pointer }) => pointer)).toEqual([
    '/examples/reject/0',
    '/examples/reject/2',
  ])
  expect(failures[0]?.detail).toContain('ref')
  expect(failures[1]?.detail).toContain('no bound claim')
})

test('a reject sample is laid over the first accept sample only', () => {
  const tag = { ref: 'refs/tags/v1', environment: 'sandbox-2' }
  expect(run({ accept: [good, tag], reject: [{ environment: 'sandbox' }] })).toEqual([])
  // Over the exact values alone it lacks a ref, so it says nothing about environments.
  expect(run({ reject: [{ environment: 'production' }] })).toEqual([])
  expect(run({ accept: [good], reject: [{ environment: 'other' }] })).toHaveLength(1)
})

test('a sample cannot change the issuer or the audience', () => {
  const elsewhere = { ...good, iss: 'https://evil.test', aud: 'https://evil.test' }
  expect(run({ accept: [elsewhere] })).toEqual([])
})

describe('gates', () => {
  test('a denied event is refused, so a reject sample may show it', () => {
    const event = { event_name: 'pull_request_target' }
    expect(run({ accept: [good], reject: [event] })).toEqual([])
    const [failure] = run({ accept: [{ ...good, ...event }] })
    expect(failure?.detail).toContain('the clause gate:event_name (mismatch)')
  })
  const gitlab = { project_id: '20', ref: { any_of: ['main', 'dev'] } }
  test('what a gate requires counts as present', () => {
    expect(run({ accept: [{ ref: 'main' }] }, gitlab, gitlabCom)).toEqual([])
  })
  test('unless the sample takes it away, or the gate compares', () => {
    const reject = [{ job_id: null }, { job_project_id: '99' }, { job_project_id: '20' }]
    const failures = run({ accept: [{ ref: 'main' }], reject }, gitlab, gitlabCom)
    expect(failures.map(({ pointer }) => pointer)).toEqual(['/examples/reject/2'])
  })
})

describe('nested claims', () => {
  const nested = {
    '/kubernetes.io/namespace': 'ci',
    '/kubernetes.io/pod/name': { glob: 'deploy-*' },
  }
  test('a pointer in the policy, a pointer or an object in the sample', () => {
    const accept = [
      { '/kubernetes.io/pod/name': 'deploy-1' },
      { 'kubernetes.io': { pod: { name: 'deploy-1' } } },
    ]
    const reject = [
      { 'kubernetes.io': { namespace: 'other' } },
      { '/kubernetes.io/pod/name': 'other' },
      { 'kubernetes.io': null },
    ]
    expect(runExamples(draftOf(nested, { examples: { accept, reject } }), null)).toEqual([])
  })
  test('an escaped pointer names one claim', () => {
    const draft = draftOf(
      { '/a~1b': 'x', c: 'y' },
      { examples: { accept: [{}], reject: [{ 'a/b': 'z' }] } },
    )
    expect(runExamples(draft, null)).toEqual([])
  })
  test('strange names are data', () => {
    const accept = [JSON.parse('{"__proto__":{"team":"x"}}'), { [`/${'a/'.repeat(20_000)}`]: 1 }]
    const draft = draftOf({ team: { glob: '*x' } }, { examples: { accept, reject: [] } })
    const details = runExamples(draft, null).map(({ detail }) => detail)
    expect(details).toHaveLength(2)
    for (const detail of details) expect(detail).toContain('the clause team (missing)')
  })
})
