import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { AccountKey } from '../../src/core/account-config.ts'
import { assertionAlgorithms } from '../../src/core/account-key.ts'
import { readCompactJwt, type UnverifiedJwt } from '../../src/core/compact-jwt.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { findSigningKey } from '../../src/crypto/client-assertion.ts'
import { type JwsParts, jws } from '../support/jws.ts'
import { makeEcKey, makeEd25519Key, makeRsaKey, type TestKey } from '../support/keys.ts'

const nowMs = 1_800_000_000_000

const registered = (key: TestKey, changes: Partial<AccountKey> = {}): AccountKey => ({
  id: `key_${key.kid}`,
  kid: key.kid,
  algorithm: key.alg,
  jwk: key.jwk as JsonObject,
  assertionAudience: null,
  expiresAt: null,
  ...changes,
})

const signed = (key: TestKey, header: JwsParts['header'] = {}): UnverifiedJwt => {
  const members = { alg: key.alg, kid: key.kid, ...(header as object) }
  const jwt = readCompactJwt(jws({ header: members, payload: { jti: 'x' }, signer: key }))
  if (!jwt.ok) throw new Error(jwt.error)
  return jwt.value
}

let ec: TestKey
let other: TestKey
let rsa: TestKey
beforeAll(async () => {
  ;[ec, other, rsa] = [await makeEcKey('c1'), await makeEcKey('c2'), await makeRsaKey('r1')]
})

const find = async (jwt: UnverifiedJwt, ...keys: AccountKey[]) => {
  const found = await findSigningKey(jwt, keys, nowMs)
  return found.ok ? found.value.id : found.error
}

describe('the key that signed', () => {
  it('is found by its id, among others', async () => {
    expect(await find(signed(ec), registered(rsa), registered(ec), registered(other))).toBe(
      'key_c1',
    )
  })

  it('may go unnamed while it alone fits', async () => {
    const nameless = () => signed(ec, { kid: undefined })
    expect(await find(nameless(), registered(rsa), registered(ec))).toBe('key_c1')
    expect(await find(nameless(), registered(other), registered(ec))).toBe('ambiguous_key')
    const gone = registered(other, { expiresAt: nowMs })
    expect(await find(nameless(), gone, registered(ec))).toBe('key_c1')
  })

  it.each([
    ['none is registered', () => find(signed(ec)), 'unknown_key'],
    ['another is named', () => find(signed(ec, { kid: 'c2' }), registered(ec)), 'unknown_key'],
    ['another signed', () => find(signed(ec, { kid: 'c2' }), registered(other)), 'signature'],
    ['it has expired', () => find(signed(ec), registered(ec, { expiresAt: nowMs })), 'expired_key'],
    [
      'it is pinned to another algorithm',
      () => find(signed(rsa, { alg: 'PS256' }), registered(rsa)),
      'algorithm',
    ],
    [
      'the header names another type of key',
      () => find(signed(ec, { alg: 'RS256' }), registered(ec)),
      'algorithm',
    ],
    [
      'nobody offers the algorithm',
      () => find(signed(rsa, { alg: 'RS512' }), registered(rsa)),
      'algorithm',
    ],
    [
      'it is no token of that kind',
      () => find(signed(ec, { typ: 'at+jwt' }), registered(ec)),
      'token_type',
    ],
    [
      'its stored form is broken',
      () => find(signed(ec), registered(ec, { jwk: { kty: 'EC', crv: 'P-256', alg: 'ES256' } })),
      'unusable_key',
    ],
  ])('is not found: %s', async (_, attempt, fault) => {
    expect(await attempt()).toBe(fault)
  })

  it('is good to its last moment', async () => {
    expect(await find(signed(ec), registered(ec, { expiresAt: nowMs + 1 }))).toBe('key_c1')
  })
})

describe('the work that is done', () => {
  const makers = {
    RS256: () => makeRsaKey('k'),
    PS256: () => makeRsaKey('k', 2048, 'PS256'),
    ES256: () => makeEcKey('k'),
    ES384: () => makeEcKey('k', 'ES384'),
    Ed25519: () => makeEd25519Key('k'),
  }

  it.each(assertionAlgorithms)('%s: one signature, whatever keys there are', async (alg) => {
    const key = await makers[alg]()
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const importKey = vi.spyOn(crypto.subtle, 'importKey')
    const worked = async (...keys: AccountKey[]) => {
      verify.mockClear()
      importKey.mockClear()
      const outcome = await find(signed(key), ...keys)
      return [outcome, verify.mock.calls.length, importKey.mock.calls.length]
    }
    expect(await worked(registered(key))).toEqual(['key_k', 1, 1])
    expect(await worked()).toEqual(['unknown_key', 1, 1])
    expect(await worked()).toEqual(['unknown_key', 1, 1])
    expect(await worked(registered(key, { expiresAt: 0 }))).toEqual(['expired_key', 1, 1])
    expect(await worked(registered(key), registered(key))).toEqual(['ambiguous_key', 1, 1])
    vi.restoreAllMocks()
  })

  it('once for a request that is judged twice', async () => {
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const [good, none] = [signed(ec), signed(other, { kid: 'c1' })]
    for (let i = 0; i < 3; i++) {
      expect(await find(good, registered(ec))).toBe('key_c1')
      expect(await find(none, registered(ec))).toBe('signature')
    }
    expect(verify).toHaveBeenCalledTimes(2)
    // Another key of that name, saved a moment ago, is another question.
    expect(await find(none, registered(other, { kid: 'c1' }))).toBe('key_c2')
    expect(verify).toHaveBeenCalledTimes(3)
    vi.restoreAllMocks()
  })
})
