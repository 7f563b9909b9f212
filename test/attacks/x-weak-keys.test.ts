import { createECDH } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { postKey } from '../support/assertion.ts'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { expectProblem } from '../support/expect.ts'
import { jws } from '../support/jws.ts'
import { makeEcKey, makeEd25519Key, type TestKey } from '../support/keys.ts'

const house = useHouse()

const okp = (point: Uint8Array, kid: string) => ({
  kty: 'OKP',
  crv: 'Ed25519',
  x: Buffer.from(point).toString('base64url'),
  kid,
})

const identity = Buffer.from([1, ...Array(31).fill(0)])

/** A signature that anybody can make: R is the point of order 1, S is 0. */
const forged = { bytes: Buffer.concat([identity, Buffer.alloc(32)]) }

describe('an Ed25519 key of small order, with which anybody can sign', () => {
  let good: TestKey
  beforeAll(async () => {
    good = await makeEd25519Key('good')
  })

  const forge = (claims: unknown) =>
    jws({ header: { alg: 'Ed25519', kid: 'weak' }, payload: claims, signer: forged })

  test('in an inline key set verifies nothing', async () => {
    const { make, account, claims, refused } = house()
    const url = 'https://inline-weak.test'
    const jwks = { keys: [good.jwk, okp(identity, 'weak')] }
    await make.issuer(url, '/acme', { jwks, algorithms: ['Ed25519'] })
    const trusting = await account('inline-weak', { policies: [policyP0(url)] })
    await refused(forge(claims({ iss: url })), trusting)
  })

  test('in a published key set verifies nothing, and its neighbour does', async () => {
    const others = [okp(identity, 'weak')]
    const { accepted, claims, refused, special } = house()
    const algorithms = ['Ed25519']
    const { account, issuer, mint } = await special('okp', { key: good, others, algorithms })
    await refused(forge(claims({ iss: issuer.url })), account)
    await accepted(mint(), account)
  })

  test('alone is no key set', async () => {
    const members = { namespace: '/acme', name: 'CI', issuer: 'https://weak-alone.test' }
    const jwks = { keys: [okp(identity, 'weak')] }
    const answer = await house().gateway.admin('POST', '/issuers', { ...members, jwks })
    await expectProblem(answer, 422, 'validation-failed')
  })

  test('is not registered for an account', async () => {
    const { gateway, deployer } = house()
    const answer = await postKey(gateway, deployer.id, { jwk: okp(identity, 'weak') })
    const { errors } = await expectProblem(answer, 422, 'validation-failed')
    expect(errors).toEqual([
      { pointer: '/jwk', detail: expect.stringContaining('not of small order') },
    ])
  })

  test('is not registered for an account as PEM', async () => {
    const { gateway, deployer } = house()
    const prefix = Buffer.from('302a300506032b6570032100', 'hex')
    const der = Buffer.concat([prefix, identity]).toString('base64')
    const pem = `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----\n`
    const answer = await postKey(gateway, deployer.id, { pem })
    await expectProblem(answer, 422, 'validation-failed')
  })
})

describe('an EC point that is on no curve is not registered', () => {
  const zero = Buffer.alloc(32).toString('base64url')
  const ofCurve = (name: string) => {
    const point = createECDH(name).generateKeys()
    const size = (point.length - 1) / 2
    return { x: point.subarray(1, 1 + size), y: point.subarray(1 + size) }
  }
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const nextTo = (bytes: Buffer) => {
    const other = Buffer.from(bytes)
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
    return other
  }
  const points: [string, () => { crv: string; x: string; y: string }][] = [
    ['zero', () => ({ crv: 'P-256', x: zero, y: zero })],
    [
      'one bit beside it',
      () => {
        const { x, y } = ofCurve('prime256v1')
        return { crv: 'P-256', x: text(x), y: text(nextTo(y)) }
      },
    ],
    [
      'one bit beside it, on P-384',
      () => {
        const { x, y } = ofCurve('secp384r1')
        return { crv: 'P-384', x: text(x), y: text(nextTo(y)) }
      },
    ],
    [
      'of another curve',
      () => {
        const { x, y } = ofCurve('secp256k1')
        return { crv: 'P-256', x: text(x), y: text(y) }
      },
    ],
  ]

  test.each(points)('%s', async (_, point) => {
    const { gateway, deployer } = house()
    const answer = await postKey(gateway, deployer.id, { jwk: { kty: 'EC', ...point() } })
    await expectProblem(answer, 422, 'validation-failed')
  })

  test('and one on it is', async () => {
    const { gateway, deployer } = house()
    const { jwk } = await makeEcKey('on-curve')
    expect((await postKey(gateway, deployer.id, { jwk })).status).toBe(201)
  })
})
