import { beforeAll, describe, expect, it } from 'vitest'
import { notAfterOf } from '../../src/crypto/certificate.ts'
import { generalizedTime, selfSigned, utcTime } from '../support/certificate.ts'
import { makeRsaKey, spki, type TestKey } from '../support/keys.ts'

let key: TestKey
beforeAll(async () => {
  key = await makeRsaKey('r1')
})

describe('the end of a certificate', () => {
  it.each([
    ['40 is 2040', utcTime('400101000000Z'), '2040-01-01T00:00:00.000Z'],
    ['49 is 2049', utcTime('491231235959Z'), '2049-12-31T23:59:59.000Z'],
    ['50 is 1950', utcTime('500101000000Z'), '1950-01-01T00:00:00.000Z'],
    ['four digits', generalizedTime('20500102030405Z'), '2050-01-02T03:04:05.000Z'],
    ['no end (RFC 5280 §4.1.2.5)', generalizedTime('99991231235959Z'), '9999-12-31T23:59:59.000Z'],
  ])('%s', (_, time, expected) => {
    const notAfter = notAfterOf(selfSigned(key, 'ci', time))
    expect(new Date(Number(notAfter)).toISOString()).toBe(expected)
  })

  it('a long name before it changes nothing', () => {
    expect(notAfterOf(selfSigned(key, 'x'.repeat(300)))).toBe(Date.UTC(2040, 0, 1))
  })

  it.each([
    ['without seconds', utcTime('4001010000Z')],
    ['of another zone', utcTime('400101000000+0100')],
    ['with a fraction', generalizedTime('20400101000000.5Z')],
    ['of four digits under the tag of two', utcTime('20400101000000Z')],
    ['of two digits under the tag of four', generalizedTime('400101000000Z')],
    ['empty', utcTime('')],
    ['that is no time', Buffer.from([0x05, 0x00])],
  ])('is unknown for a time %s', (_, time) => {
    expect(notAfterOf(selfSigned(key, 'ci', time))).toBeUndefined()
  })
})

describe('other bytes', () => {
  it('are no certificate, wherever they are cut', () => {
    const whole = selfSigned(key, 'ci')
    for (let length = 0; length < whole.length; length++) {
      expect(notAfterOf(whole.subarray(0, length))).toBeUndefined()
    }
  })

  it('never throw, whichever byte is another', () => {
    const whole = selfSigned(key, 'ci')
    for (let at = 0; at < 200; at++) {
      for (const byte of [0x00, 0x30, 0x80, 0x84, 0xff]) {
        const bytes = Buffer.from(whole)
        bytes[at] = byte
        const notAfter = notAfterOf(bytes)
        expect(notAfter === undefined || Number.isFinite(notAfter)).toBe(true)
      }
    }
  })

  it.each([
    ['a public key', () => spki(key, 'der')],
    ['nothing', () => Buffer.alloc(0)],
    ['a sequence of an indefinite length', () => Buffer.from([0x30, 0x80, 0x30, 0x80, 0, 0, 0, 0])],
    ['empty sequences', () => Buffer.from([0x30, 0x02, 0x30, 0x00])],
  ])('%s', (_, bytes) => {
    expect(notAfterOf(bytes())).toBeUndefined()
  })
})
