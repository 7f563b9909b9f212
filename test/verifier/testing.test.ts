import { type Battery, battery, keyHolder, type TestIssuer, testIssuer } from 'gatehouse/testing'
import { createVerifier, presentedBy, Refused } from 'gatehouse/verify'
import { gatehouse } from 'gatehouse/verify/fetch'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_1 } from '../support/fixture.ts'

const audience = API_1
let issuer: TestIssuer

beforeAll(async () => {
  issuer = await testIssuer({ audience })
})

const withToken = (token: string): Request =>
  new Request(audience, { headers: { authorization: `Bearer ${token}` } })

const reasonFor = async (token: string, from: TestIssuer = issuer): Promise<string> => {
  try {
    await createVerifier(from.options).authenticate(presentedBy(withToken(token)))
    return 'let in'
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown
    return thrown.error ?? String(thrown.status)
  }
}

describe('the test issuer', () => {
  test('mints what the gateway would: the closed list of claims, as the contract has it', async () => {
    const token = await issuer.token()
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'ES256',
      kid: expect.any(String),
      typ: 'at+jwt',
    })
    expect(Object.keys(decodeJwt(token)).sort()).toEqual(
      [
        'act',
        'aud',
        'client_id',
        'decision_id',
        'exp',
        'iat',
        'iss',
        'jti',
        'namespace',
        'policy',
        'provenance',
        'scope',
        'sub',
      ].sort(),
    )
    expect(await reasonFor(token)).toBe('let in')
  })

  test('mints rights in several namespaces, and tokens without a job', async () => {
    const grants = [
      { namespace: '/acme/a', actions: ['deploy:read'] },
      { namespace: '/acme/b', actions: ['deploy:read', 'deploy:write'] },
    ]
    const token = await issuer.token({ grants, provenance: null })
    const claims = decodeJwt(token)
    expect(claims.authorization_details).toHaveLength(2)
    expect(claims).not.toHaveProperty('provenance')
    const principal = await createVerifier(issuer.options).authenticate(
      presentedBy(withToken(token)),
    )
    expect([principal.grants, principal.provenance]).toEqual([grants, null])
  })

  test.each([
    'expired',
    'notYetValid',
    'wrongAudience',
    'wrongIssuer',
    'wrongType',
    'forged',
    'unknownKey',
    'noneAlg',
    'hs256',
  ] as const)('mints a token that is no good: %s', async (kind) => {
    expect(await reasonFor(await issuer[kind]())).toBe('invalid_token')
  })

  test('forges under the right key id', async () => {
    const [good, forged] = await Promise.all([issuer.token(), issuer.forged()])
    expect(decodeProtectedHeader(forged)).toEqual(decodeProtectedHeader(good))
  })

  test('signs with a new key after a rotation; a dropped key is gone', async () => {
    const rotating = await testIssuer({ audience })
    const before = await rotating.token()
    await rotating.rotate()
    const after = await rotating.token()
    expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid)
    expect([await reasonFor(before, rotating), await reasonFor(after, rotating)]).toEqual([
      'let in',
      'let in',
    ])
    await rotating.rotate({ drop: true })
    expect(await reasonFor(before, rotating)).toBe('invalid_token')
  })

  test('mints named tokens, which introspection tells', async () => {
    const introspection = { clientId: 'cli_1', clientSecret: 'secret' }
    const api = { ...issuer, options: { ...issuer.options, introspection } }
    expect(await reasonFor(await issuer.named(), api)).toBe('let in')
  })

  test('has an outage when told to', async () => {
    const failing = await testIssuer({ audience })
    failing.outage(true)
    expect(await reasonFor(await failing.token(), failing)).toBe('503')
    failing.outage(false)
    expect(await reasonFor(await failing.token(), failing)).toBe('let in')
  })

  test('counts who asked', async () => {
    const counting = await testIssuer({ audience })
    await reasonFor(await counting.token(), counting)
    expect(counting.requests).toEqual(['/.well-known/jwks.json'])
  })

  test('names what it revoked in its feed, and calls it inactive', async () => {
    const revoking = await testIssuer({ audience })
    const [token, other] = await Promise.all([revoking.token(), revoking.token()])
    revoking.revoke(token)
    const at = `${revoking.issuer}/oauth/revocations?${new URLSearchParams({ audience })}`
    const feed = await revoking.fetch(new Request(at))
    expect(decodeJwt(await feed.text())).toMatchObject({
      iss: revoking.issuer,
      aud: audience,
      tokens: [decodeJwt(token).jti],
    })
    const again = { headers: { 'if-none-match': feed.headers.get('etag') ?? '' } }
    expect((await revoking.fetch(new Request(at, again))).status).toBe(304)
    const activity = async (body: string) => {
      const form = { method: 'POST', body, headers: { authorization: 'Basic eDp5' } }
      const asked = await revoking.fetch(new Request(`${revoking.issuer}/oauth/introspect`, form))
      return ((await asked.json()) as { active: boolean }).active
    }
    expect([await activity(`token=${token}`), await activity(`token=${other}`)]).toEqual([
      false,
      true,
    ])
    const named = await revoking.named()
    expect([named, await activity(`token=${named}`)]).toEqual([
      expect.stringMatching(/^gtht_[0-9A-Za-z]{49}$/),
      true,
    ])
    revoking.revoke(named)
    expect(await activity(`token=${named}`)).toBe(false)
  })

  test('listens on a port of this machine when told to', async () => {
    const listening = await testIssuer({ audience, listen: true })
    try {
      expect(listening.issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      const { fetch: _, ...overTheNetwork } = listening.options
      const verifier = createVerifier(overTheNetwork)
      const presented = presentedBy(withToken(await listening.token()))
      expect((await verifier.authenticate(presented)).serviceAccount).toBe('sa_test')
      expect(listening.requests).toEqual(['/.well-known/jwks.json'])
    } finally {
      await listening.close()
    }
  })
})

describe('the battery', () => {
  const findings = async (call: Battery['call'], more: Partial<Battery> = {}) =>
    (await battery({ issuer, call, ...more })).map(({ trial }) => trial)

  const claimsOf = (request: Request) =>
    decodeJwt(request.headers.get('authorization')?.split(' ')[1] ?? '')

  const unauthorized = () =>
    new Response(null, {
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    })

  test('finds nothing in an API that does as it should', async () => {
    const api = gatehouse(issuer.options, () => new Response('ok'))
    expect(await findings(api)).toEqual([])
  })

  test('finds an API that lets everybody in', async () => {
    const found = await findings(() => new Response('ok'))
    expect(found).toEqual(
      expect.arrayContaining(['no token', 'expired', 'noneAlg', 'in the query']),
    )
    expect(found).not.toContain('a good token')
  })

  test('finds an API that lets nobody in', async () => {
    expect(await findings(unauthorized)).toEqual(['a good token', 'a good token after all that'])
  })

  test('finds an API that reads a token and verifies nothing', async () => {
    const found = await findings((request) => {
      try {
        return claimsOf(request).aud === audience ? new Response('ok') : unauthorized()
      } catch {
        return unauthorized()
      }
    })
    expect(found).toEqual(expect.arrayContaining(['forged', 'noneAlg', 'hs256', 'expired']))
    expect(found).not.toContain('wrongAudience')
  })

  test('finds an API that leaves one thing out', async () => {
    const another = gatehouse({ ...issuer.options, audience: 'https://another-api.test' }, () =>
      Response.json({}),
    )
    const careless = gatehouse(issuer.options, () => Response.json({}))
    const api = async (request: Request) => {
      const first = await careless(request.clone())
      return first.ok ? first : another(request)
    }
    expect(await findings(api)).toEqual(['wrongAudience'])
    expect(await findings(careless, { needsScopes: ['deploy:write'] })).toEqual([
      'without scope deploy:write',
    ])
    expect(await findings(careless, { needsNamespace: true })).toEqual([
      'of namespace /somewhere-else',
      'of namespace /acme-evil',
    ])
  })

  test('finds an API that refuses without saying how to ask', async () => {
    const api = gatehouse(issuer.options, () => new Response('ok'))
    const found = await findings(async (request) => {
      const { status } = await api(request)
      return new Response(null, { status })
    })
    expect(found).toContain('no token')
    expect(found).not.toContain('a good token')
  })
})

afterAll(() => issuer.close())

describe('a caller that holds a key', () => {
  const api = (dpop: 'off' | 'required') =>
    gatehouse({ ...issuer.options, dpop }, (_, principal) => Response.json(principal))
  const request = () => new Request(`${audience}/releases?x=1`, { method: 'POST' })

  test('is let in with its token, whatever it was wished for', async () => {
    const holder = await keyHolder(issuer, { serviceAccount: 'sa_7' })
    const handle = api('required')
    for (let i = 0; i < 2; i++) {
      const response = await handle(await holder.present(request()))
      expect([response.status, (await response.json()).serviceAccount]).toEqual([200, 'sa_7'])
    }
    expect((await api('off')(await holder.present(request()))).status).toBe(401)
    expect((await handle(withToken(holder.token))).status).toBe(401)
  })

  test('can err in every claim of a proof', async () => {
    const holder = await keyHolder(issuer)
    const handle = api('required')
    for (const claim of ['jti', 'htm', 'htu', 'iat', 'ath']) {
      for (const value of [undefined, 'x']) {
        const response = await handle(await holder.present(request(), { [claim]: value }))
        const allowed = claim === 'jti' && value === 'x'
        expect([claim, response.status]).toEqual([claim, allowed ? 200 : 401])
      }
    }
  })
})
