import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { policyP0 } from '../support/baseline.ts'
import { basic } from '../support/clients.ts'
import { chill } from '../support/cold.ts'
import { expectIssued, expectS400, expectU503 } from '../support/expect.ts'
import { API_3 } from '../support/fixture.ts'
import { flood } from '../support/flood.ts'
import { delay, status } from '../support/issuer-faults.ts'
import { jws } from '../support/jws.ts'
import { type Jwk, makeEcKey, makeRsaKey } from '../support/keys.ts'
import { rows } from '../support/rows.ts'
import { snapshot } from '../support/snapshot.ts'

const house = useHouse()

beforeEach(async () => {
  await chill(house())
  house().gateway.issuers.reset()
})

afterEach(async () => {
  house().gateway.issuers.reset()
  await chill(house())
})

/** The alerts about issuers' keys that were logged since `from`. */
function alerts(from: number): string[] {
  return house()
    .gateway.logs.slice(from)
    .filter((line) => line.includes('"event":"issuer_keys"'))
}

describe('keys that prove nothing', () => {
  /** Refuses BT at both doors while F1 publishes this set, and expects an alert. */
  async function refusedUnder(keys: (Jwk | null)[]): Promise<void> {
    const { gateway, BT, refused } = house()
    const from = gateway.logs.length
    gateway.issuers.a.keys = keys
    await refused(BT())
    expect(gateway.issuers.a.keySet.hits).toBe(1)
    await expect.poll(() => alerts(from)).toHaveLength(1)
  }

  test('AC-158 the private half is public', () =>
    refusedUnder([house().gateway.issuers.a.key.privateJwk]))

  test.each(rows(['d', 'p', 'q', 'dp', 'dq', 'qi']))('AC-158 its member %s alone', (member) => {
    const { key } = house().gateway.issuers.a
    return refusedUnder([{ ...key.jwk, [member]: String(key.privateJwk[member]) }])
  })

  test('AC-158 beside a good key, which goes on serving', async () => {
    const { gateway, BT, accepted, refused, claims } = house()
    const { a } = gateway.issuers
    const other = await makeRsaKey('a2')
    a.keys = [a.key.privateJwk, null, other.jwk]
    await refused(BT())
    await accepted(a.mint(claims(), {}, other))
  })

  test('AC-159 a symmetric key named a1', async () => {
    const secret = 'a secret of thirty-two bytes, at least'
    const k = Buffer.from(secret).toString('base64url')
    const header = { alg: 'HS256', kid: 'a1', typ: 'JWT' }
    await refusedUnder([{ kty: 'oct', kid: 'a1', alg: 'HS256', k }])
    await house().refused(jws({ header, payload: house().claims(), signer: { secret } }))
  })

  test.each([
    ['use enc', { use: 'enc' }],
    ['key_ops encrypt', { use: undefined, key_ops: ['encrypt'] }],
    ['key_ops sign', { key_ops: ['sign'] }],
    ['no key_ops at all', { key_ops: [] }],
  ])('AC-160 %s', (_, members) =>
    refusedUnder([{ ...house().gateway.issuers.a.key.jwk, ...members } as Jwk]),
  )

  test('AC-160 key_ops verify is what it is for', async () => {
    const { gateway, accepted, BT } = house()
    const { a } = gateway.issuers
    a.keys = [{ ...a.key.jwk, key_ops: ['verify'] }]
    await accepted(BT())
  })
})

describe('amplification', () => {
  test('AC-164 200 random key ids among good tokens', async () => {
    const { gateway, BR, BT } = house()
    const { a } = gateway.issuers
    const answers = await Promise.all(
      Array.from({ length: 220 }, async (_, i) => {
        const good = i % 11 === 0
        const token = good ? BT() : BT({}, { kid: randomUUID() })
        return { good, response: await gateway.token(BR({ subject_token: token })) }
      }),
    )
    for (const { good, response } of answers) {
      await (good ? expectIssued(response) : expectS400(response))
    }
    expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 1])
  })

  test('AC-166 100 at once, cold', async () => {
    const { gateway, BR } = house()
    const { a } = gateway.issuers
    const answers = await Promise.all(Array.from({ length: 100 }, () => gateway.token(BR())))
    for (const answer of answers) await expectIssued(answer)
    expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 1])
  })

  test('AC-166 100 at once, cold, while the key set fails', async () => {
    const { gateway, BR } = house()
    const { a } = gateway.issuers
    a.keySet.fault = status(500)
    const answers = await Promise.all(Array.from({ length: 100 }, () => gateway.token(BR())))
    for (const answer of answers) await expectU503(answer)
    expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 1])
  })

  test('AC-166 the first of many hangs up while the keys are on their way', async () => {
    const { gateway, BR } = house()
    const { a } = gateway.issuers
    a.keySet.fault = delay(1000)
    const first = gateway.token(BR(), { signal: AbortSignal.timeout(300) })
    await vi.waitFor(() => expect(a.keySet.hits).toBe(1))
    const others = Array.from({ length: 20 }, () => gateway.token(BR()))
    await expect(first).rejects.toThrow()
    for (const answer of await Promise.all(others)) await expectIssued(answer)
    expect([a.discovery.hits, a.keySet.hits]).toEqual([1, 1])
  })

  test('AC-167 500 issuers that nobody registered', async () => {
    const { gateway, BR, claims } = house()
    const { evil, requests } = gateway.issuers
    // One of them exists, and would answer.
    await gateway.issuers.add('https://nobody-0.test')
    const before = { tables: await snapshot(gateway), keys: await gateway.kv.keys() }
    const from = gateway.logs.length
    const answers = await flood(500, (i) => {
      const token = evil.mint(claims({ iss: `https://nobody-${i}.test` }))
      return gateway.token(BR({ subject_token: token }))
    })
    for (const answer of answers) await expectS400(answer)
    await vi.waitFor(() => expect(gateway.logs.length).toBeGreaterThanOrEqual(from + 500))
    expect(requests).toEqual([])
    expect(await snapshot(gateway)).toEqual(before.tables)
    expect((await gateway.kv.keys()).sort()).toEqual(before.keys.sort())
  })
})

describe('what an issuer learns', () => {
  // The platform itself adds `cf-worker`: whose Worker is asking.
  const allowed = ['accept', 'accept-encoding', 'cf-worker', 'connection', 'content-length', 'host']

  test('AC-170 nothing of the caller, nothing of the tenant', async () => {
    const { gateway, BR, deployer } = house()
    const address = '203.0.113.77'
    const headers = {
      authorization: basic(deployer.client_id, ''),
      cookie: 'session=crumbs',
      'cf-connecting-ip': address,
      'x-forwarded-for': address,
      'x-real-ip': address,
      'user-agent': 'curious/1.0',
    }
    const form = BR()
    await expectIssued(await gateway.token(form, { headers }))
    const { a, requests } = gateway.issuers
    const urls = [`${a.url}/.well-known/openid-configuration`, `${a.url}/jwks`]
    expect(requests.map(({ method, url }) => [method, url])).toEqual(urls.map((it) => ['GET', it]))
    for (const sent of requests) expect(allowed).toEqual(expect.arrayContaining(names(sent)))
    const everything = JSON.stringify(requests)
    const secrets = [address, 'crumbs', 'curious', 'acme', 'gw.test', deployer.client_id]
    for (const secret of secrets) expect(everything).not.toContain(secret)
    expect(everything).not.toContain(form.subject_token?.split('.')[2])
  })

  const names = ({ headers }: { headers: object }) => Object.keys(headers)
})

describe('whose keys they are', () => {
  test('two tenants that registered one URL do not share its cached keys', async () => {
    const { gateway, BR, BT, account, make, roles } = house()
    const { a } = gateway.issuers
    await make.issuer(a.url, '/globex', { preset: null })
    const namespace = '/globex'
    const other = await account('sibling', {
      namespace,
      roles: [roles.api3],
      policies: [policyP0(a.url)],
    })
    const theirs = { client_id: other.client_id, resource: API_3 }
    await expectIssued(await gateway.token(BR(theirs)))
    const key = await makeRsaKey('a2')
    a.keys = [key.jwk]
    // Cold for acme alone, which now sees the new key and none of the old.
    await chill(house())
    const rotated = a.mint(house().claims(), {}, key)
    await expectIssued(await gateway.token(BR({ subject_token: rotated })))
    await expectS400(await gateway.token(BR({ subject_token: BT() })))
    await expectIssued(await gateway.token(BR(theirs)))
  })

  test('inline keys are the only ones, and nobody is asked', async () => {
    const { gateway, account, register, claims, refused, accepted } = house()
    const [inside, outside] = await Promise.all([makeEcKey('e1'), makeEcKey('e2')])
    const issuer = await gateway.issuers.add('https://inline.test', { key: outside })
    await register(issuer, { jwks: { keys: [inside.jwk] } })
    const inlined = await account('inlined', { policies: [policyP0(issuer.url)] })
    const mint = (key: typeof inside) => issuer.mint(claims({ iss: issuer.url }), {}, key)
    await accepted(mint(inside), inlined)
    await refused(mint(outside), inlined)
    expect(issuer.hits()).toBe(0)
  })

  test('an issuer that is mended after an outage serves at once', async () => {
    const { gateway, BR, issuers } = house()
    const { a } = gateway.issuers
    a.keySet.fault = status(500)
    await expectU503(await gateway.token(BR()))
    // The administrator pins the keys instead; nobody waits for a cool-down or a cache.
    const path = `/issuers/${issuers.a.id}`
    const mended = await gateway.admin('PATCH', path, { jwks: { keys: a.keys } })
    expect(mended.status).toBe(200)
    await expectIssued(await gateway.token(BR()))
    a.keySet.fault = null
    expect((await gateway.admin('PATCH', path, { jwks: null })).status).toBe(200)
  })
})
