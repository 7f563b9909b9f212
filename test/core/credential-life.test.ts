import { describe, expect, it } from 'vitest'
import { expiryOf, type WantedLife } from '../../src/core/credential-life.ts'

const nowMs = 1_800_000_000_000
const dayMs = 86_400_000
const until = (life: Partial<WantedLife>) =>
  expiryOf({ inDays: null, at: null, ...life }, { nowMs, maxDays: 90 })

describe('a life', () => {
  it.each<[string, Partial<WantedLife>, number]>([
    ['of nothing in particular is the longest', {}, 90 * dayMs],
    ['of one day', { inDays: 1 }, dayMs],
    ['of the maximum', { inDays: 90 }, 90 * dayMs],
    ['until a day from now', { at: nowMs + dayMs }, dayMs],
    ['until the last instant', { at: nowMs + 90 * dayMs }, 90 * dayMs],
  ])('%s', (_, life, ms) => {
    expect(until(life)).toEqual({ ok: true, value: nowMs + ms })
  })

  it.each<[string, Partial<WantedLife>, string]>([
    ['of no day', { inDays: 0 }, '/expires_in_days'],
    ['of fewer', { inDays: -1 }, '/expires_in_days'],
    ['of more than the maximum', { inDays: 91 }, '/expires_in_days'],
    ['of no number', { inDays: Number.NaN }, '/expires_in_days'],
    ['that is over', { at: nowMs - 1 }, '/expires_at'],
    ['that ends now', { at: nowMs }, '/expires_at'],
    ['shorter than a day', { at: nowMs + dayMs - 1 }, '/expires_at'],
    ['longer than the maximum', { at: nowMs + 90 * dayMs + 1 }, '/expires_at'],
    ['until no instant', { at: Number.NaN }, '/expires_at'],
  ])('%s is refused', (_, life, pointer) => {
    const refused = until(life)
    expect(refused).toMatchObject({
      ok: false,
      error: { slug: 'validation-failed', errors: [{ pointer }] },
    })
  })

  it('can be no shorter than a day, even where the maximum is', () => {
    expect(expiryOf({ inDays: 1, at: null }, { nowMs, maxDays: 1 })).toMatchObject({ ok: true })
    expect(expiryOf({ inDays: 2, at: null }, { nowMs, maxDays: 1 })).toMatchObject({ ok: false })
  })
})
