import { describe, expect, it } from 'vitest'
import { checkAssertionClaims } from '../../src/core/assertion-claims.ts'
import type { Json, JsonObject } from '../../src/core/json.ts'

const now = 1_800_000_000
const rules = { clientId: 'cli_1', audience: 'https://gw.test', now }
const baseline: JsonObject = {
  iss: 'cli_1',
  sub: 'cli_1',
  aud: 'https://gw.test',
  exp: now + 120,
  jti: 'j-1',
}

type Changes = Record<string, Json | undefined>

/** What becomes of the baseline with these changes; undefined leaves a claim out. */
const judge = (changes: Changes) => {
  const entries = Object.entries({ ...baseline, ...changes })
  const present = entries.filter((entry): entry is [string, Json] => entry[1] !== undefined)
  return checkAssertionClaims(Object.fromEntries(present), rules)
}

describe('accepted', () => {
  const rows: [string, Changes][] = [
    ['the baseline', {}],
    ['the audience alone in an array', { aud: ['https://gw.test'] }],
    ['a life of five minutes', { exp: now + 300 }],
    ['a life of five minutes and the skew', { exp: now + 330 }],
    ['the last of its life', { exp: now - 29 }],
    ['five seconds of life', { exp: now + 5 }],
    ['issued now', { iat: now }],
    ['issued five minutes ago, and living on', { iat: now - 300, exp: now + 300 }],
    ['issued 30 s ahead', { iat: now + 30 }],
    ['valid since 30 s from now', { nbf: now + 30 }],
    ['claims that nobody knows', { permissions: ['x'], iad: now, nested: { a: [1] } }],
    ['255 characters of jti', { jti: 'x'.repeat(255) }],
  ]
  it.each(rows)('%s', (_, changes) => {
    const judged = judge(changes)
    const expected = { ...baseline, ...changes }
    expect(judged).toEqual({
      ok: true,
      value: { tokenId: expected.jti, expiresAt: expected.exp },
    })
  })
})

describe('refused', () => {
  const rows: [string, Changes, string][] = [
    ['another issuer', { iss: 'cli_2' }, 'assertion_client'],
    ['another subject', { sub: 'cli_2' }, 'assertion_client'],
    ['another case', { iss: 'CLI_1', sub: 'CLI_1' }, 'assertion_client'],
    ['a space behind the id', { iss: 'cli_1 ', sub: 'cli_1 ' }, 'assertion_client'],
    ['no issuer', { iss: undefined }, 'iss_invalid'],
    ['no subject', { sub: undefined }, 'sub_invalid'],
    ['a list of subjects', { sub: ['cli_1'] }, 'sub_invalid'],
    ['no audience', { aud: undefined }, 'assertion_audience'],
    ['an empty audience', { aud: '' }, 'assertion_audience'],
    ['no audience in an array', { aud: [] }, 'assertion_audience'],
    ['two audiences', { aud: ['https://gw.test', 'https://evil.test'] }, 'assertion_audience'],
    ['the audience twice', { aud: ['https://gw.test', 'https://gw.test'] }, 'assertion_audience'],
    ['a slash behind it', { aud: 'https://gw.test/' }, 'assertion_audience'],
    ['the token endpoint', { aud: 'https://gw.test/oauth/token' }, 'assertion_audience'],
    ['a nested array', { aud: [['https://gw.test']] }, 'assertion_audience'],
    ['an object', { aud: { 0: 'https://gw.test' } }, 'assertion_audience'],
    ['no expiry', { exp: undefined }, 'exp_missing'],
    ['an expiry in words', { exp: String(now + 60) }, 'exp_invalid'],
    ['expired', { exp: now - 30 }, 'assertion_expired'],
    ['a life beyond five minutes and the skew', { exp: now + 331 }, 'assertion_too_old'],
    [
      'an iat that makes a long life look short',
      { iat: now + 30, exp: now + 331 },
      'assertion_too_old',
    ],
    ['issued over five minutes ago', { iat: now - 301 }, 'assertion_too_old'],
    ['issued in the future', { iat: now + 31 }, 'assertion_not_yet_valid'],
    ['not valid yet', { nbf: now + 31 }, 'assertion_not_yet_valid'],
    ['no jti', { jti: undefined }, 'jti_missing'],
    ['an empty jti', { jti: '' }, 'jti_invalid'],
    ['a number for a jti', { jti: 7 }, 'jti_invalid'],
    ['256 characters of jti', { jti: 'x'.repeat(256) }, 'jti_invalid'],
    ['a space behind the jti', { jti: 'j-1 ' }, 'jti_invalid'],
    ['a jti beyond ASCII', { jti: 'j-é' }, 'jti_invalid'],
  ]
  it.each(rows)('%s', (_, changes, fault) => {
    expect(judge(changes)).toEqual({ ok: false, error: fault })
  })
})
