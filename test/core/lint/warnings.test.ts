import { expect, test } from 'vitest'
import { lintPolicy } from '../../../src/core/lint/policy.ts'
import type { PolicyDraft } from '../../../src/core/trust-policy.ts'
import { findPreset } from '../../../src/issuers/registry.ts'
import { draftOf, gateway } from '../policy-draft.ts'

const ids = { repository_id: '1001', repository_owner_id: '501' }
const quiet = { ...ids, ref: 'refs/heads/main', ref_protected: 'true', event_name: 'push' }

const warningsOf = (
  id: string,
  claims: Record<string, unknown>,
  overrides: Partial<PolicyDraft> = {},
): readonly string[] => {
  const preset = findPreset(id) ?? null
  return lintPolicy(draftOf(claims, overrides), preset, { audiences: [gateway] }).warnings
}

const github = (claims: Record<string, unknown>, overrides?: Partial<PolicyDraft>) =>
  warningsOf('github-actions', claims, overrides)

const only = (...starts: string[]) => starts.map((start) => expect.stringMatching(`^${start}`))

test('a policy without risk has no warning', () => expect(github(quiet)).toEqual([]))

test('every warning is a code, a colon and a sentence', () => {
  const draft = { acknowledge: ['mutable_identity', 'any_context'], replay: 'reusable' } as const
  const warnings = github({ sub: 'environment:*', workflow: 1 }, draft)
  expect(warnings.length).toBeGreaterThan(6)
  for (const warning of warnings) expect(warning).toMatch(/^[a-z_]+: \S.*[^.]$/)
})

test('an acknowledgement warns, needed or not', () => {
  const both = { acknowledge: ['mutable_identity', 'any_context'] } as const
  expect(github(quiet, both)).toEqual(only('mutable_identity: ', 'any_context: '))
  const needed = github({ repository: 'acme/app', event_name: 'push' }, both)
  expect(needed[0]).toBe('mutable_identity: whoever takes over the names is let in')
})

test('a claim that tokens of the issuer do not have, unless customers name it', () => {
  expect(github({ ...quiet, reff: 'refs/heads/main' })).toEqual(only('unknown_claim: reff '))
  expect(github({ ...quiet, repo_property_tier: 'prod' })).toEqual([])
})

test('values that tokens of the issuer never have, and what was meant', () => {
  expect(github({ ...quiet, ref: 'main' })).toEqual([
    'never_matches: ref main: it begins with refs/ in these tokens',
  ])
  expect(github({ ...quiet, ref: { glob: 'r*' } })).toEqual([])
  expect(github({ ...quiet, event_name: 'pushh' })).toEqual([
    'never_matches: event_name pushh: no such value is known of these tokens; did you mean "push"?',
  ])
  const { event_name, ...rest } = quiet
  expect(github({ ...rest, event_nam: event_name })[0]).toMatch(/; did you mean "event_name"\?$/)
  const gitlab = { project_id: '20', job_project_id: '20', ref_protected: 'true' }
  expect(warningsOf('gitlab-com', { ...gitlab, ref: 'refs/heads/main' })).toEqual(
    only('never_matches: ref refs/heads/main: it never begins with refs/'),
  )
  expect(warningsOf('gitlab-com', { ...gitlab, ref_path: 'main' })).toEqual(
    only('never_matches: ref_path main: '),
  )
})

test('one ref and a pattern over many are told apart, each with its cure', () => {
  const { ref_protected: _, ...unprotected } = quiet
  const [exact = ''] = github(unprotected)
  const [wide = ''] = github({ ...unprotected, ref: { glob: 'refs/heads/*' } })
  expect(exact).toContain('can push to it unless a rule protects it; also bind environment')
  expect(wide).toContain('of almost any name that fits; also bind environment')
})

test('L07 names without ids', () => {
  const { repository_id: _, ...rest } = quiet
  const draft = { acknowledge: ['mutable_identity'] } as const
  expect(github({ ...rest, repository: 'acme/app' }, draft)).toEqual(
    only('mutable_identity: ', 'mutable_name: repository '),
  )
  expect(github({ ...quiet, repository: 'acme/app' })).toEqual([])
})

test('L08 a ref without protection, L09 an environment alone', () => {
  const { ref_protected: _, ...unprotected } = quiet
  expect(github(unprotected)).toEqual(only('weak_claim: ref: '))
  expect(github({ ...unprotected, environment: 'production' })).toEqual([])
  expect(github({ ...ids, event_name: 'push', environment: 'production' })).toEqual(
    only('weak_claim: environment: '),
  )
  const gitlab = { project_id: '20', job_project_id: '20', ref: 'main' }
  expect(warningsOf('gitlab-com', gitlab)).toEqual(only('weak_claim: ref: '))
  expect(warningsOf('gitlab-com', { ...gitlab, ref_protected: 'true' })).toEqual([])
})

test('what protects must be bound to a value', () => {
  const claims = { ...quiet, ref_protected: { not: 'false' } }
  expect(github(claims)).toEqual(only('weak_claim: ref: '))
})

test('L10 event_name absent or a pull request', () => {
  const { event_name: _, ...anyEvent } = quiet
  expect(github(anyEvent)).toEqual(only('unbound_claim: event_name: '))
  const pulls = { ...anyEvent, event_name: { any_of: ['push', 'pull_request'] } }
  expect(github(pulls)).toEqual(only('risky_value: event_name pull_request: '))
  expect(github({ ...anyEvent, event_name: { glob: 'pull_*' } })).toContainEqual(
    expect.stringMatching('^risky_value: event_name pull_request: '),
  )
  expect(github({ ...quiet, event_name: { not: 'pull_request' } })).toEqual([])
  const merge = { project_id: '20', job_project_id: '20', pipeline_source: 'merge_request_event' }
  expect(warningsOf('gitlab-com', merge)).toEqual(
    only('risky_value: pipeline_source merge_request_event: '),
  )
})

test('a value that a gate denies', () => {
  const claims = { ...quiet, event_name: { any_of: ['push', 'workflow_run'] } }
  expect(github(claims)).toEqual(only('denied_value: event_name workflow_run: '))
  const pattern = github({ ...quiet, event_name: { glob: 'workflow_*' } })
  expect(pattern).toEqual([])
})

test.each(['workflow', 'actor', 'actor_id', 'head_ref', 'base_ref'])('L12 %s', (claim) => {
  expect(github({ ...quiet, [claim]: 'x' })).toEqual(only(`weak_claim: ${claim}: `))
  expect(github({ ...quiet, [claim]: { not: 'x' } })).toEqual([])
})

test.each([
  ['gitlab-com', 'user_login'],
  ['gitlab-com', 'user_email'],
  ['buildkite', 'step_key'],
])('L12 %s %s', (id, claim) => {
  expect(warningsOf(id, { [claim]: 'x' })).toContainEqual(
    expect.stringMatching(`^weak_claim: ${claim}: `),
  )
})

test('L13 a fixed audience, L15 project_id alone, L16 risky phases', () => {
  const azure = { org_id: 'o', prj_id: 'p', def_id: '1', rpo_ref: 'refs/heads/main' }
  expect(warningsOf('azure-devops-pipeline', azure)).toEqual(only('fixed_audience: '))
  const project = { project_id: '20', ref: 'main', ref_protected: 'true' }
  expect(warningsOf('gitlab-com', project)).toEqual(only('unbound_claim: job_project_id: '))
  const file = 'gitlab.com/acme/ci//deploy.yml@refs/heads/main'
  const group = { namespace_id: '72', ci_config_ref_uri: file, ref_path: 'refs/heads/main' }
  expect(warningsOf('gitlab-com', { ...group, ref_protected: 'true' })).toEqual([])
  const risky = (id: string, claim: string, value: string): void =>
    expect(warningsOf(id, { [claim]: value })).toContainEqual(
      expect.stringMatching(`^risky_value: ${claim} ${value}: `),
    )
  risky('hcp-terraform', 'terraform_run_phase', 'plan')
  risky('spacelift', 'runType', 'PROPOSED')
  risky('vercel', 'environment', 'preview')
  risky('vercel', 'environment', 'development')
  const circle = { 'oidc.circleci.com/project-id': 'p', 'oidc.circleci.com/ssh-rerun': false }
  expect(warningsOf('circleci', circle)).toContainEqual(
    expect.stringMatching('^unbound_claim: oidc.circleci.com/vcs-origin: '),
  )
})

test('L17 a value of another type than the claim has', () => {
  expect(github({ ...quiet, run_id: 7 })).toEqual(only('type_mismatch: run_id is a string'))
  expect(github({ ...quiet, run_id: { contains: '7' } })).toEqual(only('type_mismatch: run_id '))
  const gitlab = { project_id: '20', job_project_id: '20', pipeline_source: 'push' }
  expect(warningsOf('gitlab-com', { ...gitlab, runner_id: '7' })).toEqual(
    only('type_mismatch: runner_id is a number'),
  )
  expect(warningsOf('gitlab-com', { ...gitlab, runner_id: 7 })).toEqual([])
})

test('a plain star, a reusable token, an exclusion of a name in any case', () => {
  expect(github({ ...quiet, run_id: '4*' })).toEqual(only('literal_star: run_id: '))
  expect(github(quiet, { replay: 'reusable' })).toEqual(only('reusable_token: '))
  expect(warningsOf('kubernetes', { sub: 'x' }, { replay: 'single_use' })).toEqual(
    only('weak_claim: sub: '),
  )
  expect(warningsOf('google', { sub: 'x' })).toEqual(only('reusable_token: '))
  const excluded = { ...quiet, environment: { not: 'sandbox' } }
  expect(github(excluded)).toEqual(only('case_of_names: environment: '))
})
