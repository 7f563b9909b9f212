import { describe, expect, it } from 'vitest'
import { type Freshness, keepFresh } from '../../src/cli/job/keep-fresh.ts'
import type { AccessToken } from '../../src/pipeline/exchange.ts'
import type { Failure, FailureCode } from '../../src/pipeline/failure.ts'

const start = 1_800_000_000_000
const life = 600

const tokenAt = (now: number): AccessToken => ({
  token: `token of ${now - start}`,
  tokenType: 'Bearer',
  expiresIn: life,
  expiresAt: now + life * 1000,
  scopes: [],
})

const failure = (code: FailureCode): Failure => ({ code, message: `it is ${code}`, next: 'do' })

/** Plays a program that runs for so many seconds; each renewal comes to the next outcome. */
const play = async (seconds: number, outcomes: readonly (FailureCode | 'renewed')[], more = {}) => {
  let now = start
  let renewals = 0
  const [said, written, asked]: [string[], number[], number[]] = [[], [], []]
  const voice = {
    now: () => now,
    warn: (line: string) => said.push(line),
    say: () => {},
    detail: () => {},
  }
  const freshness: Freshness = {
    renewable: true,
    sourceName: 'a platform',
    ended: () => now - start >= seconds * 1000,
    pause: async (ms) => {
      now += ms
    },
    write: async () => {
      written.push((now - start) / 1000)
    },
    renew: async () => {
      asked.push((now - start) / 1000)
      const outcome = outcomes[Math.min(renewals, outcomes.length - 1)] ?? 'renewed'
      renewals += 1
      return outcome === 'renewed'
        ? { ok: true, value: tokenAt(now) }
        : { ok: false, error: failure(outcome) }
    },
    ...more,
  }
  await keepFresh(tokenAt(start), voice, freshness)
  return { said, written, asked }
}

describe('a token file', () => {
  it('is renewed a minute before each expiry, and only then', async () => {
    expect(await play(1700, ['renewed'])).toEqual({
      said: [],
      written: [540, 1080, 1620],
      asked: [540, 1080, 1620],
    })
    expect((await play(500, ['renewed'])).asked).toEqual([])
  })

  it('is tried again through an outage, even beyond the expiry', async () => {
    const outage = Array<'unavailable'>(20).fill('unavailable')
    const { said, written, asked } = await play(1000, [...outage, 'renewed'])
    expect(asked).toHaveLength(21)
    expect(written).toEqual([640])
    expect(said).toHaveLength(20)
    expect(said[0]).toBe('warning: the access token was not renewed: it is unavailable')
  })

  it('is left as it is after a refusal, which is told once, as is the expiry', async () => {
    const { said, asked } = await play(2000, ['denied'])
    expect(asked).toEqual([540])
    expect(said).toEqual([
      'warning: the access token was not renewed: it is denied',
      expect.stringMatching(/^next: do; the token ends at 2027-/),
      'warning: the access token has expired, and the file holds no other',
    ])
  })

  it('is not renewed where the platform gives no second identity token', async () => {
    const { said, asked } = await play(2000, ['renewed'], { renewable: false })
    expect(asked).toEqual([])
    expect(said).toEqual([
      expect.stringContaining('a platform gives no second identity token'),
      expect.stringContaining('has expired'),
    ])
    expect((await play(100, ['renewed'], { renewable: false })).said).toHaveLength(1)
  })
})
