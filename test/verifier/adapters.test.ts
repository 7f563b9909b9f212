import { battery, type TestIssuer, testIssuer } from 'gatehouse/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdaptedApi, adapters } from '../support/adapters.ts'
import { API_1 } from '../support/fixture.ts'
import { rawHeaders } from '../support/raw-headers.ts'

const metadataPath = '/.well-known/oauth-protected-resource'

describe.each(adapters)('the $name adapter', ({ start }) => {
  let issuer: TestIssuer
  let api: AdaptedApi

  beforeAll(async () => {
    issuer = await testIssuer({ audience: API_1 })
    api = await start(issuer.options)
  })
  afterAll(() => api.close())

  const call = async (path: string, token: string | null, method = 'GET') => {
    const headers = token === null ? {} : { authorization: `Bearer ${token}` }
    const response = await api.call(new Request(API_1 + path, { method, headers }))
    const text = await response.text()
    return { response, text, body: text.startsWith('{') ? JSON.parse(text) : undefined }
  }

  test.each([
    { path: '/whoami', method: 'GET' },
    { path: '/releases', method: 'POST', needsScopes: ['deploy:write'] },
    { path: '/teams/acme', method: 'GET', needsScopes: ['deploy:write'], needsNamespace: true },
    { path: '/production', method: 'GET' },
  ])('stands the battery at $method $path', async ({ path, method, ...needs }) => {
    const request = () => new Request(API_1 + path, { method })
    const before = api.handled()
    expect(await battery({ issuer, call: api.call, request, ...needs })).toEqual([])
    expect(api.handled() - before, 'only good tokens reach the handler').toBe(2)
  })

  test('tells the handler who calls', async () => {
    const { body } = await call('/whoami', await issuer.token({ serviceAccount: 'sa_1' }))
    expect(body).toMatchObject({
      serviceAccount: 'sa_1',
      scopes: ['deploy:read', 'deploy:write'],
      grants: [{ namespace: '/acme', actions: ['deploy:read', 'deploy:write'] }],
      provenance: { repository_id: '1001', ref: 'refs/heads/main' },
    })
  })

  test('answers a stranger with a challenge, JSON and no cause', async () => {
    const { response, body } = await call('/whoami', null)
    expect(response.status).toBe(401)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const challenge = response.headers.get('www-authenticate')
    expect(challenge).toContain(`resource_metadata="${API_1}${metadataPath}"`)
    expect(challenge).not.toContain('error')
    expect(Object.keys(body)).toEqual(['error', 'error_description'])
  })

  test('names the scope that would have been enough', async () => {
    const token = await issuer.withoutScope('deploy:write')
    const { response, body } = await call('/releases', token, 'POST')
    expect([response.status, body.error]).toEqual([403, 'insufficient_scope'])
    expect(response.headers.get('www-authenticate')).toContain('scope="deploy:write"')
  })

  test('refuses a job of another branch', async () => {
    const token = await issuer.token({ provenance: { ref: 'refs/heads/try' } })
    expect((await call('/production', token)).response.status).toBe(403)
    const secret = await issuer.token({ provenance: null })
    expect((await call('/production', secret)).response.status).toBe(403)
  })

  test('serves its metadata to everybody', async () => {
    const { response, body } = await call(metadataPath, null)
    expect([response.status, body.resource, body.authorization_servers]).toEqual([
      200,
      API_1,
      [issuer.issuer],
    ])
    expect((await call(metadataPath, null, 'POST')).response.status).toBe(401)
    expect((await call(`${metadataPath}/x`, null)).response.status).toBe(401)
  })

  test('tells its owner why it refused, whoever did', async () => {
    const events: object[] = []
    const telling = await start({ ...issuer.options, onEvent: (event) => void events.push(event) })
    try {
      const post = (token: string) => {
        const headers = { authorization: `Bearer ${token}` }
        return telling.call(new Request(`${API_1}/releases`, { method: 'POST', headers }))
      }
      await post(await issuer.expired())
      await post(await issuer.withoutScope('deploy:write'))
      expect(events.filter((event) => 'reason' in event)).toEqual([
        { event: 'refused', reason: 'expired', status: 401 },
        { event: 'refused', reason: 'insufficient_scope', status: 403 },
      ])
    } finally {
      await telling.close()
    }
  })

  test('swallows nothing that a handler throws', async () => {
    const { response, text } = await call('/fails', await issuer.token())
    expect([response.status, text]).toEqual([500, 'the handler failed'])
  })

  test('lets nobody into what it has no route for', async () => {
    expect((await call('/nowhere', null)).response.status).toBe(401)
  })

  test('answers 503, and when to come back, while it has no keys', async () => {
    const other = await testIssuer({ audience: API_1 })
    const cold = await start(other.options)
    try {
      other.outage(true)
      const headers = { authorization: `Bearer ${await other.token()}` }
      const request = () => new Request(`${API_1}/whoami`, { headers })
      const down = await cold.call(request())
      expect([down.status, down.headers.has('retry-after')]).toEqual([503, true])
      expect(cold.handled()).toBe(0)
    } finally {
      await cold.close()
    }
  })

  test('lets nobody in when something fails that should not', async () => {
    let broken = false
    const fails = await start({
      ...issuer.options,
      now: () => {
        if (broken) throw new Error('no clock')
        return Date.now()
      },
    })
    try {
      broken = true
      const headers = { authorization: `Bearer ${await issuer.token()}` }
      const response = await fails.call(new Request(`${API_1}/whoami`, { headers }))
      expect(response.status).toBe(500)
      expect(fails.handled()).toBe(0)
    } finally {
      await fails.close()
    }
  })

  test('stands before an API whose identifier is no URL', async () => {
    const events: string[] = []
    const behindProxy = await start({
      ...issuer.options,
      audience: 'urn:api',
      origin: 'https://public.test',
      onEvent: (event) => void events.push(event.event),
    })
    try {
      const response = await behindProxy.call(new Request('http://inside.test/whoami'))
      expect([response.status, events]).toEqual([401, ['refused']])
      // Its identifier is no URL, and has no place for metadata.
      expect(response.headers.get('www-authenticate')).not.toContain('resource_metadata')
    } finally {
      await behindProxy.close()
    }
  })

  test('says when it starts what is wrong with its options', async () => {
    const wrong = { ...issuer.options, audiance: 'x' }
    await expect(start(wrong)).rejects.toThrow(TypeError)
    await expect(start({ ...issuer.options, origin: `${API_1}/v1` })).rejects.toThrow('origin')
  })

  test('AC-268 refuses two Authorization headers, as Node would drop one', async () => {
    if (api.url === undefined) return
    const good = `Bearer ${await issuer.token()}`
    const once = await rawHeaders(api.url, '/whoami', ['Authorization', good])
    expect(once.status).toBe(200)
    for (const second of [good, 'Bearer x', 'Basic eDp5']) {
      for (const headers of [
        ['Authorization', good, 'authorization', second],
        ['AUTHORIZATION', second, 'Authorization', good],
      ]) {
        const twice = await rawHeaders(api.url, '/whoami', headers)
        expect([twice.status, twice.challenge]).toEqual([401, expect.stringMatching(/^Bearer/)])
      }
    }
  })
})
