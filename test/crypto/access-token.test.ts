import { beforeAll, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../src/core/json.ts'
import { verifyAccessToken } from '../../src/crypto/access-token.ts'
import { signAccessToken } from '../../src/crypto/sign.ts'
import {
  generateSigningKey,
  type NewSigningKey,
  openSigner,
  type Signer,
} from '../../src/crypto/signing-keys.ts'
import { versionedKey } from './versioned-key.ts'

const now = 1_800_000_000
const rules = { issuer: 'https://gw.test', audience: 'urn:gatehouse:admin', now }
const baseline: JsonObject = {
  iss: rules.issuer,
  sub: 'sa_1',
  client_id: 'cli_1',
  aud: rules.audience,
  iat: now - 10,
  exp: now + 590,
  jti: '79685b65-945d-450a-a3d8-a36bcf72c23d',
  scope: 'roles:read',
}
const invalid = { ok: false, error: 'invalid_token' }
const unknownKey = { ok: false, error: 'unknown_key' }

interface Ours {
  readonly key: NewSigningKey
  readonly signer: Signer
}
const make = async (algorithm: 'ES256' | 'RS256' | 'Ed25519' = 'ES256'): Promise<Ours> => {
  const kek = versionedKey(1, 0x11)
  const key = await generateSigningKey(algorithm, [kek])
  return { key, signer: await openSigner(key, [kek]) }
}
let ours: Ours
beforeAll(async () => {
  ours = await make()
})

const publicKeys = (...keys: Ours[]) => keys.map(({ key }) => key.publicJwk as Json)
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** Verifies a token with other claims or header, signed by our key; undefined leaves one out. */
const judge = async (
  claims: Record<string, Json | undefined>,
  header: Record<string, unknown> = {},
) => {
  const protectedHeader = { alg: 'ES256', kid: ours.key.kid, typ: 'at+jwt', ...header }
  const signed = `${base64url(protectedHeader)}.${base64url({ ...baseline, ...claims })}`
  const ecdsa = { name: 'ECDSA', hash: 'SHA-256' }
  const bytes = await crypto.subtle.sign(ecdsa, ours.signer.key, Buffer.from(signed))
  const token = `${signed}.${Buffer.from(bytes).toString('base64url')}`
  return verifyAccessToken(token, publicKeys(ours), rules)
}

describe('a token of ours', () => {
  it.each(['ES256', 'RS256', 'Ed25519'] as const)('signed with %s is known', async (algorithm) => {
    const one = await make(algorithm)
    const token = await signAccessToken(one.signer, baseline)
    expect(await verifyAccessToken(token, publicKeys(one), rules)).toEqual({
      ok: true,
      value: baseline,
    })
  })

  it('is known by its key among others', async () => {
    const token = await signAccessToken(ours.signer, baseline)
    const known = [...publicKeys(await make('RS256')), null, ...publicKeys(ours)]
    expect((await verifyAccessToken(token, known, rules)).ok).toBe(true)
  })
})

describe('typ', () => {
  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('%s is taken', async (typ) => {
    expect((await judge({}, { typ })).ok).toBe(true)
  })

  it.each([undefined, 'JWT', 'jwt', 'at+jwt ', '', null, 7])('%j is refused', async (typ) => {
    expect(await judge({}, { typ })).toEqual(invalid)
  })
})

describe('claims', () => {
  it.each<[string, Record<string, Json | undefined>]>([
    ['iss of another', { iss: 'https://evil.test' }],
    ['iss with a slash more', { iss: `${rules.issuer}/` }],
    ['iss missing', { iss: undefined }],
    ['aud of another API', { aud: 'https://api.acme.test' }],
    ['aud as a list', { aud: [rules.audience] }],
    ['aud in another case', { aud: 'urn:gatehouse:Admin' }],
    ['aud missing', { aud: undefined }],
    ['exp as a text', { exp: `${now + 590}` }],
    ['exp null', { exp: null }],
    ['exp missing', { exp: undefined }],
    ['client_id missing', { client_id: undefined }],
    ['client_id a number', { client_id: 7 }],
  ])('%s is refused', async (_, claims) => {
    expect(await judge(claims)).toEqual(invalid)
  })

  it.each([now, now - 1])('exp %d has expired, and nothing else is wrong', async (exp) => {
    expect(await judge({ exp })).toEqual({ ok: false, error: 'expired' })
  })

  it('are good until the second before exp', async () => {
    expect((await judge({ exp: now + 1 })).ok).toBe(true)
  })
})

describe('keys', () => {
  it('an unknown kid asks for the keys again', async () => {
    expect(await judge({}, { kid: 'of-the-future' })).toEqual(unknownKey)
  })

  it('a missing kid fits no key', async () => {
    expect(await judge({}, { kid: undefined })).toEqual(unknownKey)
  })

  it('no keys at all know nothing', async () => {
    const token = await signAccessToken(ours.signer, baseline)
    expect(await verifyAccessToken(token, [], rules)).toEqual(unknownKey)
  })

  it.each(['', 7, null])('a kid that is %j is refused', async (kid) => {
    expect(await judge({}, { kid })).toEqual(invalid)
  })

  it('a signature of another key under our kid is refused', async () => {
    const { signer } = await make()
    const token = await signAccessToken({ ...signer, kid: ours.key.kid }, baseline)
    expect(await verifyAccessToken(token, publicKeys(ours), rules)).toEqual(invalid)
  })

  it('another algorithm than the key’s is refused', async () => {
    const one = await make('RS256')
    const token = await signAccessToken({ ...one.signer, kid: ours.key.kid }, baseline)
    expect(await verifyAccessToken(token, publicKeys(ours), rules)).toEqual(invalid)
  })

  it('a key that is marked for another algorithm is no key for this one', async () => {
    const token = await signAccessToken(ours.signer, baseline)
    const marked = [{ ...ours.key.publicJwk, alg: 'ES384' } as Json]
    expect(await verifyAccessToken(token, marked, rules)).toEqual(invalid)
  })
})

describe('what is no token of ours', () => {
  it.each(['', 'gths_x', 'a.b', 'a.b.c', 'a.b.c.d'])('%j is refused', async (text) => {
    expect(await verifyAccessToken(text, publicKeys(ours), rules)).toEqual(invalid)
  })

  it.each(['none', 'HS256', 'ES384', 'es256', null])('alg %s is refused', async (alg) => {
    expect(await judge({}, { alg })).toEqual(invalid)
  })

  it.each([
    ['crit', ['exp']],
    ['crit', []],
    ['b64', true],
    ['cty', 'JWT'],
  ])('a header with %s %j is refused', async (name, value) => {
    expect(await judge({}, { [name]: value })).toEqual(invalid)
  })

  it('a header with members that mean nothing here is taken', async () => {
    expect((await judge({}, { jku: 'https://evil.test', x5t: 'x' })).ok).toBe(true)
  })

  it('other claims under the same signature are refused', async () => {
    const [header, , signature] = (await signAccessToken(ours.signer, baseline)).split('.')
    const text = `${header}.${base64url({ ...baseline, sub: 'sa_2' })}.${signature}`
    expect(await verifyAccessToken(text, publicKeys(ours), rules)).toEqual(invalid)
  })
})
