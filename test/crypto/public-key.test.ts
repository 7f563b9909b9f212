import { calculateJwkThumbprint } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { AssertionAlgorithm } from '../../src/core/account-key.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { readPem } from '../../src/crypto/pem.ts'
import { readPublicKey } from '../../src/crypto/public-key.ts'
import { certificatePem, selfSigned } from '../support/certificate.ts'
import {
  type Jwk,
  makeEcKey,
  makeEd25519Key,
  makeRsaKey,
  spki,
  type TestKey,
  without,
} from '../support/keys.ts'

let keys: Readonly<Record<'rsa' | 'pss' | 'p256' | 'p384' | 'p521' | 'ed', TestKey>>
beforeAll(async () => {
  keys = {
    rsa: await makeRsaKey('rsa'),
    pss: await makeRsaKey('pss', 3072, 'PS256'),
    p256: await makeEcKey('p256'),
    p384: await makeEcKey('p384', 'ES384'),
    p521: await makeEcKey('p521', 'ES512'),
    ed: await makeEd25519Key('ed'),
  }
})

const read = (jwk: Jwk, wanted: AssertionAlgorithm | null = null) =>
  readPublicKey(jwk as JsonObject, wanted)
const names = ['rsa', 'pss', 'p256', 'p384', 'ed'] as const

describe('readPublicKey', () => {
  it.each(names)('keeps the public members of %s', async (name) => {
    const { jwk, kid, alg } = keys[name]
    const noisy = { ...jwk, x5t: 'AAAA', ext: true, key_ops: ['verify'], note: 'x' }
    expect(await read(noisy)).toEqual({ ok: true, value: { kid, algorithm: alg, jwk } })
  })

  it.each(names)('names %s by its thumbprint where it has no name', async (name) => {
    const { jwk } = keys[name]
    const kid = await calculateJwkThumbprint(jwk)
    expect(await read(without(jwk, 'kid'))).toMatchObject({ ok: true, value: { kid } })
  })

  it('writes numbers in their one spelling', async () => {
    const { jwk } = keys.rsa
    const n = Buffer.concat([Buffer.alloc(1), Buffer.from(String(jwk.n), 'base64url')])
    const padded = { ...without(jwk, 'kid'), n: n.toString('base64url'), e: 'AAEAAQ' }
    const kid = await calculateJwkThumbprint(jwk)
    expect(await read(padded)).toMatchObject({
      ok: true,
      value: { kid, jwk: { n: jwk.n, e: 'AQAB' } },
    })
  })

  it('pins what is asked for, and no other', async () => {
    const bare = without(keys.rsa.jwk, 'alg')
    expect(await read(bare)).toMatchObject({ value: { algorithm: 'RS256' } })
    expect(await read(bare, 'PS256')).toMatchObject({
      value: { algorithm: 'PS256', jwk: { alg: 'PS256' } },
    })
    const wrong = { ok: false, error: 'other_algorithm' }
    expect(await read(bare, 'ES256')).toEqual(wrong)
    expect(await read(keys.rsa.jwk, 'PS256')).toEqual(wrong)
    expect(await read(keys.p256.jwk, 'ES384')).toEqual(wrong)
    expect(await read({ ...keys.ed.jwk, alg: 'EdDSA' })).toEqual(wrong)
  })

  const refused: [string, () => Jwk, string][] = [
    ['a private key', () => keys.p256.privateJwk, 'private_key'],
    ['a private RSA key', () => keys.rsa.privateJwk, 'private_key'],
    ['one prime of it', () => ({ ...keys.rsa.jwk, q: keys.rsa.privateJwk.q ?? '' }), 'private_key'],
    ['a symmetric key', () => ({ kty: 'oct', k: 'AAAA' }), 'symmetric_key'],
    ['a secret beside a public key', () => ({ ...keys.p256.jwk, k: 'AAAA' }), 'private_key'],
    ['a key for encryption', () => ({ ...keys.rsa.jwk, use: 'enc' }), 'other_use'],
    ['a key for signing', () => ({ ...keys.rsa.jwk, key_ops: ['sign'] }), 'other_use'],
    ['P-521', () => keys.p521.jwk, 'unsupported_key'],
    ['X25519', () => ({ kty: 'OKP', crv: 'X25519', x: String(keys.ed.jwk.x) }), 'unsupported_key'],
    ['no type', () => ({}), 'unsupported_key'],
    ['a type that is inherited', () => ({ kty: 'constructor' }), 'unsupported_key'],
    [
      'a point off the curve',
      () => ({ ...keys.p256.jwk, y: String(keys.p256.jwk.x) }),
      'malformed_key',
    ],
    ['half a point', () => without(keys.p256.jwk, 'y'), 'malformed_key'],
    ['no modulus', () => without(keys.rsa.jwk, 'n'), 'malformed_key'],
    ['a point of small order', () => ({ ...keys.ed.jwk, x: 'A'.repeat(43) }), 'weak_key'],
    ['exponent 3', () => ({ ...keys.rsa.jwk, e: 'Aw' }), 'weak_key'],
  ]
  it.each(refused)('refuses %s', async (_, jwk, error) => {
    expect(await read(jwk())).toEqual({ ok: false, error })
  })

  it('refuses short RSA', async () => {
    const { jwk } = await makeRsaKey('short', 1024)
    expect(await read(jwk)).toEqual({ ok: false, error: 'weak_key' })
  })
})

describe('readPem', () => {
  it.each(names)('reads %s', async (name) => {
    const { alg: _a, kid: _k, use: _u, ...members } = keys[name].jwk
    const pem = spki(keys[name], 'pem').toString()
    expect(await readPem(pem)).toEqual({ ok: true, value: { jwk: members, notAfter: null } })
  })

  it('reads a certificate', async () => {
    const { alg: _a, kid: _k, use: _u, ...members } = keys.rsa.jwk
    const pem = certificatePem(selfSigned(keys.rsa, 'ci'))
    const notAfter = Date.UTC(2040, 0, 1)
    expect(await readPem(pem)).toEqual({ ok: true, value: { jwk: members, notAfter } })
  })

  const pem = () => spki(keys.p256, 'pem').toString()
  const refused: [string, () => string, string][] = [
    ['a private key', () => pem().replaceAll('PUBLIC', 'PRIVATE'), 'private_key'],
    ['a private key in small letters', () => pem().replaceAll('PUBLIC', 'private'), 'private_key'],
    ['a locked private key', () => pem().replaceAll('PUBLIC', 'ENCRYPTED PRIVATE'), 'private_key'],
    [
      'a private key behind a public one',
      () => `${pem()}-----BEGIN RSA PRIVATE KEY-----`,
      'private_key',
    ],
    ['a PKCS#1 key', () => pem().replaceAll('PUBLIC', 'RSA PUBLIC'), 'malformed_pem'],
    ['two keys', () => pem() + pem(), 'malformed_pem'],
    ['other ends', () => pem().replace('END PUBLIC KEY', 'END CERTIFICATE'), 'malformed_pem'],
    ['nothing', () => '', 'malformed_pem'],
    [
      'bad base64',
      () => '-----BEGIN PUBLIC KEY-----\nA\n-----END PUBLIC KEY-----',
      'malformed_pem',
    ],
    ['no bytes', () => '-----BEGIN PUBLIC KEY-----\n\n-----END PUBLIC KEY-----', 'malformed_key'],
    ['P-521', () => spki(keys.p521, 'pem').toString(), 'malformed_key'],
  ]
  it.each(refused)('refuses %s', async (_, text, error) => {
    expect(await readPem(text())).toEqual({ ok: false, error })
  })
})
