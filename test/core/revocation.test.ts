import { describe, expect, it } from 'vitest'
import { feedClaims, type Mark } from '../../src/core/revocation.ts'

const at = { issuer: 'https://gw.test', audience: 'https://api.test', now: 1_800_000_059 }

const mark = (kind: Mark['kind'], value: string, before = 1_799_999_000): Mark => ({
  kind,
  value,
  before,
})

describe('the claims of a feed', () => {
  it('say who signed them, for whom, and for how long', () => {
    expect(feedClaims([], at)).toEqual({
      iss: 'https://gw.test',
      aud: 'https://api.test',
      iat: 1_800_000_000,
      exp: 1_800_000_600,
      accounts: {},
      policies: {},
      tokens: [],
      keys: [],
    })
  })

  it('sort marks by what they name', () => {
    const marks = [
      mark('account', 'sa_1', 7),
      mark('account', 'sa_2', 8),
      mark('policy', 'tp_1', 9),
      mark('token', 'jti-1'),
      mark('token', 'jti-2'),
      mark('key', 'kid'),
    ]
    expect(feedClaims(marks, at)).toMatchObject({
      accounts: { sa_1: 7, sa_2: 8 },
      policies: { tp_1: 9 },
      tokens: ['jti-1', 'jti-2'],
      keys: ['kid'],
    })
  })

  it('are the same within a minute, and others in the next', () => {
    const text = (now: number) => JSON.stringify(feedClaims([mark('key', 'k')], { ...at, now }))
    expect(text(1_800_000_000)).toBe(text(1_800_000_059))
    expect(text(1_800_000_060)).not.toBe(text(1_800_000_059))
  })

  it('never begin in the future, and leave nine minutes to live', () => {
    for (let now = 1_800_000_000; now < 1_800_000_060; now++) {
      const { iat, exp } = feedClaims([], { ...at, now })
      expect(iat).toBeLessThanOrEqual(now)
      expect(Number(exp) - now).toBeGreaterThan(540)
    }
  })
})
