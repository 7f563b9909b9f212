import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { chill } from '../support/cold.ts'
import { expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import { body } from '../support/issuer-faults.ts'
import { type Jwk, makeEcKey, makeRsaKey } from '../support/keys.ts'
import { rows } from '../support/rows.ts'

const house = useHouse()

beforeEach(async () => {
  await chill(house())
  house().gateway.issuers.reset()
})

afterEach(async () => {
  house().gateway.issuers.reset()
  await chill(house())
})

/** Publishes a document word for word. */
function publish(document: string): void {
  house().gateway.issuers.a.keySet.fault = body(document)
}

const a1 = () => house().gateway.issuers.a.key.jwk

describe('a good key among hostile entries goes on serving', () => {
  const entries: [string, unknown][] = [
    ['null', null],
    ['a number', 7],
    ['a string', 'RSA'],
    ['an array', [{ kty: 'RSA' }]],
    ['an empty object', {}],
    ['a key id that is an object', { kty: 'RSA', kid: { a: 1 } }],
    ['a key id that is an array', { kty: 'RSA', kid: ['a1'] }],
    ['a key id of 10 000 characters', { kty: 'RSA', kid: 'k'.repeat(10_000) }],
    ['a type of every object', { kty: '__proto__', kid: 'bad' }],
    ['a type that is an array', { kty: ['RSA'], kid: 'bad', n: 'AQAB', e: 'AQAB' }],
    ['an algorithm that is a number', { kty: 'RSA', kid: 'bad', alg: 7 }],
    ['a use that is an array', { kty: 'RSA', kid: 'bad', use: ['sig'] }],
    ['operations that are a string', { kty: 'RSA', kid: 'bad', key_ops: 'verify' }],
    ['a certificate chain of junk', { kty: 'RSA', kid: 'bad', x5c: ['!!!', 7, null] }],
  ]

  test.each(entries)('%s', async (_, entry) => {
    publish(JSON.stringify({ keys: [entry, a1(), entry] }))
    await house().accepted(house().BT())
  })

  test('2 000 of them', async () => {
    const keys = [...Array.from({ length: 2000 }, (_, i) => ({ kty: 'oct', kid: `${i}` })), a1()]
    publish(JSON.stringify({ keys }))
    await house().accepted(house().BT())
  })

  test('members that every object has', async () => {
    publish(`{"__proto__":{"keys":[]},"constructor":1,"keys":[${JSON.stringify(a1())}]}`)
    await house().accepted(house().BT())
  })
})

describe('a set that nests', () => {
  test.each(rows([100, 5000, 15_000]))('%i arrays deep beside the keys', async (depth) => {
    const deep = '['.repeat(depth) + ']'.repeat(depth)
    const { gateway, BR } = house()
    publish(`{"keys":[${JSON.stringify(a1())}],"x":${deep}}`)
    await expectIssued(await gateway.token(BR()))
  })

  test.each(rows([100, 5000]))('%i objects deep inside an entry', async (depth) => {
    const deep = `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
    const { gateway, BR } = house()
    publish(`{"keys":[{"kty":"RSA","kid":"x","n":${deep}},${JSON.stringify(a1())}]}`)
    await expectIssued(await gateway.token(BR()))
  })

  test('nothing but nesting', async () => {
    const { gateway, BR } = house()
    publish('['.repeat(60_000))
    await expectU503(await gateway.token(BR()))
  })
})

describe('a key that cannot be one is a refusal, not an error', () => {
  const { n, e, x, y } = { n: 'AQAB', e: 'AQAB', x: 'AQAB', y: 'AQAB' }

  const broken: [string, string, (good: Jwk) => unknown][] = [
    ['RSA without a modulus', 'RS256', () => ({ kty: 'RSA', e })],
    ['RSA with a tiny modulus', 'RS256', () => ({ kty: 'RSA', n, e })],
    ['RSA with a modulus of zeros', 'RS256', () => ({ kty: 'RSA', n: 'A'.repeat(342), e })],
    [
      'RSA with a modulus of 40 000 characters',
      'RS256',
      () => ({ kty: 'RSA', n: 'q'.repeat(40_000), e }),
    ],
    [
      'RSA with a modulus that is no base64url',
      'RS256',
      () => ({ kty: 'RSA', n: '!'.repeat(342), e }),
    ],
    ['RSA with a modulus that is a number', 'RS256', () => ({ kty: 'RSA', n: 7, e })],
    ['RSA without an exponent', 'RS256', (good) => ({ ...good, e: undefined })],
    ['RSA with an even exponent', 'RS256', (good) => ({ ...good, e: 'AQAA' })],
    ['RSA with exponent 3', 'RS256', (good) => ({ ...good, e: 'Aw' })],
    [
      'RSA with an exponent of 1 000 bytes',
      'RS256',
      (good) => ({ ...good, e: 'AQAB'.repeat(333) }),
    ],
    ['EC off the curve', 'ES256', (good) => ({ ...good, y: good.x })],
    ['EC with short coordinates', 'ES256', (good) => ({ ...good, x, y })],
    ['EC without y', 'ES256', (good) => ({ ...good, y: undefined })],
    ['EC on no curve', 'ES256', (good) => ({ ...good, crv: undefined })],
    ['EC on an unknown curve', 'ES256', (good) => ({ ...good, crv: 'P-257' })],
    ['EC on a curve of every object', 'ES256', (good) => ({ ...good, crv: 'constructor' })],
    ['EC that says it is RSA', 'ES256', (good) => ({ ...good, kty: 'RSA' })],
    ['OKP that says ES256', 'ES256', () => ({ kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) })],
  ]

  test.each(broken)('%s', async (_, alg, spoil) => {
    const { gateway, claims, BR, BT } = house()
    const key = await (alg === 'RS256' ? makeRsaKey('bad') : makeEcKey('bad'))
    const entry = { ...(spoil(key.jwk) as Jwk), kid: 'bad' }
    publish(JSON.stringify({ keys: [entry, a1()] }))
    const token = gateway.issuers.a.mint(claims(), {}, key)
    await expectS400(await gateway.token(BR({ subject_token: token })))
    await expectIssued(await gateway.token(BR({ subject_token: BT() })))
    await expectS400(await gateway.token(BR({ subject_token: token })))
    expect(gateway.issuers.a.keySet.hits).toBe(1)
  })

  test('two keys under one id', async () => {
    const { BT, refused, accepted } = house()
    const twin = await makeRsaKey('a1')
    publish(JSON.stringify({ keys: [a1(), twin.jwk] }))
    await refused(BT())
    await chill(house())
    publish(JSON.stringify({ keys: [a1(), { ...twin.jwk, use: 'enc' }] }))
    await accepted(BT())
  })
})
