import { describe, expect, it } from 'vitest'
import { newestMark, unwrap, type Wrapping, wrap } from '../../src/crypto/wrapping.ts'
import { versionedKey } from './versioned-key.ts'

const kek = versionedKey(1, 0x11)
const newer = versionedKey(2, 0x22)
const ours: Wrapping = { purpose: 'wrap-webhook-secrets', owner: 'sub_1', keys: [kek] }

describe('a wrapped text', () => {
  it('opens again, and shows nothing of itself', async () => {
    const wrapped = await wrap('naïve secret', ours)
    expect(wrapped).toMatch(/^1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/)
    expect(wrapped).not.toContain(Buffer.from('secret').toString('base64url'))
    expect(await unwrap(wrapped, ours)).toBe('naïve secret')
  })

  it('is another one each time', async () => {
    expect(await wrap('a', ours)).not.toBe(await wrap('a', ours))
  })

  it('is wrapped by the newest key, and opens by whichever key wrapped it', async () => {
    const both = { ...ours, keys: [kek, newer] } as const
    expect(await wrap('a', both)).toMatch(/^2\./)
    expect(await unwrap(await wrap('a', ours), both)).toBe('a')
  })

  it.each<[string, Wrapping]>([
    ['for another owner', { ...ours, owner: 'sub_2' }],
    ['for another purpose', { ...ours, purpose: 'wrap-signing-keys' }],
    ['by a key of another version', { ...ours, keys: [newer] }],
    ['by another key of the same version', { ...ours, keys: [versionedKey(1, 0x33)] }],
  ])('does not open %s', async (_, theirs) => {
    await expect(unwrap(await wrap('a', ours), theirs)).rejects.toThrow()
  })
})

it('shows by its beginning whether the newest key wrapped it', async () => {
  const [both, only] = [[kek, newer] as const, [kek] as const]
  expect([newestMark(both), newestMark(only)]).toEqual(['2.', '1.'])
  expect(await wrap('a', { ...ours, keys: both })).toMatch(/^2\./)
})
