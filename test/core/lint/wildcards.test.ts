import { expect, test } from 'vitest'
import { lintPolicy } from '../../../src/core/lint/policy.ts'
import type { Preset } from '../../../src/core/preset.ts'
import type { PolicyDraft } from '../../../src/core/trust-policy.ts'
import { githubActions } from '../../../src/issuers/github.ts'
import { gitlabCom } from '../../../src/issuers/gitlab.ts'
import { draftOf, gateway } from '../policy-draft.ts'

const ids = { repository_id: '1001', repository_owner_id: '501' }
const named = { ...ids, ref: 'refs/heads/main' }

const errorsOf = (draft: PolicyDraft, preset: Preset | null = githubActions): string[] =>
  lintPolicy(draft, preset, { audiences: [gateway, `${gateway}/acme`] }).errors.map(
    ({ slug, pointer }) => `${slug} ${pointer}`,
  )

const subject = (pattern: string): string[] =>
  errorsOf(draftOf({ ...named, sub: { glob: pattern } }))

test.each(['*', '**', '*:*', 'repo:*', 'repo:*/app:ref:*'])('AC-308 %s', (pattern) => {
  expect(subject(pattern)[0]).toMatch(/^(policy-too-broad|unsafe-wildcard) \/bound_claims\/sub/)
  const alone = errorsOf(draftOf({ sub: { glob: pattern } }), null)
  expect(alone[0]).toMatch(/^(policy-too-broad|unsafe-wildcard) /)
})

test.each(['*', '**', '*/*'])('AC-308 %s on any claim', (pattern) => {
  expect(errorsOf(draftOf({ ...ids, ref: { glob: pattern } }))[0]).toBe(
    'policy-too-broad /bound_claims/ref/glob',
  )
})

test.each([
  ['sub', 'repo:acme*/app:ref:refs/heads/main'],
  ['sub', 'repo:acme/app*:ref:refs/heads/main'],
  ['repository_owner', 'acme*'],
])('AC-309 %s %s', (claim, pattern) => {
  const expected = [`unsafe-wildcard /bound_claims/${claim}/glob`]
  expect(errorsOf(draftOf({ ...named, [claim]: { glob: pattern } }))).toEqual(expected)
  expect(errorsOf(draftOf({ [claim]: { glob: pattern } }), null)).toEqual(expected)
})

test.each([
  'repo:acme/*-prod:ref:refs/heads/main',
  'repo:acme/a*b:ref:refs/heads/main',
  'project_path:acme/**:ref_type:branch:ref:main',
])('AC-310 %s', (pattern) => {
  const expected = ['unsafe-wildcard /bound_claims/sub/glob']
  for (const preset of [githubActions, gitlabCom, null]) {
    const claims = { ...named, project_id: '20', sub: { glob: pattern } }
    expect(errorsOf(draftOf(claims), preset)).toEqual(expected)
  }
})

test('AC-310 names in other claims', () => {
  const rejects = (claim: string, pattern: string, preset: Preset): void =>
    expect(
      errorsOf(draftOf({ ...named, project_id: '20', [claim]: { glob: pattern } }), preset),
      claim,
    ).toEqual([`unsafe-wildcard /bound_claims/${claim}/glob`])
  rejects('repository', 'acme/*', githubActions)
  rejects('job_workflow_ref', 'acme/*/.github/workflows/deploy.yml@refs/heads/main', githubActions)
  rejects('workflow_ref', 'acme/app*', githubActions)
  rejects('project_path', 'acme/*', gitlabCom)
  rejects('ci_config_ref_uri', 'gitlab.com/acme/**', gitlabCom)
  rejects('namespace_path', 'acme*', gitlabCom)
  rejects('namespace_path', 'acme/te*', gitlabCom)
  rejects('namespace_path', 'acme/**', gitlabCom)
})

test.each(['repo:acme/a*', 'repository_owner_id:5*', 'project_path:acme/*', 'repository:*/app'])(
  'AC-310 %s later in a subject of its own making',
  (tail) => {
    const sub = { glob: `environment:prod:${tail}` }
    const expected = ['unsafe-wildcard /bound_claims/sub/glob']
    expect(errorsOf(draftOf({ ...named, sub }))).toEqual(expected)
    expect(errorsOf(draftOf({ sub }), null)).toEqual(expected)
  },
)

test('AC-127, AC-134, AC-137 patterns that name nobody else stay possible', () => {
  const free: [string, string][] = [
    ['ctx', 'env:*:ref:main'],
    ['namespace_path', 'acme/*'],
    ['sub', 'organization:acme:project:*:workspace:prod:run_phase:apply'],
  ]
  for (const [claim, glob] of free)
    expect(errorsOf(draftOf({ [claim]: { glob } }), null)).toEqual([])
  const file = { glob: 'acme/ci/.github/workflows/*@refs/tags/v*' }
  expect(errorsOf(draftOf({ ...named, job_workflow_ref: file }))).toEqual([])
})

test.each([
  'repository_id',
  'repository_owner_id',
  'enterprise_id',
  'job_workflow_sha',
  'actor_id',
])('a glob on the id %s is refused', (claim) => {
  const claims = { ...named, [claim]: { any_of: ['1', { glob: '1*' }] } }
  expect(errorsOf(draftOf(claims))[0]).toBe(`unsafe-wildcard /bound_claims/${claim}/any_of/1/glob`)
})

test.each(['repo:acme-501/app-1001:ref:refs/heads/main', { glob: 'repo:acme-501/app-1001:ref:*' }])(
  'AC-313 %j',
  (sub) => {
    const [first] = errorsOf(draftOf({ ...named, sub }))
    expect(first).toMatch(/^ambiguous-subject \/bound_claims\/sub/)
    expect(errorsOf(draftOf({ sub }), null)[0]).toBe(first)
  },
)

test.each([
  'repo:acme-501/app:ref:x',
  'repo:acme/app-1001:ref:x',
  'repo:acme@501/app@1001:ref:x',
  'repo:42/7:ref:x',
])('AC-313 does not refuse %s', (sub) => expect(errorsOf(draftOf({ ...named, sub }))).toEqual([]))
