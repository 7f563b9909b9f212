import { exportJWK, generateKeyPair } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../src/core/json.ts'
import { fitsAlgorithm, verifiableAlgorithms } from '../../src/core/public-jwk.ts'
import { readKeySet } from '../../src/crypto/usable-keys.ts'
import { makeRsaKey } from '../support/keys.ts'

const keys: { rsa: JsonObject; ec: JsonObject; okp: JsonObject; weak: JsonObject } = {
  rsa: {},
  ec: {},
  okp: {},
  weak: {},
}
const publicOf = async (algorithm: string): Promise<JsonObject> => {
  const { publicKey } = await generateKeyPair(algorithm, { extractable: true })
  return (await exportJWK(publicKey)) as JsonObject
}
beforeAll(async () => {
  keys.rsa = { ...(await publicOf('RS256')), kid: 'rsa' }
  keys.ec = { ...(await publicOf('ES256')), kid: 'ec' }
  keys.okp = { ...(await publicOf('Ed25519')), kid: 'okp' }
  const { n, e } = (await makeRsaKey('weak', 1024)).jwk
  keys.weak = { kty: 'RSA', n: `${n}`, e: `${e}`, kid: 'weak' }
})

/** The ids of the keys that are left of a document. */
const kidsOf = (...listed: unknown[]) => readKeySet({ keys: listed })?.keys.map(({ kid }) => kid)

describe('a key set', () => {
  it('keeps its usable keys as they were listed', () => {
    const { rsa, ec, okp } = keys
    expect(readKeySet({ keys: [rsa, ec, okp] })).toEqual({
      keys: [
        { kid: 'rsa', jwk: rsa },
        { kid: 'ec', jwk: ec },
        { kid: 'okp', jwk: okp },
      ],
      listedKids: new Set(['rsa', 'ec', 'okp']),
      exposed: false,
    })
  })

  it('may say more than its keys', () => {
    expect(readKeySet({ keys: [keys.ec], updated: 'today' })?.keys).toHaveLength(1)
  })

  it('keeps a key without an id', () => {
    const { kid: _, ...nameless } = keys.ec
    expect(readKeySet({ keys: [nameless] })).toEqual({
      keys: [{ kid: undefined, jwk: nameless }],
      listedKids: new Set(),
      exposed: false,
    })
  })

  it('names the ids of unusable keys too', () => {
    const document = { keys: [{ ...keys.ec, use: 'enc' }, keys.rsa] }
    expect(readKeySet(document)?.listedKids).toEqual(new Set(['ec', 'rsa']))
  })

  it.each([
    ['null', null],
    ['undefined', undefined],
    ['a text', '{"keys":[]}'],
    ['a number', 7],
    ['a list', []],
    ['an empty object', {}],
    ['no keys', { keys: [] }],
    ['keys that are null', { keys: null }],
    ['keys that are an object', { keys: { 0: {} } }],
    ['keys that are a text', { keys: 'all' }],
    ['keys of another name', { Keys: [{ kty: 'EC', crv: 'P-256' }] }],
    ['inherited keys', Object.create({ keys: [{ kty: 'EC', crv: 'P-256' }] })],
  ])('is garbage where it is %s', (_, document) => {
    expect(readKeySet(document)).toBeUndefined()
  })

  it.each([
    ['null', null],
    ['a text', 'key'],
    ['a number', 7],
    ['a list', []],
    ['an empty object', {}],
  ])('skips an entry that is %s, and keeps the others', (_, entry) => {
    expect(kidsOf(entry, keys.rsa, entry, keys.ec)).toEqual(['rsa', 'ec'])
  })
})

describe('material that is not public', () => {
  it.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'])('%s in RSA is skipped', (name) => {
    expect(kidsOf({ ...keys.rsa, [name]: 'AQAB' }, keys.ec)).toEqual(['ec'])
  })

  it.each(['d', 'k'])('%s in EC is skipped', (name) => {
    expect(kidsOf({ ...keys.ec, [name]: 'AQAB' }, keys.rsa)).toEqual(['rsa'])
  })

  it('is skipped whatever its value', () => {
    for (const d of ['', null, false]) expect(kidsOf({ ...keys.ec, d })).toEqual([])
  })

  it('is skipped where it is symmetric', () => {
    expect(kidsOf({ kty: 'oct', k: 'AQAB', kid: 'oct' }, keys.ec)).toEqual(['ec'])
    expect(kidsOf({ kty: 'oct', kid: 'oct' }, keys.ec)).toEqual(['ec'])
  })
})

describe('use and key_ops', () => {
  it.each([
    ['no use', {}],
    ['use sig', { use: 'sig' }],
    ['key_ops verify', { key_ops: ['verify'] }],
    ['key_ops verify among others', { key_ops: ['verify', 'encrypt'] }],
  ])('%s is usable', (_, members) => {
    expect(kidsOf({ ...keys.ec, ...members })).toEqual(['ec'])
  })

  it.each([
    ['use enc', { use: 'enc' }],
    ['use Sig', { use: 'Sig' }],
    ['use empty', { use: '' }],
    ['use null', { use: null }],
    ['use a list', { use: ['sig'] }],
    ['key_ops without verify', { key_ops: ['encrypt', 'sign'] }],
    ['key_ops empty', { key_ops: [] }],
    ['key_ops a text', { key_ops: 'verify' }],
    ['key_ops null', { key_ops: null }],
    ['use sig with key_ops without verify', { use: 'sig', key_ops: ['sign'] }],
    ['use enc with key_ops verify', { use: 'enc', key_ops: ['verify'] }],
  ])('%s is skipped', (_, members) => {
    expect(kidsOf({ ...keys.ec, ...members })).toEqual([])
  })
})

describe('an RSA key', () => {
  const encode = (...bytes: number[]) => Buffer.from(bytes).toString('base64url')

  it('of 1024 bits is skipped', () => {
    expect(kidsOf(keys.weak)).toEqual([])
  })

  it.each([
    ['2047 bits', [0x7f, ...Array(255).fill(0xff)], false],
    ['2048 bits', [0x80, ...Array(255).fill(0xff)], true],
    ['2048 bits behind zeros', [0, 0, 0x80, ...Array(255).fill(0xff)], true],
    ['1024 bits behind zeros', [...Array(200).fill(0), ...Array(128).fill(0xff)], false],
    ['nothing', [], false],
    ['zeros', Array(256).fill(0), false],
  ])('with a modulus of %s is usable: %s', (_, bytes, usable) => {
    expect(kidsOf({ ...keys.rsa, n: encode(...bytes) })).toEqual(usable ? ['rsa'] : [])
  })

  it.each([
    ['0', [0], false],
    ['1', [1], false],
    ['3', [3], false],
    ['17', [17], false],
    ['65535', [0xff, 0xff], false],
    ['65536', [1, 0, 0], false],
    ['65537', [1, 0, 1], true],
    ['65537 behind a zero', [0, 1, 0, 1], true],
    ['65539', [1, 0, 3], true],
    ['nothing', [], false],
  ])('with the exponent %s is usable: %s', (_, bytes, usable) => {
    expect(kidsOf({ ...keys.rsa, e: encode(...bytes) })).toEqual(usable ? ['rsa'] : [])
  })

  it.each([
    ['a missing modulus', { n: undefined }],
    ['a modulus that is a number', { n: 65_537 }],
    ['a modulus that is no base64url', { n: '!'.repeat(342) }],
    ['a missing exponent', { e: undefined }],
    ['an exponent that is a number', { e: 65_537 }],
    ['an exponent that is no base64url', { e: 'A!' }],
  ])('with %s is skipped', (_, members) => {
    expect(kidsOf({ ...keys.rsa, ...members })).toEqual([])
  })
})

describe('an Ed25519 key', () => {
  // libsodium refuses the same ones (`ge25519_has_small_order`): what is below 2^255 and has order 1, 2,
  // 4 or 8, each with either sign.
  it.each([
    ['of order 4', '00'.repeat(32)],
    ['of order 1', `01${'00'.repeat(31)}`],
    ['of order 2', `ec${'ff'.repeat(30)}7f`],
    ['of order 4, written as the prime', `ed${'ff'.repeat(30)}7f`],
    ['of order 1, written as the prime and 1', `ee${'ff'.repeat(30)}7f`],
    ['of order 8', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05'],
    ['of order 8, the other', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'],
  ])('%s is skipped, whatever its sign', (_, hex) => {
    const point = Buffer.from(hex, 'hex')
    const negative = Buffer.from([...point.subarray(0, 31), (point[31] ?? 0) | 0x80])
    for (const bytes of [point, negative]) {
      expect(kidsOf({ ...keys.okp, x: bytes.toString('base64url') })).toEqual([])
      expect(kidsOf({ ...keys.okp, x: bytes.toString('base64') })).toEqual([])
    }
  })

  it.each([
    ['31 bytes', Buffer.alloc(31, 7).toString('base64url')],
    ['33 bytes', Buffer.alloc(33, 7).toString('base64url')],
    ['no bytes', ''],
    ['no base64url', '!'.repeat(43)],
    ['a number', 7],
  ])('of %s is skipped', (_, x) => {
    expect(kidsOf({ ...keys.okp, x })).toEqual([])
  })
})

describe('a key id', () => {
  it.each([
    ['one character', 'k'],
    ['256 characters', 'k'.repeat(256)],
    ['what looks inherited', '__proto__'],
  ])('of %s is usable', (_, kid) => {
    expect(kidsOf({ ...keys.ec, kid })).toEqual([kid])
  })

  it.each([
    ['empty', ''],
    ['257 characters', 'k'.repeat(257)],
    ['257 bytes in 129 characters', `${'é'.repeat(128)}k`],
    ['a number', 7],
    ['null', null],
    ['a list', ['k']],
    ['an object', {}],
  ])('that is %s makes its key unusable', (_, kid) => {
    expect(kidsOf({ ...keys.ec, kid }, keys.rsa)).toEqual(['rsa'])
  })
})

describe('fitsAlgorithm', () => {
  const shapes = {
    RSA: { kty: 'RSA' },
    'P-256': { kty: 'EC', crv: 'P-256' },
    'P-384': { kty: 'EC', crv: 'P-384' },
    'P-521': { kty: 'EC', crv: 'P-521' },
    secp256k1: { kty: 'EC', crv: 'secp256k1' },
    Ed25519: { kty: 'OKP', crv: 'Ed25519' },
    Ed448: { kty: 'OKP', crv: 'Ed448' },
    X25519: { kty: 'OKP', crv: 'X25519' },
    oct: { kty: 'oct' },
    'RSA with a curve': { kty: 'RSA', crv: 'P-256' },
    'no type': { crv: 'P-256' },
  }
  const fits = (jwk: JsonObject, algorithm: string) => fitsAlgorithm({ jwk }, algorithm)
  const rsaFits = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

  it.each<[keyof typeof shapes, string[]]>([
    ['RSA', rsaFits],
    ['P-256', ['ES256']],
    ['P-384', ['ES384']],
    ['P-521', ['ES512']],
    ['secp256k1', []],
    ['Ed25519', ['Ed25519', 'EdDSA']],
    ['Ed448', []],
    ['X25519', []],
    ['oct', []],
    ['RSA with a curve', rsaFits],
    ['no type', []],
  ])('%s fits exactly %j', (shape, algorithms) => {
    const asked = [...verifiableAlgorithms, 'HS256', 'none', 'ES256K', '']
    expect(asked.filter((algorithm) => fits(shapes[shape], algorithm))).toEqual(algorithms)
  })

  it.each([
    ['the same', 'RS256', true],
    ['another of the same type', 'PS256', false],
    ['a longer digest', 'RS512', false],
    ['in another case', 'rs256', false],
    ['of encryption', 'RSA-OAEP', false],
    ['empty', '', false],
    ['null', null, false],
    ['a list', ['RS256'], false],
  ])('a key whose own alg is %s', (_, alg, fit) => {
    expect(fits({ kty: 'RSA', alg }, 'RS256')).toBe(fit)
  })

  it('knows no algorithm by an inherited name', () => {
    for (const shape of Object.values(shapes)) expect(fits(shape, 'constructor')).toBe(false)
  })

  it('offers no symmetric algorithm and not none', () => {
    expect(verifiableAlgorithms.filter((name) => /^(HS|none)/i.test(name))).toEqual([])
  })
})
