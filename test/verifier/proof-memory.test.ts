import { keyHolder, testIssuer } from 'gatehouse/testing'
import { createVerifier, presentedBy, Refused } from 'gatehouse/verify'
import { expect, test } from 'vitest'
import { proofMemory } from '../../src/verifier/dpop/proof-memory.ts'

const expiresAt = 1_800_000_060

test('a proof is new once', () => {
  const firstUse = proofMemory()
  const proof = { id: 'a', expiresAt }
  expect([firstUse(proof), firstUse(proof)]).toEqual([true, false])
})

test('of too many the oldest are forgotten', () => {
  const firstUse = proofMemory(3)
  const see = (id: string) => firstUse({ id, expiresAt })
  expect(['a', 'b', 'c', 'd'].map(see)).toEqual([true, true, true, true])
  for (const id of ['d', 'd', 'd', 'c', 'b']) expect(see(id)).toBe(false)
  expect(see('a')).toBe(true)
  expect(see('b')).toBe(true)
})

test('a spent proof stays spent: in its last second, and when the clock jumps', async () => {
  const start = 1_800_000_000_900
  let clock = start
  const now = () => clock
  const issuer = await testIssuer({ audience: 'https://api-1.test', now })
  const told: number[] = []
  const inMemory = createVerifier({ ...issuer.options, now, dpop: 'required' })
  const hooked = createVerifier({
    ...issuer.options,
    now,
    dpop: { mode: 'required', firstUse: ({ expiresAt }) => told.push(expiresAt) > 0 },
  })
  const holder = await keyHolder(issuer, {}, now)
  const present = async (iat: number) =>
    presentedBy(await holder.present(new Request('https://api-1.test/x'), { iat }))
  const send = async (verifier: typeof inMemory, proof: ReturnType<typeof presentedBy>) => {
    try {
      await verifier.authenticate(proof)
      return 'in'
    } catch (thrown) {
      return thrown instanceof Refused ? thrown.reason : thrown
    }
  }
  const seconds = Math.floor(start / 1000)
  for (const iat of [seconds - 60, seconds, seconds + 0.5]) {
    const proof = await present(iat)
    clock = start
    expect(await send(hooked, proof)).toBe('in')
    expect(await send(inMemory, proof)).toBe('in')
    clock = (Math.floor(iat) + 60) * 1000 + 950
    expect(await send(inMemory, proof)).toBe('proof_reused')
    // What the hook is told lies behind the last moment in which the proof is good.
    expect(told.at(-1)).toBeGreaterThan(Math.floor(iat) + 61)
    clock = start + 600_000
    expect(await send(inMemory, await present(clock / 1000))).toBe('in')
    clock = start
    expect(await send(inMemory, proof)).toBe('proof_reused')
  }
})
