import { calculateJwkThumbprint, importJWK, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { StoredSigningKey } from '../../src/core/account-config.ts'
import {
  generateSigningKey,
  type NewSigningKey,
  openSigner,
} from '../../src/crypto/signing-keys.ts'
import { versionedKey } from './versioned-key.ts'

const kek = versionedKey(1, 0x11)
const newer = versionedKey(2, 0x22)
const unavailable = { name: 'Unavailable', dependency: 'signing_key' }

describe.each([
  { algorithm: 'ES256', members: ['kty', 'crv', 'x', 'y'], shape: { kty: 'EC', crv: 'P-256' } },
  { algorithm: 'RS256', members: ['kty', 'n', 'e'], shape: { kty: 'RSA', e: 'AQAB' } },
  { algorithm: 'Ed25519', members: ['kty', 'crv', 'x'], shape: { kty: 'OKP', crv: 'Ed25519' } },
] as const)('a key for $algorithm', ({ algorithm, members, shape }) => {
  let made: NewSigningKey
  beforeAll(async () => {
    made = await generateSigningKey(algorithm, [kek])
  })

  it('is named by its RFC 7638 thumbprint, in the open and in its JWK', async () => {
    const { kid, alg, use, ...bare } = made.publicJwk
    expect(made.kid).toBe(await calculateJwkThumbprint(bare))
    expect([kid, alg, use, made.algorithm]).toEqual([made.kid, algorithm, 'sig', algorithm])
  })

  it('has public members only', () => {
    expect(Object.keys(made.publicJwk).sort()).toEqual([...members, 'kid', 'alg', 'use'].sort())
    expect(made.publicJwk).toMatchObject(shape)
  })

  it('keeps its private half out of sight', () => {
    expect(made.wrappedKey).toMatch(/^1\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+$/)
    const [, , sealed = ''] = made.wrappedKey.split('.')
    expect(Buffer.from(sealed, 'base64url').includes('"kty"')).toBe(false)
  })

  it('opens as a signer whose signatures its public half verifies', async () => {
    const signer = await openSigner(made, [kek])
    expect([signer.kid, signer.algorithm]).toEqual([made.kid, algorithm])
    const data = new TextEncoder().encode('data')
    const name = algorithm === 'ES256' ? { name: 'ECDSA', hash: 'SHA-256' } : signer.key.algorithm
    const signature = await crypto.subtle.sign(name, signer.key, data)
    const publicKey = (await importJWK(made.publicJwk, algorithm)) as CryptoKey
    expect(await crypto.subtle.verify(name, publicKey, signature, data)).toBe(true)
  })
})

it('an RSA key has 2048 bits', async () => {
  const { n = '' } = (await generateSigningKey('RS256', [kek])).publicJwk as JWK
  expect(Buffer.from(n, 'base64url')).toHaveLength(256)
})

it('no two keys are alike', async () => {
  const [one, two] = [
    await generateSigningKey('ES256', [kek]),
    await generateSigningKey('ES256', [kek]),
  ]
  expect(one.kid).not.toBe(two.kid)
})

describe('wrapping', () => {
  it('uses the newest key-encryption key', async () => {
    const made = await generateSigningKey('ES256', [kek, newer])
    expect(made.wrappedKey).toMatch(/^2\./)
    expect((await openSigner(made, [newer])).kid).toBe(made.kid)
  })

  it('opens what an old key wrapped after a newer one was added', async () => {
    const made = await generateSigningKey('ES256', [kek])
    expect((await openSigner(made, [kek, newer])).kid).toBe(made.kid)
  })
})

describe('an active key that cannot be opened is Unavailable', () => {
  // A key of its own for each case: what was opened once stays open in the isolate.
  const fresh = () => generateSigningKey('ES256', [kek])
  const part = (stored: StoredSigningKey, index: number, change: (text: string) => string) => {
    const parts = stored.wrappedKey.split('.')
    parts[index] = change(parts[index] ?? '')
    return { ...stored, wrappedKey: parts.join('.') }
  }
  const changeFirst = (text: string) => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`

  it('when there is none', async () => {
    await expect(openSigner(null, [kek])).rejects.toMatchObject(unavailable)
  })

  it('when its key-encryption key is gone', async () => {
    await expect(openSigner(await fresh(), [newer])).rejects.toMatchObject(unavailable)
  })

  it('when a key-encryption key of that version has other bytes', async () => {
    await expect(openSigner(await fresh(), [versionedKey(1, 0x33)])).rejects.toMatchObject(
      unavailable,
    )
  })

  it.each<[string, (stored: StoredSigningKey) => StoredSigningKey]>([
    ['its version', (stored) => part(stored, 0, () => '2')],
    ['its version to something else', (stored) => part(stored, 0, () => '01')],
    ['its nonce', (stored) => part(stored, 1, changeFirst)],
    ['its sealed part', (stored) => part(stored, 2, changeFirst)],
    ['its sealed part, cut short', (stored) => part(stored, 2, (text) => text.slice(0, -4))],
    ['its sealed part, taken away', (stored) => part(stored, 2, () => '')],
    ['its sealed part to no base64url', (stored) => part(stored, 2, () => '!!!')],
    ['all of it to garbage', (stored) => ({ ...stored, wrappedKey: 'garbage' })],
    ['all of it to nothing', (stored) => ({ ...stored, wrappedKey: '' })],
    ['its kid', (stored) => ({ ...stored, kid: changeFirst(stored.kid) })],
    ['its algorithm', (stored) => ({ ...stored, algorithm: 'RS256' })],
  ])('when somebody changed %s', async (_, tamper) => {
    const made = await fresh()
    await expect(openSigner(tamper(made), [kek, newer])).rejects.toMatchObject(unavailable)
    expect((await openSigner(made, [kek, newer])).kid).toBe(made.kid)
  })

  it('when it is the private half of another key', async () => {
    const [made, other] = [await fresh(), await fresh()]
    const swapped = { ...made, wrappedKey: other.wrappedKey }
    await expect(openSigner(swapped, [kek])).rejects.toMatchObject(unavailable)
  })

  it('and says neither key nor version to its caller', async () => {
    await expect(openSigner(await fresh(), [newer])).rejects.toThrow(
      /^the active signing key cannot be unwrapped$/,
    )
  })
})

it('a key that was opened before does not stand in for the next one', async () => {
  const [one, two] = [
    await generateSigningKey('ES256', [kek]),
    await generateSigningKey('ES256', [kek]),
  ]
  await openSigner(one, [kek])
  expect((await openSigner(two, [kek])).kid).toBe(two.kid)
  expect((await openSigner(one, [kek])).kid).toBe(one.kid)
})
