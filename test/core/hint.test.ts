import { describe, expect, it } from 'vitest'
import { hintFor } from '../../src/core/hint.ts'
import type { Json, JsonObject } from '../../src/core/json.ts'
import type { Verdict } from '../../src/core/trace.ts'

const token: JsonObject = {
  sub: 'repo:acme/app:ref:refs/heads/main',
  repository_id: '1001',
  repository_owner: 'acme',
  environment: 'production',
  ref: 'refs/heads/main',
  jti: 'x',
}

type Row = [claim: string, expected: unknown, actual: Json, hint: string | undefined]

const table = (verdict: Verdict, rows: Row[]): void => {
  it.each(rows)('%s: %j, token has %j', (claim, expected, actual, hint) => {
    expect(hintFor({ claim, expected, actual, verdict }, token)).toBe(hint)
  })
}

const caseOnly = 'Differs only in case.'
const whiteSpace = 'Differs only in white space.'
const slash = 'Differs only in a slash at the end.'
const literalStar = 'A plain value takes `*` literally; a pattern is written `{"glob": "…"}`.'
const stopsAtSlash = '`*` stops at `/`; `**` goes on.'
const faulty = 'The value is too long or holds control characters.'

describe('another text', () => {
  table('mismatch', [
    ['repository', 'acme/app', 'ACME/App', caseOnly],
    ['repository', { any_of: ['x', 'acme/app'] }, 'Acme/app', caseOnly],
    ['ref', { glob: 'refs/heads/Rel-*' }, 'refs/heads/rel-1', caseOnly],
    ['repository', 'acme/app', 'acme/app ', whiteSpace],
    ['iss', 'https://issuer-a.test', 'https://issuer-a.test/', slash],
    ['aud', 'https://gw.test/', 'https://gw.test', slash],
    ['ref', 'refs/tags/v*', 'refs/tags/v1', literalStar],
    ['ref', { glob: 'refs/heads/*' }, 'refs/heads/a/b', stopsAtSlash],
    ['ref', { glob: 'refs/*/v*' }, 'refs/heads/a/v/b', stopsAtSlash],
    ['ref', { glob: 'refs/heads/**' }, 'refs/heads/a:b', undefined],
    ['ref', { glob: 'refs/heads/*' }, 'refs/tags/v1', undefined],
    ['ref', 'refs/heads/main', 'refs/heads/other', undefined],
    ['environment', { not: 'sandbox' }, 'sandbox', undefined],
    ['run_no', 7, 8, undefined],
    ['groups', { contains: 'x' }, ['y'], undefined],
    ['ref', 'x', 'x\0', faulty],
    ['ref', { glob: 'x**' }, 'x'.repeat(1025), faulty],
    ['groups', { not: { contains: 'x' } }, ['y\n'], faulty],
  ])
})

describe('the audience', () => {
  const one = 'The token must name just one audience.'
  table('mismatch', [
    ['aud', 'https://gw.test', ['https://gw.test', 'https://other.test'], one],
    ['aud', 'https://gw.test', [], one],
    ['aud', 'https://gw.test', 'https://other.test', undefined],
  ])
})

describe("GitHub's sub", () => {
  const environment =
    'The token has an environment, so `sub` has no ref; bind the claims `environment`, `ref`.'
  const ids = "The token uses GitHub's id-based `sub`: `repo:owner@id/name@id:…`."
  const main = 'repo:acme/app:ref:refs/heads/main'
  table('mismatch', [
    ['sub', main, 'repo:acme/app:environment:production', environment],
    ['sub', { glob: 'repo:acme/app:ref:*' }, 'repo:acme/app:environment:production', environment],
    ['sub', main, 'repo:acme@501/app@1001:ref:refs/heads/main', ids],
    ['sub', { any_of: [main] }, 'repo:acme@501/app@1001:environment:production', ids],
    ['sub', 'repo:acme@501/app@1001:x', 'repo:acme@501/app@1002:x', undefined],
    ['sub', main, 'repo:acme/app:pull_request', 'A pull request: `sub` has no ref.'],
    ['sub', main, 'repo:Acme/app:ref:refs/heads/main', caseOnly],
    ['sub', main, 'project_path:acme/app:ref_type:branch', undefined],
    ['sub', { not: main }, main, undefined],
    ['sub', 'repo:acme/app:environment:x', 'repo:acme/app:environment:y', undefined],
  ])
})

describe('another type', () => {
  const says = (wanted: string, has: string): string => `Expected ${wanted}, the token has ${has}.`
  table('wrong_type', [
    ['repository_id', '1001', 1001, says('a string', 'a number')],
    ['run_no', 7, '7', says('a number', 'a string')],
    ['ref_protected', true, 'true', says('a boolean', 'a string')],
    ['repository', 'acme/app', ['acme/app'], says('a string', 'an array of strings')],
    ['repository', { not: { glob: 'a*' } }, {}, says('a string', 'an object')],
    ['x', { any_of: ['a', 'b', 7] }, true, says('a string or a number', 'a boolean')],
    ['groups', { contains: 'x' }, 'x', says('an array of strings', 'a string')],
    ['groups', { contains: 'x' }, ['x', 1], says('an array of strings', 'a mixed array')],
    ['aud', 'https://gw.test', { '0': 'x' }, says('a string', 'an object')],
    ['gate:event_name', { not: { any_of: ['a'] } }, ['a'], says('a string', 'an array of strings')],
    ['gate:project_id', { same_as: 'x' }, 7, undefined],
  ])
})

describe('a missing claim', () => {
  const near = (name: string): string =>
    `The token has no such claim; did you mean claim \`${name}\`?`
  table('missing', [
    ['enviroment', 'x', null, near('environment')],
    ['environemnt', 'x', null, near('environment')],
    ['Environment', 'x', null, near('environment')],
    ['repository-id', 'x', null, near('repository_id')],
    ['repositoryid', 'x', null, near('repository_id')],
    ['/repositry_id', 'x', null, near('repository_id')],
    ['reff', 'x', null, near('ref')],
    ['rev', 'x', null, near('ref')],
    ['actor', 'x', null, undefined],
    ['xyz', 'x', null, undefined],
    ['jxx', 'x', null, undefined],
    ['/a/b', 'x', null, undefined],
    ['', 'x', null, undefined],
  ])

  it('that is null', () => {
    const clause = { claim: 'ref', expected: 'x', actual: null, verdict: 'missing' } as const
    const hint = hintFor(clause, { ref: null })
    expect(hint).toBe('The token has null here, which never matches.')
  })

  it('that a job without environment lacks', () => {
    const clause = {
      claim: 'environment',
      expected: 'x',
      actual: null,
      verdict: 'missing',
    } as const
    expect(hintFor(clause, { ref: 'x' })).toBe('The job names no environment.')
  })
})

describe('gates', () => {
  const denied = { not: { any_of: ['pull_request_target'] } }
  table('mismatch', [
    [
      'gate:event_name',
      denied,
      'pull_request_target',
      'Untrusted trigger: it lends the rights of the repository to code or input from outside.',
    ],
    ['gate:x', denied, 'y', 'The preset of this issuer never accepts this value.'],
    [
      'gate:project_id',
      { same_as: 'job_project_id' },
      '1',
      'Differs from `job_project_id`: the pipeline of a fork.',
    ],
  ])

  it('a required claim', () => {
    const expected = { present: true }
    const clause = { claim: 'gate:job_id', expected, actual: null, verdict: 'missing' } as const
    const hint = 'Job tokens of this issuer always carry it, so this token was not made for a job.'
    expect(hintFor(clause, token)).toBe(hint)
  })
})

describe('the rest', () => {
  table('match', [['ref', 'x', 'X', undefined]])
  table('unreadable', [
    [
      'ref',
      { regex: '.*' },
      'x',
      'This version cannot read this part of the policy, so it matches nothing.',
    ],
  ])
})
