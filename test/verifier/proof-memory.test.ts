import { expect, test } from 'vitest'
import { proofMemory } from '../../src/verifier/dpop/proof-memory.ts'

let clock = 1_800_000_000_000
const at = () => clock
const expiresAt = () => clock / 1000 + 60

test('a proof is new once, until it has expired', () => {
  const firstUse = proofMemory(at)
  const proof = { id: 'a', expiresAt: expiresAt() }
  expect([firstUse(proof), firstUse(proof)]).toEqual([true, false])
  clock += 60_000
  expect(firstUse(proof)).toBe(false)
  clock += 1000
  expect(firstUse(proof)).toBe(true)
})

test('one that lives long keeps no other from being forgotten in time', () => {
  const firstUse = proofMemory(at)
  expect(firstUse({ id: 'long', expiresAt: expiresAt() + 60 })).toBe(true)
  expect(firstUse({ id: 'short', expiresAt: expiresAt() })).toBe(true)
  clock += 61_000
  expect(firstUse({ id: 'long', expiresAt: expiresAt() })).toBe(false)
})

test('of too many the oldest are forgotten', () => {
  const firstUse = proofMemory(at, 3)
  const see = (id: string) => firstUse({ id, expiresAt: expiresAt() })
  expect(['a', 'b', 'c', 'd'].map(see)).toEqual([true, true, true, true])
  for (const id of ['d', 'd', 'd', 'c', 'b']) expect(see(id)).toBe(false)
  expect(see('a')).toBe(true)
  expect(see('b')).toBe(true)
})
