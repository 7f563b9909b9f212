import { createHmac, hkdfSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { derivedKey } from '../../src/crypto/derived-keys.ts'
import { versionedKey } from './versioned-key.ts'

const data = new TextEncoder().encode('data')
const hex = (bytes: ArrayBuffer) => Buffer.from(bytes).toString('hex')
const macUnder = async (key: CryptoKey) => hex(await crypto.subtle.sign('HMAC', key, data))
const expectedKey = (byte: number, purpose: string) =>
  Buffer.from(hkdfSync('sha256', Buffer.alloc(32, byte), '', `gatehouse ${purpose}`, 32))

describe('the key for sealing', () => {
  it('is HKDF-SHA-256 of the key with its purpose', async () => {
    const mac = createHmac('sha256', expectedKey(1, 'seal')).update(data).digest('hex')
    expect(await macUnder(await derivedKey(versionedKey(1, 1), 'seal'))).toBe(mac)
  })

  it('differs from key to key', async () => {
    const one = await macUnder(await derivedKey(versionedKey(1, 1), 'seal'))
    expect(await macUnder(await derivedKey(versionedKey(1, 2), 'seal'))).not.toBe(one)
  })

  it('signs and verifies only, and cannot be taken out', async () => {
    const key = await derivedKey(versionedKey(1, 1), 'seal')
    expect([key.algorithm.name, key.extractable, [...key.usages].sort()]).toEqual([
      'HMAC',
      false,
      ['sign', 'verify'],
    ])
  })
})

describe('the key for wrapping', () => {
  const iv = new Uint8Array(12)
  const encryptUnder = async (key: CryptoKey) =>
    hex(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, data))
  const raw = (bytes: Uint8Array<ArrayBuffer>) =>
    crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt'])

  it('is HKDF-SHA-256 of the key with its purpose, not that for sealing', async () => {
    const wrapping = await encryptUnder(await derivedKey(versionedKey(1, 1), 'wrap-signing-keys'))
    const ofPurpose = (purpose: string) => raw(new Uint8Array(expectedKey(1, purpose)))
    expect(wrapping).toBe(await encryptUnder(await ofPurpose('wrap-signing-keys')))
    expect(wrapping).not.toBe(await encryptUnder(await ofPurpose('seal')))
  })

  it('is not the key it comes from', async () => {
    const wrapping = await encryptUnder(await derivedKey(versionedKey(1, 1), 'wrap-signing-keys'))
    expect(wrapping).not.toBe(await encryptUnder(await raw(versionedKey(1, 1).bytes)))
  })

  it('encrypts and decrypts only, and cannot be taken out', async () => {
    const key = await derivedKey(versionedKey(1, 1), 'wrap-signing-keys')
    expect([key.algorithm.name, key.extractable, [...key.usages].sort()]).toEqual([
      'AES-GCM',
      false,
      ['decrypt', 'encrypt'],
    ])
  })
})

it('one key keeps both of its purposes, asked for in any order', async () => {
  const key = versionedKey(1, 3)
  const names = []
  for (const purpose of ['seal', 'wrap-signing-keys', 'seal', 'wrap-signing-keys'] as const) {
    names.push((await derivedKey(key, purpose)).algorithm.name)
  }
  expect(names).toEqual(['HMAC', 'AES-GCM', 'HMAC', 'AES-GCM'])
})
