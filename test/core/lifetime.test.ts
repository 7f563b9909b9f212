import { describe, expect, it } from 'vitest'
import { checkClaimSet, clockSkewSeconds } from '../../src/core/claim-set.ts'
import { maxSubjectTokenSeconds, rememberUntil, tokenSeconds } from '../../src/core/lifetime.ts'

describe('tokenSeconds', () => {
  it.each<[string, number | null, (number | null)[], number]>([
    ['600 where nothing is set', null, [], 600],
    ['600 where every ceiling is open', null, [null, null], 600],
    ['what the resource server says', 900, [null, null], 900],
    ['the account where it says less', 900, [300, null], 300],
    ['the policy where it says less', 900, [null, 120], 120],
    ['the smallest of three', 900, [300, 120], 120],
    ['the resource server below both ceilings', 90, [300, 120], 90],
    ['never more because a ceiling is higher', 600, [3600, 3600], 600],
    ['the default below a ceiling', null, [3600], 600],
    ['a ceiling below the default', null, [61], 61],
    ['exactly a minute', 60, [], 60],
    ['no less than a minute', 59, [], 60],
    ['no less than a minute, whatever a ceiling says', 600, [1], 60],
    ['a minute for zero', 600, [0], 60],
    ['exactly an hour', 3600, [], 3600],
    ['no more than an hour', 3601, [], 3600],
    ['no more than an hour, whatever a ceiling says', 86_400, [86_400], 3600],
  ])('is %s', (_, server, ceilings, seconds) => {
    expect(tokenSeconds(server, ...ceilings)).toBe(seconds)
  })
})

it('outside tokens may be a day old', () => {
  expect(maxSubjectTokenSeconds).toBe(86_400)
})

describe('rememberUntil', () => {
  const exp = 1_800_000_300
  const accepted = (now: number): boolean => {
    const claims = { iss: 'https://issuer-a.test', sub: 'x', aud: 'y', iat: exp - 300, exp }
    const result = checkClaimSet(claims, {
      now,
      maxAgeSeconds: 86_400,
      maxLifetimeSeconds: 86_400,
      iatRequired: true,
    })
    return result.ok && result.value.timeReason === null
  }

  it('is the skew of acceptance and a margin of a minute after the expiry', () => {
    expect(rememberUntil(exp)).toBe(exp + clockSkewSeconds + 60)
  })

  it('outlasts the last second in which the token is accepted, by the margin', () => {
    const last = exp + clockSkewSeconds - 1
    expect([accepted(last), accepted(last + 1)]).toEqual([true, false])
    expect(rememberUntil(exp) - last).toBe(61)
  })

  it('is whole seconds, rounded to the later one', () => {
    expect(rememberUntil(exp + 0.2)).toBe(rememberUntil(exp + 1))
  })
})
