import { type TestIssuer, testIssuer } from 'gatehouse/testing'
import { calculateJwkThumbprint } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdaptedApi, adapters } from '../support/adapters.ts'
import { bare, proof, tokenHash } from '../support/dpop.ts'
import { API_1 } from '../support/fixture.ts'
import type { Claims } from '../support/issuer.ts'
import { makeEcKey, type TestKey } from '../support/keys.ts'
import { rawHeaders } from '../support/raw-headers.ts'

describe.each(adapters)('the $name adapter', ({ start }) => {
  let key: TestKey
  let issuer: TestIssuer
  let api: AdaptedApi
  let token: string

  beforeAll(async () => {
    key = await makeEcKey('k1')
    issuer = await testIssuer({ audience: API_1 })
    api = await start({ ...issuer.options, dpop: 'optional' })
    token = await issuer.token({ boundTo: await calculateJwkThumbprint(bare(key)) })
  })
  afterAll(() => api.close())

  const proofFor = (claims: Claims = {}) =>
    proof(key, {
      claims: { htm: 'GET', htu: `${API_1}/whoami`, ath: tokenHash(token), ...claims },
    })

  const call = (authorization: string, dpop: string | null, path = '/whoami') => {
    const headers = { authorization, ...(dpop !== null && { dpop }) }
    return api.call(new Request(API_1 + path, { headers }))
  }

  const refused = async (send: () => Promise<Response>, error: string) => {
    const before = api.handled()
    const response = await send()
    const challenge = response.headers.get('www-authenticate')
    expect([response.status, challenge]).toEqual([
      401,
      expect.stringContaining(`DPoP algs="ES256 Ed25519 RS256", error="${error}"`),
    ])
    expect(api.handled()).toBe(before)
  }

  test('lets in who holds the key, once per proof', async () => {
    const dpop = proofFor()
    const { status } = await call(`DPoP ${token}`, dpop, '/whoami?verbose=1#top')
    expect(status).toBe(200)
    await refused(() => call(`DPoP ${token}`, dpop), 'invalid_dpop_proof')
  })

  test('refuses a proof for another path, method or host', async () => {
    for (const claims of [
      { htu: `${API_1}/production` },
      { htu: API_1 },
      { htm: 'POST' },
      { htu: 'https://evil.test/whoami' },
    ]) {
      const dpop = proofFor(claims)
      await refused(() => call(`DPoP ${token}`, dpop), 'invalid_dpop_proof')
    }
  })

  test('refuses the token as a Bearer, and without a proof', async () => {
    await refused(() => call(`Bearer ${token}`, proofFor()), 'invalid_token')
    await refused(() => call(`DPoP ${token}`, null), 'invalid_dpop_proof')
    const plain = await issuer.token()
    await refused(() => call(`DPoP ${plain}`, proofFor()), 'invalid_token')
  })

  test('takes tokens that are not bound as ever', async () => {
    expect((await call(`Bearer ${await issuer.token()}`, null)).status).toBe(200)
  })

  test('refuses two proofs in two headers', async () => {
    const headers = new Headers({ authorization: `DPoP ${token}` })
    for (const dpop of [proofFor(), proofFor()]) headers.append('dpop', dpop)
    const request = new Request(`${API_1}/whoami`, { headers })
    await refused(() => api.call(request), 'invalid_dpop_proof')
    if (api.url === undefined) return
    const written = ['DPoP', proofFor(), 'Authorization', `DPoP ${token}`, 'dpop', proofFor()]
    const { status, challenge } = await rawHeaders(api.url, '/whoami', written)
    expect([status, challenge]).toEqual([401, expect.stringContaining('invalid_dpop_proof')])
  })

  test('takes the origin of its audience, and no other that a request is for', async () => {
    const call = (origin: string) => {
      const headers = {
        authorization: `DPoP ${token}`,
        dpop: proofFor({ htu: `${origin}/whoami` }),
      }
      return api.call(new Request('https://evil.test/whoami', { headers }))
    }
    expect((await call('https://evil.test')).status).toBe(401)
    expect((await call(API_1)).status).toBe(200)
    const nameless = { ...issuer.options, audience: 'urn:api', dpop: 'required' } as const
    await expect(start(nameless)).rejects.toThrow('origin is missing')
  })

  test('takes no other host for its own, whatever `Host` or the target says', async () => {
    if (api.url === undefined) return
    const dpop = proofFor({ htu: 'https://evil.test/whoami' })
    const written = [
      'DPoP',
      dpop,
      'Authorization',
      `DPoP ${token}`,
      'X-Forwarded-Host',
      'evil.test',
    ]
    for (const target of ['/whoami', 'http://evil.test/whoami']) {
      expect((await rawHeaders(api.url, target, written)).status).toBe(401)
    }
  })
})
