import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashSecret, hashUnderEach, secretMatches } from '../../src/crypto/secret-hash.ts'
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

describe('secretMatches', () => {
  it('knows the secret', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await secretMatches(secret, stored, [old])).toBe(true)
  })

  it('knows an old secret after a pepper was added, and a new one', async () => {
    const stored = await hashSecret(secret, [old])
    const later = await hashSecret(secret, [old, newest])
    expect(later.pepperVersion).toBe(2)
    expect(await secretMatches(secret, stored, [old, newest])).toBe(true)
    expect(await secretMatches(secret, later, [old, newest])).toBe(true)
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
    expect(await secretMatches(presented, stored, [old])).toBe(false)
  })

  it('refuses the stored digest as a secret', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await secretMatches(stored.hash, stored, [old])).toBe(false)
  })

  it('refuses where the pepper of the digest is gone', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await secretMatches(secret, stored, [newest])).toBe(false)
  })

  it('refuses where the digest names another version than its pepper', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await secretMatches(secret, { ...stored, pepperVersion: 2 }, [old, newest])).toBe(false)
  })

  it('refuses where a pepper of that version has other bytes', async () => {
    const stored = await hashSecret(secret, [old])
    expect(await secretMatches(secret, stored, [versionedKey(1, 0x33)])).toBe(false)
  })

  it.each([
    ['empty', ''],
    ['shorter', 'AAAA'],
    ['all zeros', 'A'.repeat(43)],
  ])('refuses a digest that is %s', async (_, hash) => {
    expect(await secretMatches(secret, { hash, pepperVersion: 1 }, [old])).toBe(false)
  })

  it('is false without a digest, whatever is presented', async () => {
    for (const presented of [secret, '', 'A'.repeat(43)]) {
      expect(await secretMatches(presented, null, [old, newest])).toBe(false)
    }
  })
})

describe('the work of a comparison', () => {
  const stored = async () => ({ unknown: null, known: await hashSecret(secret, [old]) })

  // Counted, not timed: an account that does not exist must cost what one with a wrong secret does.
  it.each(['unknown', 'known'] as const)('is one HMAC where the client is %s', async (client) => {
    const { verify } = crypto.subtle
    let verified = 0
    crypto.subtle.verify = (...args: Parameters<typeof verify>) => {
      verified += 1
      return verify.apply(crypto.subtle, args)
    }
    try {
      await secretMatches('wrong', (await stored())[client], [old])
    } finally {
      crypto.subtle.verify = verify
    }
    expect(verified).toBe(1)
  })
})
