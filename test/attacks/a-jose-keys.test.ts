import { createHash } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { DOORS } from '../support/baseline.ts'
import { expectRefused } from '../support/expect.ts'
import { API_1 } from '../support/fixture.ts'
import { signBytes } from '../support/jws.ts'
import { makeEcKey, makeRsaKey, type TestKey } from '../support/keys.ts'
import { rows } from '../support/rows.ts'

const house = useHouse()

const P256_ORDER = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'
const SHA256_PREFIX = '3031300d060960864801650304020105000420'

describe('signatures', () => {
  test('AC-027 ES256 signatures out of range, and in DER', async () => {
    const { issuer, account, mint } = await house().special('ecdsa', { key: await makeEcKey('e1') })
    await house().accepted(mint(), account)
    const token = mint()
    const signed = token.slice(0, token.lastIndexOf('.'))
    const honest = Buffer.from(token.slice(signed.length + 1), 'base64url')
    const zero = Buffer.alloc(32)
    const der = signDer(signed, issuer.key)
    const signatures = [
      Buffer.alloc(64),
      Buffer.concat([zero, honest.subarray(32)]),
      Buffer.concat([honest.subarray(0, 32), Buffer.from(P256_ORDER, 'hex')]),
      Buffer.concat([honest.subarray(0, 32), zero]),
      der,
    ]
    for (const signature of signatures) {
      await house().refused(`${signed}.${signature.toString('base64url')}`, account)
    }
  })

  test('AC-041 the signature of another good token', async () => {
    const [one, other] = [house().BT(), house().BT()]
    const signed = one.slice(0, one.lastIndexOf('.'))
    await house().refused(`${signed}${other.slice(other.lastIndexOf('.'))}`)
  })

  test('AC-042 one flipped bit, 500 times', async () => {
    const seed = Date.now() % 0x7fffffff
    const random = seeded(seed)
    const token = house().BT()
    const flips = Array.from({ length: 500 }, () => flip(token, random))
    const statuses = new Map<number, number>()
    for (let at = 0; at < flips.length; at += 20) {
      const batch = flips.slice(at, at + 20).map((flipped, index) => present(flipped, index))
      for (const status of await Promise.all(batch)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    expect(Object.fromEntries(statuses), `seed ${seed}`).toEqual({ 400: 500 })
    await house().accepted(token)
  })
})

describe('weak keys', () => {
  test('AC-028 a published RSA key of 1024 bits', async () => {
    const [good, small] = await Promise.all([makeRsaKey('good'), makeRsaKey('small', 1024)])
    const options = { key: good, others: [small.jwk] }
    const { account, mint } = await house().special('rsa-1024', options)
    await house().accepted(mint(), account)
    await house().refused(mint({}, {}, small), account)
  })

  test('AC-029 a published RSA key with exponent 1', async () => {
    const [good, one] = await Promise.all([makeRsaKey('good'), makeRsaKey('one')])
    const options = { key: good, others: [{ ...one.jwk, e: 'AQ' }] }
    const { account, mint } = await house().special('exponent-one', options)
    await house().accepted(mint(), account)
    const unsigned = mint({}, { kid: 'one' })
    const signed = unsigned.slice(0, unsigned.lastIndexOf('.'))
    // Raised to the power of one, the padded digest is its own signature.
    const forged = paddedDigest(signed, 256)
    await house().refused(`${signed}.${forged.toString('base64url')}`, account)
  })
})

describe('key id', () => {
  test('AC-030 no kid, one key', async () => {
    await house().accepted(house().BT({}, { kid: undefined }))
  })

  test('AC-031 no kid, two keys', async () => {
    const [one, two] = await Promise.all([makeRsaKey('one'), makeRsaKey('two')])
    const options = { key: one, others: [two.jwk] }
    const { account, mint } = await house().special('two-keys', options)
    await house().accepted(mint(), account)
    await house().accepted(mint({}, {}, two), account)
    await house().refused(mint({}, { kid: undefined }), account)
    await house().refused(mint({}, { kid: undefined }, two), account)
  })

  test.each(rows([1, ['a1'], { a1: 'a1' }, null, '', true]))('AC-032 kid %j', async (kid) => {
    await house().refused(house().BT({}, { kid }))
  })

  test('AC-032 kid of 4 KB', async () => {
    await house().refused(house().BT({}, { kid: 'a'.repeat(4096) }))
    await house().refused(house().BT({}, { kid: 'a1'.repeat(129) }))
  })

  test('AC-034 two keys with one kid', async () => {
    const keys = [makeRsaKey('good'), makeRsaKey('twin'), makeRsaKey('twin')] as const
    const [good, first, second] = await Promise.all(keys)
    const options = { key: good, others: [first.jwk, second.jwk] }
    const { account, mint } = await house().special('twins', options)
    await house().accepted(mint(), account)
    const before = house().gateway.logs.length
    await house().refused(mint({}, {}, second), account)
    await house().refused(mint({}, {}, first), account)
    await vi.waitFor(() => {
      const lines = house().gateway.logs.slice(before)
      expect(lines.filter((line) => line.includes('ambiguous_key'))).toHaveLength(4)
    })
  })

  test.each(['A1', 'a1 ', ' a1', 'a1\u0000'])('AC-035 kid %j', async (kid) => {
    await house().refused(house().BT({}, { kid }))
  })

  const injections = [
    "a1'; DROP TABLE trust_policies; --",
    "' OR '1'='1",
    '../../../../etc/passwd',
    'a1\r\n{"event":"forged"}',
    'a1\n\u001b[31mred\u2028next',
  ]
  test.each(injections)('AC-036 kid %j', async (kid) => {
    const before = house().gateway.logs.length
    await house().refused(house().BT({}, { kid }))
    const lines = await vi.waitFor(() => {
      const logged = house().gateway.logs.slice(before)
      expect(logged.length).toBeGreaterThan(1)
      return logged
    })
    for (const line of lines) {
      expect(['\r', '\n', '\u001b', '\u2028'].filter((it) => line.includes(it))).toEqual([])
      expect(JSON.parse(line)).not.toMatchObject({ event: 'forged' })
    }
  })
})

describe('header JSON', () => {
  test('AC-039 a repeated member, correctly signed', async () => {
    const { a } = house().gateway.issuers
    const payload = house().claims()
    const headers = [
      '{"alg":"none","alg":"RS256","kid":"a1"}',
      '{"alg":"RS256","alg":"none","kid":"a1"}',
      '{"alg":"RS256","kid":"evil","kid":"a1"}',
      '{"alg":"RS256","\\u0061lg":"RS256","kid":"a1"}',
    ]
    for (const header of headers) await house().refused(a.sign({ header, payload }))
    await house().accepted(a.sign({ header: '{"alg":"RS256","kid":"a1"}', payload }))
  })

  const headers = [
    '[{"alg":"RS256","kid":"a1"}]',
    '"RS256"',
    'null',
    '7',
    'alg=RS256',
    '{"alg":"RS256","kid":"a1"',
    '{"alg":"RS256","kid":"a1",}',
    "{'alg':'RS256','kid':'a1'}",
    '{"alg":"RS256","kid":"a1"}{}',
    '\ufeff{"alg":"RS256","kid":"a1"}',
  ]
  test.each(headers)('AC-040 header %s', async (header) => {
    const payload = house().claims()
    await house().refused(house().gateway.issuers.a.sign({ header, payload }))
  })
})

/** Presents a token at one of the doors; refusals are checked, the status is returned. */
async function present(token: string, index: number): Promise<number> {
  const door = DOORS[index % DOORS.length]
  if (door === undefined) throw new Error('there is no such door')
  const { gateway, deployer } = house()
  const form = { ...door.form(token), client_id: deployer.client_id, resource: API_1 }
  const response = await gateway.token(form)
  if (response.status === 400) await expectRefused(response, door)
  return response.status
}

function flip(token: string, random: () => number): string {
  const bytes = Buffer.from(token, 'ascii')
  const at = Math.floor(random() * bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 7))
  return bytes.toString('ascii')
}

/** Marsaglia's xorshift: the same flips again from the same seed. */
function seeded(seed: number): () => number {
  let state = seed || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
}

/** Pads a SHA-256 digest as RSASSA-PKCS1-v1_5 does before the private key is applied. */
function paddedDigest(text: string, bytes: number): Buffer {
  const digest = createHash('sha256').update(text).digest()
  const info = Buffer.concat([Buffer.from(SHA256_PREFIX, 'hex'), digest])
  const filler = Buffer.alloc(bytes - info.length - 3, 0xff)
  return Buffer.concat([Buffer.from([0, 1]), filler, Buffer.from([0]), info])
}

/** Signs and writes r and s as DER integers, the way X.509 does. */
function signDer(text: string, key: TestKey): Buffer {
  const raw = signBytes(text, key.privateKey, 'ES256')
  const integers = [raw.subarray(0, 32), raw.subarray(32)].map((half) => {
    const value = (half[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), half]) : half
    return Buffer.concat([Buffer.from([2, value.length]), value])
  })
  const body = Buffer.concat(integers)
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}
