import { describe, expect, test } from 'vitest'
import { lintPolicy } from '../../../src/core/lint/policy.ts'
import type { Preset } from '../../../src/core/preset.ts'
import type { PolicyDraft } from '../../../src/core/trust-policy.ts'
import { githubActions } from '../../../src/issuers/github.ts'
import { gitlabCom } from '../../../src/issuers/gitlab.ts'
import { draftOf, gateway, idsAndRefs } from '../policy-draft.ts'

const ids = { repository_id: '1001', repository_owner_id: '501' }
const named = { ...ids, ref: 'refs/heads/main' }

const errorsOf = (draft: PolicyDraft, preset: Preset | null = githubActions): string[] =>
  lintPolicy(draft, preset, { audiences: [gateway, `${gateway}/acme`] }).errors.map(
    ({ slug, pointer }) => `${slug} ${pointer}`,
  )

test('the policy of the attack cases and the example of the contract are saved', () => {
  const example = {
    repository_id: '123456',
    repository_owner_id: '987',
    ref: { any_of: ['refs/heads/main', { glob: 'refs/tags/v*' }] },
    environment: { not: 'sandbox' },
    runner_environment: 'github-hosted',
  }
  expect(errorsOf(draftOf(idsAndRefs))).toEqual([])
  expect(errorsOf(draftOf(example))).toEqual([])
})

describe('AC-307 minimum content', () => {
  test('no issuer, no audience', () => {
    expect(errorsOf(draftOf(named, { issuer: '' }))).toEqual(['policy-too-broad /issuer'])
    expect(errorsOf(draftOf(named, { audience: '' }))).toEqual(['policy-too-broad /audience'])
  })
  test.each([githubActions, gitlabCom, null])('no claims, or none that says who', (preset) => {
    const empty = errorsOf(draftOf({}), preset)
    expect(empty[0]).toBe('policy-too-broad /bound_claims')
    const anyone = preset === null ? { jti: 'x' } : { environment: 'production' }
    expect(errorsOf(draftOf(anyone), preset)).toEqual(['policy-too-broad /bound_claims'])
  })
  test.each([{ not: 'x' }, { present: true }, { any_of: ['x', { present: true }] }])(
    '%j binds nothing',
    (matcher) => {
      expect(errorsOf(draftOf({ team: matcher }), null)).toEqual(['policy-too-broad /bound_claims'])
    },
  )
  test.each(['x', { glob: 'x*' }, { contains: 'x' }, { any_of: ['x', 'y'] }])('%j binds', (m) => {
    expect(errorsOf(draftOf({ team: m }), null)).toEqual([])
  })
})

describe('AC-311 context', () => {
  const tooBroad = ['policy-too-broad /bound_claims']
  test.each([
    { sub: { glob: 'repo:acme/app:*' } },
    { sub: { glob: 'repo:acme/app:r*' } },
    { sub: 'repo:acme/app' },
    { ref: { glob: 'refs/**' } },
    { ref: { not: 'refs/heads/dev' } },
    { ref: { present: true } },
    { ref: { any_of: ['refs/heads/main', { not: 'refs/heads/dev' }] } },
    { workflow_ref: { glob: 'acme/app/**' } },
    { runner_environment: 'github-hosted' },
  ])('%j is none', (context) => {
    expect(errorsOf(draftOf({ ...ids, ...context }))).toEqual(tooBroad)
    const waived = draftOf({ ...ids, ...context }, { acknowledge: ['any_context'] })
    expect(errorsOf(waived)).toEqual([])
  })
  test.each([
    { sub: 'repo:acme@501/app@1001:environment:production' },
    { sub: { any_of: ['repo:acme/app:pull_request', { glob: 'repo:acme/app:ref:refs/tags/*' }] } },
    { ref: { glob: 'refs/tags/v*' } },
    { event_name: { any_of: ['push', 'release'] } },
    { environment: 'production' },
    { workflow_ref: { glob: 'acme/app/.github/workflows/deploy.yml@refs/heads/*' } },
    { '/ref': 'refs/heads/main' },
  ])('%j is one', (context) => {
    expect(errorsOf(draftOf({ ...ids, ...context }))).toEqual([])
  })
})

describe('AC-312 immutable ids', () => {
  const missing = ['immutable-id-required /bound_claims']
  const onlyNames = { repository: 'acme/app', ref: 'refs/heads/main' }
  test('names alone need an acknowledgement', () => {
    expect(errorsOf(draftOf(onlyNames))).toEqual(missing)
    const sub = { sub: idsAndRefs.sub }
    expect(errorsOf(draftOf(sub))).toEqual(missing)
    const taken = { acknowledge: ['mutable_identity'] } as const
    expect(errorsOf(draftOf(onlyNames, taken))).toEqual([])
    expect(errorsOf(draftOf(sub, taken))).toEqual([])
  })
  test('the acknowledgement does not waive saying who', () => {
    const claims = {
      ref: 'refs/heads/main',
      job_workflow_ref: 'acme/ci/.github/workflows/d.yml@v1',
    }
    const draft = draftOf(claims, { acknowledge: ['mutable_identity'] })
    expect(errorsOf(draft)).toEqual(['policy-too-broad /bound_claims'])
  })
  test.each([{ not: '1' }, { present: true }, { any_of: ['1', { not: '2' }] }])(
    '%j pins no id',
    (matcher) => {
      expect(errorsOf(draftOf({ ...named, repository_id: matcher }))).toEqual(missing)
    },
  )
  test('any_of of exact ids, a pointer to the same claim and the workflow alternative pin', () => {
    expect(errorsOf(draftOf({ ...named, repository_id: { any_of: ['1', '2'] } }))).toEqual([])
    const { repository_id, ...rest } = named
    expect(errorsOf(draftOf({ ...rest, '/repository_id': repository_id }))).toEqual([])
    const workflow = { job_workflow_ref: 'acme/ci/.github/workflows/d.yml@refs/tags/v1' }
    expect(errorsOf(draftOf({ repository_owner_id: '501', ...workflow }))).toEqual([])
  })
})
