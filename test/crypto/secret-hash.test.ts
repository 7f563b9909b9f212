import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashSecret, hashUnderEach, isStoredAs } from '../../src/crypto/secret-hash.ts'
import { versionedKey } from './versioned-key.ts'

const old = versionedKey(1, 0x11)
const newest = versionedKey(2, 0x22)
const secret = 'gths_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg000000'

describe('hashSecret', () => {
  it('is HMAC-SHA-256 under the newest pepper, base64url, with its version', async () => {
    const hash = createHmac('sha256', newest.bytes).update(secret).digest('base64url')
    expect(await hashSecret(secret, [old, newest])).toEqual({ hash, pepperVersion: 2 })
  })

  it('takes the last pepper, whatever its number', async () => {
    expect((await hashSecret(secret, [newest, old])).pepperVersion).toBe(1)
  })

  it('differs from pepper to pepper', async () => {
    const [one, two] = [await hashSecret(secret, [old]), await hashSecret(secret, [newest])]
    expect(one.hash).not.toBe(two.hash)
  })
})

describe('hashUnderEach', () => {
  it('has one digest for each pepper, the stored one among them', async () => {
    const digests = await hashUnderEach(secret, [old, newest])
    expect(digests.map(({ pepperVersion }) => pepperVersion)).toEqual([1, 2])
    expect(digests).toContainEqual(await hashSecret(secret, [old]))
    expect(digests).toContainEqual(await hashSecret(secret, [old, newest]))
  })

  it('does the same work for whatever is presented', async () => {
    const { sign } = crypto.subtle
    let signed = 0
    crypto.subtle.sign = (...args: Parameters<typeof sign>) => {
      signed += 1
      return sign.apply(crypto.subtle, args)
    }
    try {
      for (const presented of [secret, '', 'x'.repeat(1000)]) {
        signed = 0
        await hashUnderEach(presented, [old, newest])
        expect(signed).toBe(2)
      }
    } finally {
      crypto.subtle.sign = sign
    }
  })
})

describe('isStoredAs', () => {
  const matches = async (
    presented: string,
    stored: Parameters<typeof isStoredAs>[1],
    peppers: Parameters<typeof hashUnderEach>[1],
  ) => isStoredAs(await hashUnderEach(presented, peppers), stored)

  it('knows the secret', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await matches(secret, stored, [old])).toBe(true)
  })

  it('knows an old secret after a pepper was added, and a new one', async () => {
    const stored = await hashSecret(secret, [old])
    const later = await hashSecret(secret, [old, newest])
    expect(later.pepperVersion).toBe(2)
    expect(await matches(secret, stored, [old, newest])).toBe(true)
    expect(await matches(secret, later, [old, newest])).toBe(true)
  })

  it.each([
    ['one character changed', `${secret.slice(0, -1)}1`],
    ['in another case', secret.toUpperCase()],
    ['a space after', `${secret} `],
    ['a newline after', `${secret}\n`],
    ['NUL after', `${secret}\0`],
    ['its first half', secret.slice(0, 27)],
    ['nothing', ''],
  ])('refuses %s', async (_, presented) => {
    const stored = await hashSecret(secret, [old])
    expect(await matches(presented, stored, [old])).toBe(false)
  })

  it('refuses a digest that differs in any one place', async () => {
    const stored = await hashSecret(secret, [old])
    for (let i = 0; i < stored.hash.length; i++) {
      const other = stored.hash[i] === 'x' ? 'y' : 'x'
      const hash = `${stored.hash.slice(0, i)}${other}${stored.hash.slice(i + 1)}`
      expect(await matches(secret, { ...stored, hash }, [old])).toBe(false)
    }
  })

  it('refuses the stored digest as a secret', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await matches(stored.hash, stored, [old])).toBe(false)
  })

  it('refuses where the pepper of the digest is gone', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await matches(secret, stored, [newest])).toBe(false)
  })

  it('refuses where the digest names another version than its pepper', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await matches(secret, { ...stored, pepperVersion: 2 }, [old, newest])).toBe(false)
  })

  it('refuses where a pepper of that version has other bytes', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await matches(secret, stored, [versionedKey(1, 0x33)])).toBe(false)
  })

  it.each([
    ['empty', ''],
    ['shorter', 'AAAA'],
    ['all zeros', 'A'.repeat(43)],
    ['longer', 'A'.repeat(44)],
  ])('refuses a digest that is %s', async (_, hash) => {
    expect(await matches(secret, { hash, pepperVersion: 1 }, [old])).toBe(false)
  })

  it('refuses a digest that goes on after the right one', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await matches(secret, { ...stored, hash: `${stored.hash}A` }, [old])).toBe(false)
  })

  it('is false without a digest, whatever is presented', async () => {
    for (const presented of [secret, '', 'A'.repeat(43)]) {
      expect(await matches(presented, null, [old, newest])).toBe(false)
    }
  })
})
