import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { selfSigned } from '../support/certificate.ts'
import { compressedJwe, passwordJwe } from '../support/jwe.ts'
import { type JwsParts, jws, type Signer } from '../support/jws.ts'
import { makeEcKey, makeRsaKey, spki } from '../support/keys.ts'

const house = useHouse()

/** Signs the baseline claims under any header, by F1's key or another signer. */
function forge(header: unknown, signer: Signer = house().gateway.issuers.a.key): string {
  return jws({ header, payload: house().claims(), signer })
}

const empty: Signer = { bytes: new Uint8Array() }
const junk: Signer = { bytes: Buffer.from('junk') }
const RS256 = { alg: 'RS256', kid: 'a1', typ: 'JWT' }

describe('algorithm', () => {
  test('AC-001 alg none with an empty signature', async () => {
    await house().refused(forge({ alg: 'none', typ: 'JWT' }, null))
    await house().refused(forge({ alg: 'none', kid: 'a1', typ: 'JWT' }, null))
  })

  test.each(['None', 'NONE', 'nOnE', 'none '])('AC-002 alg %j', async (alg) => {
    await house().refused(forge({ alg, kid: 'a1' }, empty))
    await house().refused(forge({ alg, kid: 'a1' }, junk))
  })

  test('AC-003 HS256 keyed with the PEM of the public key', async () => {
    const pem = spki(house().gateway.issuers.a.key, 'pem')
    const header = { alg: 'HS256', kid: 'a1', typ: 'JWT' }
    await house().refused(forge(header, { secret: pem }))
    await house().refused(forge(header, { secret: pem.toString('utf8').trim() }))
  })

  test('AC-004 HS256 keyed with DER, modulus, JWK or nothing', async () => {
    const { key } = house().gateway.issuers.a
    const { kty, n, e } = key.jwk
    const secrets = [spki(key, 'der'), String(n), JSON.stringify({ kty, n, e }), '']
    for (const secret of [...secrets, JSON.stringify(key.jwk)]) {
      await house().refused(forge({ alg: 'HS256', kid: 'a1', typ: 'JWT' }, { secret }))
    }
  })

  test('AC-005 RS256 under a published RSA key of an issuer pinned to ES256', async () => {
    const [ec, rsa] = await Promise.all([makeEcKey('e1'), makeRsaKey('r1')])
    const options = { key: ec, others: [rsa.jwk], algorithms: ['ES256'] }
    const { mint, account } = await house().special('es256-only', options)
    await house().accepted(mint(), account)
    await house().refused(mint({}, {}, rsa), account)
  })

  test('AC-007 a key meant for RS384 under an RS256 header', async () => {
    const [good, other] = await Promise.all([makeRsaKey('good'), makeRsaKey('r384')])
    const options = { key: good, others: [{ ...other.jwk, alg: 'RS384' }] }
    const { mint, account } = await house().special('rs384', options)
    await house().accepted(mint(), account)
    await house().refused(mint({}, {}, other), account)
  })

  test('AC-008 algorithm and curve that do not go together', async () => {
    const [p256, p384] = await Promise.all([makeEcKey('p256'), makeEcKey('p384', 'ES384')])
    const bare = [p256, p384].map(({ jwk: { alg: _, ...jwk }, kid }) => ({
      ...jwk,
      kid: `${kid}-bare`,
    }))
    const options = { key: p256, others: [p384.jwk, ...bare], algorithms: ['ES256', 'ES384'] }
    const { mint, account } = await house().special('curves', options)
    await house().accepted(mint(), account)
    await house().accepted(mint({}, {}, p384), account)
    for (const kid of ['p384', 'p384-bare']) {
      await house().refused(mint({}, { alg: 'ES256', kid }, p384), account)
    }
    for (const kid of ['p256', 'p256-bare']) {
      await house().refused(mint({}, { alg: 'ES384', kid }, p256), account)
    }
  })
})

describe('keys in the header', () => {
  test('AC-009 an embedded jwk', async () => {
    const attacker = await makeRsaKey('a1')
    const { jwk } = attacker
    await house().refused(forge({ ...RS256, jwk }, attacker))
    await house().refused(forge({ alg: 'RS256', typ: 'JWT', jwk }, attacker))
  })

  test('AC-010 jku to a foreign issuer, signed by its key', async () => {
    const { evil } = house().gateway.issuers
    const jku = `${evil.url}/jwks`
    await house().refused(forge({ ...RS256, kid: 'evil', jku }, evil.key))
    await house().refused(forge({ ...RS256, jku }, evil.key))
    expect(evil.hits()).toBe(0)
  })

  test('AC-011 x5u to a foreign host; x5c with a self-made chain', async () => {
    const { evil } = house().gateway.issuers
    await house().refused(forge({ ...RS256, x5u: `${evil.url}/jwks` }, evil.key))
    const certificate = selfSigned(evil.key, 'issuer-a.test')
    const x5t = createHash('sha1').update(certificate).digest('base64url')
    const x5c = [certificate.toString('base64')]
    await house().refused(forge({ ...RS256, x5c, x5t }, evil.key))
    await house().refused(forge({ alg: 'RS256', x5c, x5t }, evil.key))
    expect(evil.hits()).toBe(0)
  })

  test('AC-012 jku and x5u in a good token are ignored, not fetched', async () => {
    const { evil } = house().gateway.issuers
    const links = { jku: `${evil.url}/jwks`, x5u: `${evil.url}/jwks` }
    await house().accepted(house().BT({}, links))
    expect(evil.hits()).toBe(0)
  })
})

describe('critical extensions and types', () => {
  test('AC-013 a critical extension', async () => {
    await house().refused(forge({ ...RS256, crit: ['x-foo'], 'x-foo': 1 }))
  })

  test.each([[[]], ['exp'], [[1]], [['exp', 'exp']]])('AC-014 crit %j', async (crit) => {
    await house().refused(forge({ ...RS256, crit }))
  })

  test('AC-015 crit exp with exp in the header', async () => {
    const exp = Math.floor(Date.now() / 1000) + 300
    await house().refused(forge({ ...RS256, crit: ['exp'], exp }))
  })

  test('AC-016 b64 false, critical, with a raw payload', async () => {
    const spell: JwsParts['spell'] = (bytes, segment) =>
      segment === 'payload' ? bytes.toString('utf8') : bytes.toString('base64url')
    const header = { ...RS256, crit: ['b64'], b64: false }
    const signer = house().gateway.issuers.a.key
    await house().refused(jws({ header, payload: house().claims(), signer, spell }))
    await house().refused(forge(header))
  })

  test('AC-017 b64 false without crit', async () => {
    await house().refused(forge({ ...RS256, b64: false }))
    await house().refused(forge({ ...RS256, b64: true }))
  })

  test('AC-018 a token inside a token', async () => {
    const header = { ...RS256, cty: 'JWT' }
    await house().refused(house().gateway.issuers.a.sign({ header, payload: house().BT() }))
  })

  test.each(['jwt', 'application/JWT', undefined])('AC-038 typ %j', async (typ) => {
    await house().accepted(house().BT({}, { typ }))
  })
})

describe('shape', () => {
  test('AC-019 a compressed JWE of 10 MB', async () => {
    await house().refused(compressedJwe(Buffer.alloc(10_000_000, 'a')))
  })

  test('AC-020 a JWE with two thousand million iterations', async () => {
    await house().refused(passwordJwe(2_147_483_647))
  })

  test('AC-021 JSON serialisation', async () => {
    const [header = '', payload = '', signature = ''] = house().BT().split('.')
    const flattened = { payload, protected: header, signature }
    await house().refused(JSON.stringify(flattened))
    const signatures = [{ protected: header, signature }]
    await house().refused(JSON.stringify({ payload, signatures }))
  })

  test('AC-022 other numbers of segments, and empty ones', async () => {
    const [header, payload, signature] = house().BT().split('.')
    const good = [header, payload, signature].join('.')
    const shapes = [
      header,
      `${header}.${payload}`,
      `${good}.${signature}`,
      `${good}.${payload}.${signature}.${signature}`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `${header}.${payload}.`,
      '..',
      `${good}.`,
      `.${good}`,
    ]
    for (const shape of shapes) await house().refused(String(shape))
  })

  test('AC-023 16 000 dots', async () => {
    await house().refused('.'.repeat(16_000))
  })

  test('a token over 16 KiB, and one just below', async () => {
    const sized = (size: number): string => {
      const bare = house().BT({ x: '' }).length
      return house().BT({ x: 'x'.repeat(Math.floor(((size - bare) * 3) / 4)) })
    }
    expect(sized(16_388).length).toBeGreaterThan(16_384)
    await house().refused(sized(16_388))
    expect(sized(16_380).length).toBeGreaterThan(16_000)
    await house().accepted(sized(16_380))
  })

  test('AC-024 a signature respelled in its unused bits', async () => {
    const token = house().BT()
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet.indexOf(token.slice(-1))
    // 256 bytes leave four bits of the last character unused.
    const respelled = `${token.slice(0, -1)}${alphabet[last ^ 1]}`
    const [one, other] = [token, respelled].map((it) =>
      Buffer.from(it.split('.')[2] ?? '', 'base64url'),
    )
    expect(one).toEqual(other)
    await house().refused(respelled)
    await house().accepted(token)
  })

  const segments = ['header', 'payload', 'signature'] as const
  const spellings = [
    { name: 'padding', spell: padded, sign: /=/ },
    { name: 'plain base64', spell: (it: Buffer) => plain(it), sign: /[+/]/ },
  ] as const
  const cases = segments.flatMap((segment) => spellings.map((it) => ({ segment, ...it })))

  test.each(cases)('AC-024 $name in the $segment', async ({ segment, spell, sign }) => {
    const { a } = house().gateway.issuers
    const make = (filler: string): string =>
      a.sign({
        header: { ...RS256, x: filler },
        payload: house().claims({ x: filler }),
        spell: (bytes, at) => (at === segment ? spell(bytes) : bytes.toString('base64url')),
      })
    // How a text is spelled depends on its length, so it grows until the case is what it says.
    const fillers = ['', '~', '~~', '~~~', '~~~~', '~~~~~', '~~~~~~', '~~~~~~~']
    const at = segments.indexOf(segment)
    const token = fillers.map(make).find((it) => sign.test(it.split('.')[at] ?? ''))
    expect(token).toBeDefined()
    await house().refused(String(token))
  })
})

function padded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function plain(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
