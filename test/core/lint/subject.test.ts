import { expect, test } from 'vitest'
import { lintPolicy } from '../../../src/core/lint/policy.ts'
import { findPreset } from '../../../src/issuers/registry.ts'
import { draftOf, gateway } from '../policy-draft.ts'

const quiet = {
  repository_id: '1001',
  repository_owner_id: '501',
  ref: 'refs/heads/main',
  ref_protected: 'true',
  event_name: 'push',
}

const github = (claims: Record<string, unknown>): readonly string[] => {
  const preset = findPreset('github-actions') ?? null
  return lintPolicy(draftOf(claims), preset, { audiences: [gateway] }).warnings
}

const only = (...starts: string[]) => starts.map((start) => expect.stringMatching(`^${start}`))

test('L11 subjects', () => {
  const sub = (value: unknown) => github({ ...quiet, sub: value })
  expect(sub('repo:acme@501/app@1001:ref:refs/heads/main')).toEqual([])
  expect(sub('repo:acme/app:ref:refs/heads/main')).toEqual(only('legacy_subject: '))
  expect(sub({ glob: 'repo:acme@501/app@1001:ref:refs/heads/**' })).toEqual(only('wide_subject: '))
  expect(sub('repo:acme@501/app@1001:pull_request')).toEqual(only('pull_request_subject: '))
  expect(sub('environment:production')).toEqual(only('foreign_subject: '))
  expect(sub('repository_owner:acme:environment:production')).toEqual([])
  expect(sub({ not: 'repo:acme/app:pull_request' })).toEqual([])
})

test('L06 what the caller chooses, or what collides, is refused', () => {
  const errorsOf = (id: string, claims: Record<string, unknown>) =>
    lintPolicy(draftOf(claims), findPreset(id) ?? null, { audiences: [gateway] }).errors
  const tag = '/https:~1~1sts.amazonaws.com~1/request_tags/team'
  expect(errorsOf('aws-outbound', { sub: 'arn:aws:iam::1:role/ci', [tag]: 'core' })).toEqual([
    {
      slug: 'validation-failed',
      pointer: '/bound_claims/~1https:~01~01sts.amazonaws.com~01~1request_tags~1team',
      detail: expect.stringContaining('request_tags/team cannot be bound'),
    },
  ])
  const semaphore = { org_id: 'o', prj_id: 'p', ref: 'refs/heads/main', sub127: 'x' }
  expect(errorsOf('semaphore', semaphore)[0]?.pointer).toBe('/bound_claims/sub127')
})
