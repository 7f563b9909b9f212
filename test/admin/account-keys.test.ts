import { calculateJwkThumbprint } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postKey, type RegisteredKey, registerKey } from '../support/assertion.ts'
import { certificatePem, selfSigned, utcTime } from '../support/certificate.ts'
import { expectProblem } from '../support/expect.ts'
import { type Gateway, startGateway } from '../support/gateway.ts'
import {
  makeEcKey,
  makeEd25519Key,
  makeRsaKey,
  spki,
  type TestKey,
  without,
} from '../support/keys.ts'
import { type Made, type Maker, maker } from '../support/maker.ts'
import { expectOne, expectWinners } from '../support/race.ts'

let gateway: Gateway
let make: Maker
let ec: TestKey
let rsa: TestKey
let count = 0

const account = (): Promise<Made> =>
  make.create('/service-accounts', { namespace: '/acme', name: `account-${++count}` })

const path = (owner: Made, key?: Made): string =>
  `/service-accounts/${owner.id}/keys${key === undefined ? '' : `/${key.id}`}`

const read = async (owner: Made) => {
  const response = await gateway.admin('GET', path(owner))
  return (await response.json()) as { data: RegisteredKey[]; next_cursor: null }
}

const versions = async () =>
  (await gateway.db.execute('SELECT config_version FROM namespaces')).rows

beforeAll(async () => {
  gateway = await startGateway()
  make = maker(gateway)
  await make.namespace('/acme')
  ec = await makeEcKey('c1')
  rsa = await makeRsaKey('r1')
})

afterAll(() => gateway.close())

describe('POST', () => {
  test('registers a JWK as the contract says', async () => {
    const owner = await account()
    const response = await postKey(gateway, owner.id, { jwk: ec.jwk })
    const made = (await response.json()) as RegisteredKey
    expect([response.status, made]).toEqual([
      201,
      {
        id: expect.stringMatching(/^key_[0-9a-z]+$/),
        kid: 'c1',
        algorithm: 'ES256',
        jwk: { ...ec.jwk, use: 'sig' },
        assertion_audience: null,
        created_at: expect.stringMatching(/Z$/),
        expires_at: null,
        last_used_at: null,
        warnings: [],
      },
    ])
    expect(response.headers.get('location')).toBe(`/admin/v1${path(owner, made)}`)
    expect(await read(owner)).toEqual({ data: [made], next_cursor: null })
    expect(await (await gateway.admin('GET', path(owner, made))).json()).toEqual(made)
  })

  test('takes an algorithm, an audience and an expiry', async () => {
    const owner = await account()
    const expires_at = '2100-01-02T03:04:05.000Z'
    const made = await registerKey(gateway, owner.id, {
      jwk: without(rsa.jwk, 'alg'),
      algorithm: 'PS256',
      assertion_audience: 'console-client-credentials',
      expires_at,
    })
    expect(made).toMatchObject({
      algorithm: 'PS256',
      assertion_audience: 'console-client-credentials',
      expires_at,
      warnings: ['assertion_audience'],
    })
    expect(made.jwk).toMatchObject({ alg: 'PS256', kid: 'r1', use: 'sig' })
  })

  test('does not warn of our own identifier as the audience', async () => {
    const owner = await account()
    const body = { jwk: ec.jwk, assertion_audience: 'https://gw.test' }
    const made = await registerKey(gateway, owner.id, body)
    expect(made).toMatchObject({ assertion_audience: null, warnings: [] })
  })

  test('takes the algorithm from the key', async () => {
    const keys = [
      await makeRsaKey('a'),
      await makeRsaKey('b', 2048, 'PS256'),
      await makeEcKey('c', 'ES256'),
      await makeEcKey('d', 'ES384'),
      await makeEd25519Key('e'),
    ]
    const owner = await account()
    for (const key of keys) {
      const made = await registerKey(gateway, owner.id, { jwk: key.jwk })
      expect([made.kid, made.algorithm]).toEqual([key.kid, key.alg])
    }
  })

  test('a key without alg: RSA is RS256, curves say theirs; without kid: its thumbprint', async () => {
    const keys = [rsa, ec, await makeEcKey('p', 'ES384'), await makeEd25519Key('o')]
    const owner = await account()
    for (const key of keys) {
      const jwk = without(key.jwk, 'alg', 'kid', 'use')
      const made = await registerKey(gateway, owner.id, { jwk })
      expect([made.kid, made.algorithm]).toEqual([await calculateJwkThumbprint(jwk), key.alg])
    }
  })

  test.each(['', 'x'.repeat(257), 'a\nb', 7, null])('a kid that is none (%j)', async (kid) => {
    const owner = await account()
    const made = await registerKey(gateway, owner.id, { jwk: { ...ec.jwk, kid } })
    expect(made.kid).toBe(await calculateJwkThumbprint(ec.jwk))
  })

  test.each([
    ['256 bytes', 'x'.repeat(256)],
    ['any text', 'Zoë 日本'],
  ])('a kid of %s', async (_, kid) => {
    const made = await registerKey(gateway, (await account()).id, { jwk: { ...ec.jwk, kid } })
    expect(made.kid).toBe(kid)
  })

  test('R42 at most once per Idempotency-Key', async () => {
    const owner = await account()
    const headers = { 'idempotency-key': crypto.randomUUID() }
    const first = await postKey(gateway, owner.id, { jwk: ec.jwk }, { headers })
    const again = await postKey(gateway, owner.id, { jwk: ec.jwk }, { headers })
    expect([first.status, again.status]).toEqual([201, 200])
    expect(again.headers.get('idempotent-replay')).toBe('true')
    expect(await again.json()).toEqual(await first.json())
    const other = await postKey(gateway, owner.id, { jwk: rsa.jwk }, { headers })
    await expectProblem(other, 422, 'idempotency-mismatch')
    expect((await read(owner)).data).toHaveLength(1)
  })

  test('keeps public members and nothing else', async () => {
    const owner = await account()
    const jwk = {
      ...ec.jwk,
      x5c: ['AAAA'],
      jku: 'https://evil.test',
      note: 'ours',
      key_ops: ['verify'],
    }
    const made = await registerKey(gateway, owner.id, { jwk })
    expect(Object.keys(made.jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    const { rows } = await gateway.db.execute({
      sql: 'SELECT jwk FROM account_keys WHERE id = ?',
      args: [made.id],
    })
    expect(JSON.parse(String(rows[0]?.jwk))).toEqual(made.jwk)
  })
})

describe('POST of PEM', () => {
  test('public keys', async () => {
    const keys = [rsa, ec, await makeEcKey('p', 'ES384'), await makeEd25519Key('o')]
    const owner = await account()
    for (const key of keys) {
      const pem = spki(key, 'pem').toString().replaceAll('\n', '\r\n')
      const made = await registerKey(gateway, owner.id, { pem: `\n${pem}\n` })
      const { alg, kid, use, ...members } = key.jwk
      const thumbprint = await calculateJwkThumbprint(key.jwk)
      expect(made).toMatchObject({ kid: thumbprint, algorithm: alg, expires_at: null })
      expect(made.jwk).toEqual({ ...members, alg, kid: thumbprint, use })
    }
  })

  test('a public key with another algorithm', async () => {
    const body = { pem: spki(rsa, 'pem').toString(), algorithm: 'PS256' }
    const made = await registerKey(gateway, (await account()).id, body)
    expect(made.algorithm).toBe('PS256')
  })

  test('a certificate, whose end is the default and the ceiling of the expiry', async () => {
    const owner = await account()
    const pem = certificatePem(selfSigned(rsa, 'ci'))
    const made = await registerKey(gateway, owner.id, { pem })
    expect(made).toMatchObject({ expires_at: '2040-01-01T00:00:00.000Z', algorithm: 'RS256' })
    const late = await postKey(gateway, owner.id, { pem, expires_at: '2040-01-01T00:00:01Z' })
    const problem = await expectProblem(late, 422, 'validation-failed')
    expect(problem.errors).toEqual([
      { pointer: '/expires_at', detail: expect.stringContaining('2040-01-01T00:00:00.000Z') },
    ])
    await gateway.admin('DELETE', path(owner, made))
    const expires_at = '2039-01-01T00:00:00.000Z'
    expect(await registerKey(gateway, owner.id, { pem, expires_at })).toMatchObject({ expires_at })
  })

  test('an expired certificate is refused', async () => {
    const pem = certificatePem(selfSigned(rsa, 'ci', utcTime('250601000000Z')))
    const response = await postKey(gateway, (await account()).id, { pem })
    const problem = await expectProblem(response, 422, 'validation-failed')
    expect(problem.errors).toEqual([
      { pointer: '/pem', detail: expect.stringContaining('2025-06-01T00:00:00.000Z') },
    ])
  })
})

describe('refused', () => {
  const chain = () => certificatePem(selfSigned(rsa, 'ci'))
  const pem = () => spki(ec, 'pem').toString()
  const bodies: [string, () => unknown, string][] = [
    ['nothing', () => ({}), '/jwk'],
    ['both', () => ({ jwk: ec.jwk, pem: pem() }), '/jwk'],
    ['a text for a JWK', () => ({ jwk: pem() }), '/jwk'],
    ['another use', () => ({ jwk: { ...ec.jwk, use: 'enc' } }), '/jwk'],
    ['other operations', () => ({ jwk: { ...ec.jwk, key_ops: ['encrypt'] } }), '/jwk'],
    ['an algorithm of its own', () => ({ jwk: { ...ec.jwk, alg: 'ES384' } }), '/jwk'],
    ['an algorithm that nobody offers', () => ({ jwk: { ...rsa.jwk, alg: 'RS512' } }), '/jwk'],
    ['an algorithm for other keys', () => ({ jwk: ec.jwk, algorithm: 'RS256' }), '/algorithm'],
    ['an unknown algorithm', () => ({ jwk: ec.jwk, algorithm: 'none' }), '/algorithm'],
    ['an unknown key type', () => ({ jwk: { kty: 'LWE', x: 'AA' } }), '/jwk'],
    ['an unknown curve', () => ({ jwk: { ...ec.jwk, crv: 'secp256k1' } }), '/jwk'],
    ['a point off the curve', () => ({ jwk: { ...ec.jwk, y: ec.jwk.x } }), '/jwk'],
    ['a key set', () => ({ jwk: { keys: [ec.jwk] } }), '/jwk'],
    ['half a key', () => ({ jwk: without(ec.jwk, 'y') }), '/jwk'],
    ['no PEM', () => ({ pem: 'ssh-ed25519 AAAA me@home' }), '/pem'],
    ['two certificates', () => ({ pem: chain() + chain() }), '/pem'],
    ['text around it', () => ({ pem: `Bag Attributes\n${pem()}` }), '/pem'],
    ['other bytes', () => ({ pem: pem().replace(/\n[^-]+\n/, '\nAAAA\n') }), '/pem'],
    [
      'a certificate for a key',
      () => ({ pem: chain().replaceAll('CERTIFICATE', 'PUBLIC KEY') }),
      '/pem',
    ],
    [
      'a key for a certificate',
      () => ({ pem: pem().replaceAll('PUBLIC KEY', 'CERTIFICATE') }),
      '/pem',
    ],
    ['a past expiry', () => ({ jwk: ec.jwk, expires_at: '2020-01-01T00:00:00Z' }), '/expires_at'],
    ['an empty audience', () => ({ jwk: ec.jwk, assertion_audience: '' }), '/assertion_audience'],
    [
      'an audience of two lines',
      () => ({ jwk: ec.jwk, assertion_audience: 'a\nb' }),
      '/assertion_audience',
    ],
    [
      'a long audience',
      () => ({ jwk: ec.jwk, assertion_audience: 'x'.repeat(1025) }),
      '/assertion_audience',
    ],
  ]

  test.each(bodies)('%s', async (_, body, pointer) => {
    const owner = await account()
    const response = await postKey(gateway, owner.id, body())
    const problem = await expectProblem(response, 422, 'validation-failed')
    expect(problem.errors).toEqual([expect.objectContaining({ pointer })])
    expect((await read(owner)).data).toEqual([])
  })

  test.each(['id', 'kid', 'created_at', 'last_used_at', 'warnings'])(
    'a member %s',
    async (name) => {
      const body = { jwk: ec.jwk, [name]: 'x' }
      const problem = await expectProblem(
        await postKey(gateway, (await account()).id, body),
        422,
        'unknown-field',
      )
      expect(problem.errors).toEqual([expect.objectContaining({ pointer: `/${name}` })])
    },
  )

  test('RSA of 16384 bits, whose signatures take too long', async () => {
    const n = Buffer.alloc(2048, 0xff).toString('base64url')
    const response = await postKey(gateway, (await account()).id, { jwk: { ...rsa.jwk, n } })
    await expectProblem(response, 422, 'validation-failed')
  })
})

describe('DELETE', () => {
  test('ends a key once, and moves the configuration on', async () => {
    const owner = await account()
    const key = await registerKey(gateway, owner.id, { jwk: ec.jwk })
    const before = await versions()
    expect((await gateway.admin('DELETE', path(owner, key))).status).toBe(204)
    expect(await versions()).not.toEqual(before)
    for (const method of ['GET', 'DELETE']) {
      await expectProblem(await gateway.admin(method, path(owner, key)), 404, 'not-found')
    }
    expect((await read(owner)).data).toEqual([])
    await registerKey(gateway, owner.id, { jwk: ec.jwk })
  })

  test('another account’s key does not exist', async () => {
    const [owner, other] = [await account(), await account()]
    const key = await registerKey(gateway, owner.id, { jwk: ec.jwk })
    for (const method of ['GET', 'DELETE']) {
      await expectProblem(await gateway.admin(method, path(other, key)), 404, 'not-found')
    }
    expect((await read(owner)).data).toHaveLength(1)
  })

  test('goes with the account', async () => {
    const owner = await account()
    const key = await registerKey(gateway, owner.id, { jwk: ec.jwk })
    await gateway.admin('DELETE', `/service-accounts/${owner.id}`)
    await expectProblem(await gateway.admin('GET', path(owner, key)), 404, 'not-found')
    const { rows } = await gateway.db.execute({
      sql: 'SELECT id FROM account_keys WHERE id = ?',
      args: [key.id],
    })
    expect(rows).toEqual([])
  })
})

describe('races', () => {
  test('of 50 parallel keys five are registered', async () => {
    const owner = await account()
    const responses = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        postKey(gateway, owner.id, { jwk: { ...ec.jwk, kid: `race-${i}` } }),
      ),
    )
    expectWinners(responses, { times: 5, success: 201, refusals: [422] })
    expect((await read(owner)).data).toHaveLength(5)
  })

  test('of 50 parallel keys of one kid one is registered', async () => {
    const owner = await account()
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => postKey(gateway, owner.id, { jwk: ec.jwk })),
    )
    expectOne(responses, 201, [422])
  })

  test('of 50 parallel removals one finds the key', async () => {
    const owner = await account()
    const key = await registerKey(gateway, owner.id, { jwk: ec.jwk })
    const responses = await Promise.all(
      Array.from({ length: 50 }, () => gateway.admin('DELETE', path(owner, key))),
    )
    expectOne(responses, 204, [404])
  })
})
