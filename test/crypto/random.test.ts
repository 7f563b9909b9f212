import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { isClientSecret, isNamedToken } from '../../src/core/secret-text.ts'
import { newClientSecret, newId, newNamedToken } from '../../src/crypto/random.ts'

const at = 1_800_000_000_000
const base32 = '0123456789abcdefghjkmnpqrstvwxyz'
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make)

describe('newId', () => {
  it.each(['ns', 'rs', 'role', 'rb', 'iss', 'sa', 'tp', 'sec', 'dec', 'req', 'cli'] as const)(
    'has the prefix %s, 10 characters of time and 16 of chance',
    (prefix) => {
      expect(newId(prefix, at)).toMatch(new RegExp(`^${prefix}_[${base32}]{26}$`))
    },
  )

  it('sorts by the time of its making, across every carry', () => {
    const times = [0, 1, 31, 32, 1023, 1024, at - 1, at, at + 1, at + 31, at + 32, 32 ** 10 - 1]
    const ids = times.map((time) => newId('dec', time))
    expect(ids.toSorted()).toEqual(ids)
  })

  it('carries the time to the millisecond', () => {
    const time = newId('sa', at).slice(3, 13)
    const read = [...time].reduce((sum, char) => sum * 32 + base32.indexOf(char), 0)
    expect(read).toBe(at)
  })

  it('differs within one millisecond', () => {
    expect(new Set(many(1000, () => newId('tp', at))).size).toBe(1000)
  })

  it('uses the whole alphabet where it is random', () => {
    const used = new Set(many(200, () => newId('sa', at).slice(-16)).join(''))
    expect([...used].sort().join('')).toBe(base32)
  })
})

describe('newClientSecret', () => {
  it('is gths_, 43 characters and a checksum of 6', () => {
    expect(newClientSecret()).toMatch(/^gths_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/)
  })

  it('ends with the CRC32 of what comes before, in base62', () => {
    for (const secret of many(50, newClientSecret)) {
      const sum = [...secret.slice(-6)].reduce((n, char) => n * 62 + base62.indexOf(char), 0)
      expect(sum).toBe(crc32(secret.slice(0, -6)))
    }
  })

  it('never comes twice', () => {
    expect(new Set(many(500, newClientSecret)).size).toBe(500)
  })

  it('uses the whole alphabet', () => {
    const used = new Set(many(200, () => newClientSecret().slice(5, 48)).join(''))
    expect([...used].sort().join('')).toBe(base62)
  })
})

describe('isClientSecret', () => {
  const secret = newClientSecret()
  const withCharAt = (index: number, char: string) =>
    secret.slice(0, index) + char + secret.slice(index + 1)

  it('knows its own', () => {
    expect(many(50, newClientSecret).every(isClientSecret)).toBe(true)
  })

  it('knows a secret whose checksum begins with zeros', () => {
    const body = `gths_${'0'.repeat(41)}`
    const small = many(62 * 62, () => '')
      .map((_, i) => `${body}${base62[Math.floor(i / 62)]}${base62[i % 62]}`)
      .find((text) => crc32(text) < 62 ** 5)
    const digits = many(6, () => '').map((_, i) => {
      const rest = Math.floor(crc32(small ?? '') / 62 ** (5 - i))
      return base62[rest % 62]
    })
    expect(digits[0]).toBe('0')
    expect(isClientSecret(`${small}${digits.join('')}`)).toBe(true)
  })

  it('refuses one changed character, wherever it stands', () => {
    const taken = [...secret]
      .flatMap((char, index) =>
        [...base62].filter((other) => other !== char).map((other) => [index, other] as const),
      )
      .filter(([index, other]) => isClientSecret(withCharAt(index, other)))
    expect(taken).toEqual([])
  })

  it.each([
    ['nothing', ''],
    ['another prefix', `gtht_${secret.slice(5)}`],
    ['a prefix in capitals', `GTHS_${secret.slice(5)}`],
    ['one character less', secret.slice(0, -1)],
    ['one character more', `${secret}0`],
    ['a space before', ` ${secret}`],
    ['a newline after', `${secret}\n`],
    ['NUL after', `${secret}\0`],
    ['two characters swapped', `gths_${secret[6]}${secret[5]}x${secret.slice(8)}`],
    ['a character outside the alphabet', withCharAt(20, '-')],
  ])('refuses %s', (_, text) => {
    expect(isClientSecret(text)).toBe(false)
  })
})

describe('named tokens', () => {
  it('are gtht_, 43 characters and a CRC32 of 6, and known by it', () => {
    for (const token of many(50, newNamedToken)) {
      expect(token).toMatch(/^gtht_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/)
      const sum = [...token.slice(-6)].reduce((n, char) => n * 62 + base62.indexOf(char), 0)
      expect(sum).toBe(crc32(token.slice(0, -6)))
      expect(isNamedToken(token)).toBe(true)
    }
  })

  it('are no client secrets, nor the other way round, not even under the other prefix', () => {
    const [token, secret] = [newNamedToken(), newClientSecret()]
    expect([isClientSecret(token), isNamedToken(secret)]).toEqual([false, false])
    expect(isClientSecret(`gths_${token.slice(5)}`)).toBe(false)
    expect(isNamedToken(`gtht_${secret.slice(5)}`)).toBe(false)
  })

  it.each(['', 'gtht_', 'gtht', 'x.y.z', '\n', 'gtht_'.padEnd(54, '0')])('%j is none', (text) => {
    expect(isNamedToken(text)).toBe(false)
  })
})
