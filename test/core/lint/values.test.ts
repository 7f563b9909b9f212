import { describe, expect, test } from 'vitest'
import { lintPolicy } from '../../../src/core/lint/policy.ts'
import type { PolicyDraft } from '../../../src/core/trust-policy.ts'
import { githubActions } from '../../../src/issuers/github.ts'
import { draftOf, gateway } from '../policy-draft.ts'

const errorsOf = (draft: PolicyDraft): string[] =>
  lintPolicy(draft, null, { audiences: [gateway, `${gateway}/acme`] }).errors.map(
    ({ slug, pointer }) => `${slug} ${pointer}`,
  )

const errorsFor = (matcher: unknown): string[] => errorsOf(draftOf({ team: matcher }))
const nested = (depth: number): unknown => (depth === 0 ? 'x' : { any_of: [nested(depth - 1)] })

describe('AC-314 limits', () => {
  test('eight wildcards and no more', () => {
    expect(errorsFor({ glob: 'a*a*a*a*a*a*a*a*b' })).toEqual([])
    expect(errorsFor({ glob: 'a*a*a*a*a*a*a*a*b*' })).toEqual([
      'unsafe-wildcard /bound_claims/team/glob',
    ])
  })
  test('256 characters and no more', () => {
    expect(errorsFor({ glob: `${'a'.repeat(255)}*` })).toEqual([])
    expect(errorsFor({ glob: `${'a'.repeat(299)}*` })).toEqual([
      'unsafe-wildcard /bound_claims/team/glob',
    ])
  })
  test('32 bound claims and no more', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [`claim${at}`, 'x']))
    expect(errorsOf(draftOf(many(32)))).toEqual([])
    expect(errorsOf(draftOf(many(33)))).toEqual(['validation-failed /bound_claims'])
  })
  test('a value has at most 1024 characters', () => {
    expect(errorsFor('a'.repeat(1024))).toEqual([])
    expect(errorsFor('a'.repeat(1025))).toEqual(['validation-failed /bound_claims/team'])
  })
  test('an operator that there is not is met with those that there are', () => {
    const draft = draftOf({ team: { starts_with: 'x' } })
    const [fault] = lintPolicy(draft, null, { audiences: [gateway] }).errors
    expect(fault?.detail).toMatch(/a value is .*any_of, not, glob, contains or present/)
  })
  test('any_of has 1 to 64 members and operators nest four deep', () => {
    const some = (length: number) => ({ any_of: Array.from({ length }, (_, at) => at) })
    expect(errorsFor(some(64))).toEqual([])
    expect(errorsFor(some(65))).toEqual(['validation-failed /bound_claims/team/any_of'])
    expect(errorsFor(some(0))).toEqual(['validation-failed /bound_claims/team/any_of'])
    expect(errorsFor(nested(4))).toEqual([])
    const inner = '/any_of/0'.repeat(4)
    expect(errorsFor(nested(5))).toEqual([`validation-failed /bound_claims/team${inner}/any_of`])
    expect(errorsFor({ not: { not: { not: { not: 'x' } } } })).toEqual([
      'policy-too-broad /bound_claims',
    ])
    expect(errorsFor({ not: { not: { not: { not: { not: 'x' } } } } })).toEqual([
      'validation-failed /bound_claims/team/not/not/not/not/not',
    ])
  })
})

describe('AC-315 claim names', () => {
  test.each([
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
    ['prototype', 'prototype'],
    ['', ''],
    ['x'.repeat(200), 'x'.repeat(200)],
    ['/a/__proto__', '~1a~1__proto__'],
    ['/constructor', '~1constructor'],
    ['/a~2b', '~1a~02b'],
    ['/a~', '~1a~0'],
    [' ref', ' ref'],
    ['/aud', '~1aud'],
    ['iss', 'iss'],
  ])('%j', (name, token) => {
    const claims = Object.fromEntries([[name, 'x']])
    expect(errorsOf(draftOf(claims))).toEqual([`validation-failed /bound_claims/${token}`])
  })
  test.each(['/a~1b', '/kubernetes.io/namespace', 'oidc.circleci.com/org-id', 'x'.repeat(128)])(
    '%s is a name',
    (name) => expect(errorsOf(draftOf({ [name]: 'x' }))).toEqual([]),
  )
  test('aud and iss name the field that binds them', () => {
    const draft = draftOf({ aud: gateway, iss: 'https://issuer-a.test', team: 'x' })
    const { errors } = lintPolicy(draft, githubActions, { audiences: [gateway] })
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/bound_claims/aud', '/bound_claims/iss'])
    expect(errors[0]?.detail).toContain('`audience`')
    expect(errors[1]?.detail).toContain('`issuer`')
  })
})

test.each([
  [null, ''],
  [{}, ''],
  [{ a: 'b' }, '/a'],
  [{ any_of: ['x'], not: 'x' }, ''],
  [[['x']], ''],
  [2 ** 53 + 2, ''],
  [-(2 ** 53), ''],
  [1.5, ''],
  [Number.POSITIVE_INFINITY, ''],
  [{ any_of: ['x', null] }, '/any_of/1'],
  [{ any_of: 'x' }, '/any_of'],
  [{ not: { regex: 'x' } }, '/not/regex'],
  [{ glob: 1 }, '/glob'],
  [{ contains: ['x'] }, '/contains'],
  [{ present: false }, '/present'],
])('AC-316 %j', (matcher, below) => {
  expect(errorsFor(matcher)).toEqual([`validation-failed /bound_claims/team${below}`])
})

const strangeTexts = [
  ' acme',
  'acme\u00a0',
  'ac\u0000me',
  'ac\nme',
  'cafe\u0301',
  'ac\u202eme',
  'ac\u2028me',
  'ac\ud800me',
]

test.each(strangeTexts)('AC-317 %j', (text) => {
  const slug = 'non-canonical-value /bound_claims/team'
  expect(errorsFor(text)).toEqual([slug])
  expect(errorsFor({ any_of: ['x', { not: text }] })).toEqual([`${slug}/any_of/1/not`])
  expect(errorsFor({ glob: `x*${text}` })).toEqual(text === ' acme' ? [] : [`${slug}/glob`])
  expect(errorsFor({ contains: text })).toEqual([`${slug}/contains`])
})

test.each(['caf\u00e9', '日本', 'a b', '\u{1f680}'])('%s is a value', (text) => {
  expect(errorsFor(text)).toEqual([])
})

test('three stars are refused in a glob and literal, with a warning, in a plain value', () => {
  expect(errorsFor({ glob: 'a***' })).toEqual(['unsafe-wildcard /bound_claims/team/glob'])
  const plain = lintPolicy(draftOf({ team: 'a***' }), null, { audiences: [gateway] })
  expect(plain.errors).toEqual([])
  expect(plain.warnings[0]).toMatch(/^literal_star: team: /)
})

test('the audience is the gateway, or it and the path of a namespace above the account', () => {
  const audience = (text: string): string[] => errorsOf(draftOf({ team: 'x' }, { audience: text }))
  expect(audience(`${gateway}/acme`)).toEqual([])
  for (const other of [
    `${gateway}/`,
    `${gateway}/acme-evil`,
    'https://gw.test.evil',
    'HTTPS://GW.TEST',
  ]) {
    expect(audience(other)).toEqual(['validation-failed /audience'])
  }
})
