import { describe, expect, it } from 'vitest'
import {
  type ClaimFault,
  type ClaimSetRules,
  checkClaimSet,
  claimValueFault,
  clockSkewSeconds,
} from '../../src/core/claim-set.ts'
import type { Json, JsonObject } from '../../src/core/json.ts'

const now = 1_800_000_000
const hour = 3600
const day = 24 * hour
const rules: ClaimSetRules = {
  now,
  maxAgeSeconds: day,
  maxLifetimeSeconds: day,
  iatRequired: true,
}
const baseline: JsonObject = {
  iss: 'https://issuer-a.test',
  sub: 'repo:acme/app:ref:refs/heads/main',
  aud: 'https://gw.test',
  jti: '79685b65-945d-450a-a3d8-a36bcf72c23d',
  iat: now,
  nbf: now,
  exp: now + 300,
}
/** The baseline with one thing changed; undefined removes it. */
const but = (changes: Record<string, Json | undefined>): JsonObject =>
  Object.fromEntries(
    Object.entries({ ...baseline, ...changes }).filter(([, value]) => value !== undefined),
  ) as JsonObject
const outcome = (changes: Record<string, Json | undefined>, others?: Partial<ClaimSetRules>) => {
  const result = checkClaimSet(but(changes), { ...rules, ...others })
  return result.ok ? result.value.timeReason : result.error
}

it('the skew is half a minute', () => {
  expect(clockSkewSeconds).toBe(30)
})

it('a good claim set has three clauses that match', () => {
  const result = checkClaimSet(baseline, rules)
  expect(result.ok && result.value).toEqual({
    timeReason: null,
    times: [
      {
        claim: 'exp',
        actual: now + 300,
        expected: { after: now - 30, until: now + day },
        verdict: 'match',
      },
      { claim: 'nbf', actual: now, expected: { until: now + 30 }, verdict: 'match' },
      {
        claim: 'iat',
        actual: now,
        expected: { from: now - day, until: now + 30 },
        verdict: 'match',
      },
    ],
  })
})

describe('claims that end it', () => {
  const rows: [string, Record<string, Json | undefined>, ClaimFault][] = [
    ['AC-049 sub with NUL', { sub: 'x\0' }, 'sub_invalid'],
    ['AC-049 sub with escape', { sub: 'x\u001b[0m' }, 'sub_invalid'],
    ['AC-049 sub with a line break', { sub: 'x\r\ny' }, 'sub_invalid'],
    ['AC-050 sub with a newline at the end', { sub: `${baseline.sub}\n` }, 'sub_invalid'],
    ['sub with DEL', { sub: 'x\u007f' }, 'sub_invalid'],
    ['sub with a C1 control', { sub: 'x\u0085' }, 'sub_invalid'],
    ['sub with an unpaired surrogate', { sub: 'x\ud800' }, 'sub_invalid'],
    ['AC-055 sub missing', { sub: undefined }, 'sub_invalid'],
    ['AC-055 sub null', { sub: null }, 'sub_invalid'],
    ['AC-055 sub empty', { sub: '' }, 'sub_invalid'],
    ['AC-055 sub a number', { sub: 7 }, 'sub_invalid'],
    ['AC-055 sub a boolean', { sub: true }, 'sub_invalid'],
    ['AC-055 sub an array', { sub: ['x'] }, 'sub_invalid'],
    ['AC-055 sub an object', { sub: {} }, 'sub_invalid'],
    ['AC-058 sub of 2000 characters', { sub: 'x'.repeat(2000) }, 'sub_invalid'],
    ['sub of 1025 characters', { sub: 'x'.repeat(1025) }, 'sub_invalid'],
    ['AC-056 iss an array', { iss: ['https://issuer-a.test'] }, 'iss_invalid'],
    ['AC-056 iss a number', { iss: 7 }, 'iss_invalid'],
    ['AC-056 iss an object', { iss: {} }, 'iss_invalid'],
    ['iss missing', { iss: undefined }, 'iss_invalid'],
    ['iss with a tab', { iss: 'https://issuer-a.test\t' }, 'iss_invalid'],
    ['aud with a control character', { aud: 'https://gw.test\n' }, 'aud_invalid'],
    ['aud with a faulty element', { aud: ['https://gw.test', 'x\0'] }, 'aud_invalid'],
    ['AC-059 jti a number', { jti: 7 }, 'jti_invalid'],
    ['AC-059 jti an object', { jti: {} }, 'jti_invalid'],
    ['jti null', { jti: null }, 'jti_invalid'],
    ['jti empty', { jti: '' }, 'jti_invalid'],
    ['jti with a space', { jti: 'a b' }, 'jti_invalid'],
    ['jti with a newline at the end', { jti: 'a\n' }, 'jti_invalid'],
    ['jti beyond ASCII', { jti: 'é' }, 'jti_invalid'],
    ['jti of 256 characters', { jti: 'a'.repeat(256) }, 'jti_invalid'],
    ['AC-060 exp absent', { exp: undefined }, 'exp_missing'],
    ['AC-061 exp a string', { exp: String(now + 300) }, 'exp_invalid'],
    ['AC-061 exp null', { exp: null }, 'exp_invalid'],
    ['AC-061 exp true', { exp: true }, 'exp_invalid'],
    ['AC-061 exp an array', { exp: [] }, 'exp_invalid'],
    ['AC-061 exp an object', { exp: {} }, 'exp_invalid'],
    ['exp infinite', { exp: Number.POSITIVE_INFINITY }, 'exp_invalid'],
    ['AC-065 exp 0', { exp: 0 }, 'iat_not_before_exp'],
    ['AC-065 exp -1', { exp: -1 }, 'exp_invalid'],
    ['AC-067 iat absent', { iat: undefined }, 'iat_missing'],
    ['iat a string', { iat: 'x' }, 'iat_invalid'],
    ['AC-070 iat -1', { iat: -1 }, 'iat_invalid'],
    ['AC-072 nbf a string', { nbf: 'x' }, 'nbf_invalid'],
    ['nbf negative', { nbf: -1 }, 'nbf_invalid'],
    ['nbf null', { nbf: null }, 'nbf_invalid'],
    ['AC-073 an empty window', { nbf: now + 25, exp: now + 5 }, 'nbf_not_before_exp'],
    ['nbf at exp', { nbf: now + 20, exp: now + 20 }, 'nbf_not_before_exp'],
    ['iat at exp', { iat: now + 20, exp: now + 20 }, 'iat_not_before_exp'],
  ]
  it.each(rows)('%s', (_, changes, fault) => {
    expect(outcome(changes)).toBe(fault)
  })
})

describe('times that are good', () => {
  const rows: [string, Record<string, Json | undefined>][] = [
    ['AC-062 expired 20 s ago', { iat: now - 300, nbf: now - 300, exp: now - 20 }],
    ['AC-066 a fraction of a second', { exp: now + 300.5 }],
    ['AC-068 issued 20 s ahead', { iat: now + 20 }],
    ['issued 30 s ahead', { iat: now + 30 }],
    ['AC-072 valid in 20 s', { nbf: now + 20 }],
    ['AC-074 nbf absent', { nbf: undefined }],
    ['nbf ten minutes before iat, as GitHub has it', { nbf: now - 600 }],
    ['nbf 0', { nbf: 0 }],
    ['as old as may be', { iat: now - day + 1, exp: now + 1 }],
    ['as long as may be', { exp: now + day }],
    ['jti absent', { jti: undefined }],
    ['jti of 255 characters', { jti: '~'.repeat(255) }],
    ['sub of 1024 characters', { sub: 'x'.repeat(1024) }],
    ['sub beyond ASCII', { sub: 'Zoë 😀' }],
    ['AC-076 aud is left to the policies', { aud: undefined }],
    ['AC-081 aud is left to the policies', { aud: [['https://gw.test']] }],
  ]
  it.each(rows)('%s', (_, changes) => {
    expect(outcome(changes)).toBeNull()
  })
})

describe('times that are wrong', () => {
  const rows: [string, Record<string, Json | undefined>, string][] = [
    ['AC-062 expired 40 s ago', { iat: now - 300, nbf: now - 300, exp: now - 40 }, 'exp'],
    ['expired 30 s ago', { iat: now - 300, nbf: now - 300, exp: now - 30 }, 'exp'],
    ['AC-064 year 9999', { exp: 253402300799 }, 'exp'],
    ['AC-064 milliseconds', { exp: (now + 300) * 1000 }, 'exp'],
    ['AC-068 issued 120 s ahead', { iat: now + 120 }, 'iat'],
    ['issued 31 s ahead', { iat: now + 31 }, 'iat'],
    ['AC-072 valid in 120 s', { nbf: now + 120 }, 'nbf'],
    ['AC-075 a minute over a day', { exp: now + day + 60 }, 'exp'],
  ]
  it.each(rows)('%s', (_, changes, claim) => {
    const result = checkClaimSet(but(changes), rules)
    const failed = result.ok ? result.value.times.filter(({ verdict }) => verdict !== 'match') : []
    expect(failed.map((clause) => clause.claim)).toEqual([claim])
    expect(failed[0]?.hint).toBeTypeOf('string')
    expect(failed[0]?.actual).toBe(changes[claim])
  })

  const reasons: [string, Record<string, Json | undefined>, string][] = [
    ['expired', { iat: now - 300, nbf: now - 300, exp: now - 40 }, 'assertion_expired'],
    ['from the future', { iat: now + 120 }, 'assertion_not_yet_valid'],
    ['not valid yet', { nbf: now + 120 }, 'assertion_not_yet_valid'],
    ['AC-069 25 h old', { iat: now - 25 * hour, exp: now + hour }, 'assertion_too_old'],
    ['AC-070 iat 0', { iat: 0 }, 'assertion_too_old'],
    ['AC-075 too long', { exp: now + day + 60 }, 'assertion_too_old'],
    ['expired and too old', { iat: 0, nbf: 0, exp: now - 40 }, 'assertion_expired'],
    ['early and too long', { iat: now + 60, exp: now + 2 * day }, 'assertion_not_yet_valid'],
  ]
  it.each(reasons)('%s is told as such', (_, changes, reason) => {
    expect(outcome(changes)).toBe(reason)
  })
})

describe('where iat may be left out', () => {
  const assertion = { maxAgeSeconds: 300, maxLifetimeSeconds: 300, iatRequired: false }

  it('exp alone bounds the lifetime, with skew', () => {
    expect(outcome({ iat: undefined, exp: now + 330 }, assertion)).toBeNull()
    expect(outcome({ iat: undefined, exp: now + 331 }, assertion)).toBe('assertion_too_old')
    expect(outcome({ iat: undefined, nbf: undefined, exp: 0 }, assertion)).toBe('assertion_expired')
  })

  it('iat is held to the same rules when it is there', () => {
    expect(outcome({ iat: now - 300, nbf: now - 300, exp: now }, assertion)).toBeNull()
    expect(outcome({ iat: now - 301, nbf: undefined, exp: now - 1 }, assertion)).toBe(
      'assertion_too_old',
    )
    expect(outcome({ iat: 'x' }, assertion)).toBe('iat_invalid')
  })
})

describe('claimValueFault', () => {
  const rows: [string, Json, boolean][] = [
    ['plain text', 'refs/heads/main', false],
    ['empty text', '', false],
    ['text beyond ASCII', 'Zoë 日本 😀', false],
    ['1024 characters', 'x'.repeat(1024), false],
    ['1025 characters', 'x'.repeat(1025), true],
    ['NUL', 'a\u0000', true],
    ['a newline', 'a\n', true],
    ['DEL', '\u007f', true],
    ['a C1 control', '\u009f', true],
    ['a low surrogate alone', '\udc00', true],
    ['a high surrogate alone', '\ud83d', true],
    ['an array of plain text', ['a', 'b'], false],
    ['an array with a newline', ['a', 'b\n'], true],
    ['a number', 7, false],
    ['null', null, false],
    ['an object', { a: '\n' }, false],
  ]
  it.each(rows)('%s', (_, value, fault) => {
    expect(claimValueFault(value)).toBe(fault)
  })
})
