import { describe, expect, it } from 'vitest'
import {
  isOld,
  keptAfterMs,
  keyMarkSeconds,
  mayActivate,
  publishedAheadMs,
  type SigningKey,
} from '../../src/core/signing-key.ts'

const madeAt = 1_800_000_000_000
const dayMs = 86_400_000
const key: SigningKey = {
  kid: 'kid_1',
  algorithm: 'ES256',
  state: 'published',
  createdAt: madeAt,
  activatedAt: null,
  retiredAt: null,
}

it('the times are those that verifiers were promised', () => {
  expect([publishedAheadMs, keptAfterMs, keyMarkSeconds]).toEqual([600_000, 3_960_000, 3960])
})

describe('mayActivate', () => {
  it.each([
    [0, false],
    [publishedAheadMs - 1, false],
    [publishedAheadMs, true],
    [-dayMs, false],
  ])('a published key after %d ms: %s', (ms, may) => {
    expect(mayActivate(key, madeAt + ms)).toBe(may)
  })

  it.each(['active', 'retired'] as const)('no key that is %s', (state) => {
    expect(mayActivate({ ...key, state }, madeAt + dayMs)).toBe(false)
  })
})

describe('isOld', () => {
  const active: SigningKey = { ...key, state: 'active', activatedAt: madeAt + dayMs }
  const oldAt = (which: SigningKey, nowMs: number) => isOld(which, { nowMs, days: 90 })

  it('counts from when it began to sign', () => {
    expect(oldAt(active, madeAt + 91 * dayMs - 1)).toBe(false)
    expect(oldAt(active, madeAt + 91 * dayMs)).toBe(true)
  })

  it('counts from its making where nothing else is known', () => {
    expect(oldAt({ ...active, activatedAt: null }, madeAt + 90 * dayMs - 1)).toBe(false)
    expect(oldAt({ ...active, activatedAt: null }, madeAt + 90 * dayMs)).toBe(true)
  })
})
