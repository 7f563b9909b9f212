import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import { type TestIssuer, testIssuer } from 'gatehouse/testing'
import { requireNamespace } from 'gatehouse/verify'
import * as inExpress from 'gatehouse/verify/express'
import * as inFastify from 'gatehouse/verify/fastify'
import { gatehouse as before } from 'gatehouse/verify/fetch'
import * as inHono from 'gatehouse/verify/hono'
import { Hono } from 'hono'
import { beforeAll, describe, expect, test } from 'vitest'
import { adapters } from '../support/adapters.ts'
import { API_1 } from '../support/fixture.ts'

let issuer: TestIssuer
let good: { readonly authorization: string }

beforeAll(async () => {
  issuer = await testIssuer({ audience: API_1 })
  good = { authorization: `Bearer ${await issuer.token()}` }
})

describe.each(adapters)('behind the $name adapter', ({ start }) => {
  test('100 callers at once are each taken for themselves', async () => {
    const api = await start(issuer.options)
    try {
      const names = Array.from({ length: 100 }, (_, index) => `sa_${index}`)
      const seen = names.map(async (serviceAccount) => {
        const authorization = `Bearer ${await issuer.token({ serviceAccount })}`
        const headers = { authorization }
        const response = await api.call(new Request(`${API_1}/whoami`, { headers }))
        return ((await response.json()) as { serviceAccount: string }).serviceAccount
      })
      expect(await Promise.all(seen)).toEqual(names)
    } finally {
      await api.close()
    }
  })
})

describe('before a part of an API', () => {
  test('Hono: only what is below it needs a token', async () => {
    const app = new Hono()
    app.use('/v1/*', inHono.gatehouse(issuer.options))
    app.get('/v1/x', (c) => c.text('x'))
    app.get('/health', (c) => c.text('up'))
    const statuses = ['/v1/x', '/v1', '/health'].map(
      async (path) => (await app.request(path)).status,
    )
    expect(await Promise.all(statuses)).toEqual([401, 401, 200])
    expect((await app.request('/v1/x', { headers: good })).status).toBe(200)
  })

  test('Hono: a requirement that a handler calls answers for itself', async () => {
    const app = new Hono<inHono.GatehouseEnv>()
    app.use('*', inHono.gatehouse(issuer.options))
    app.get('/:team', (c) => {
      requireNamespace(`/${c.req.param('team')}`, 'deploy:write')(c.var.principal)
      return c.text('in')
    })
    app.onError((error, c) => c.text(error.message, 500))
    const call = async (path: string) => app.request(path, { headers: good })
    expect((await call('/acme')).status).toBe(200)
    const refused = await call('/globex')
    expect([refused.status, await refused.json()]).toEqual([
      403,
      { error: 'insufficient_scope', error_description: expect.any(String) },
    ])
    expect(refused.headers.get('www-authenticate')).toContain('scope="deploy:write"')
  })

  test('Express: only what is below it needs a token', async () => {
    const app = express()
    app.get('/health', (_request, response) => void response.send('up'))
    app.use('/v1', inExpress.gatehouse(issuer.options))
    app.get('/v1/x', (_request, response) => void response.send('x'))
    const server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const call = async (path: string, headers = {}) =>
        (await fetch(url + path, { headers })).status
      const seen = [call('/health'), call('/v1/x'), call('/V1/X'), call('/v1/x', good)]
      expect(await Promise.all(seen)).toEqual([200, 401, 401, 200])
    } finally {
      server.close()
    }
  })

  test('Fastify: the instance that it is registered with, and those below', async () => {
    const app = fastify()
    app.get('/health', async () => 'up')
    app.register(
      async (v1) => {
        // Routes before and behind it alike: hooks count when all is loaded.
        v1.get('/before', async () => 'x')
        v1.register(inFastify.gatehouse, issuer.options)
        v1.get('/behind', async () => 'x')
        v1.register(async (below) => void below.get('/below', async () => 'x'))
      },
      { prefix: '/v1' },
    )
    const call = async (url: string, headers = {}) =>
      (await app.inject({ url, headers })).statusCode
    const paths = ['/v1/before', '/v1/behind', '/v1/below']
    expect(await call('/health')).toBe(200)
    expect(await Promise.all(paths.map((path) => call(path)))).toEqual([401, 401, 401])
    expect(await Promise.all(paths.map((path) => call(path, good)))).toEqual([200, 200, 200])
    await app.close()
  })

  test('Fastify: a decorator for two APIs in one process is made once', async () => {
    const app = fastify()
    const other = await testIssuer({ audience: 'https://api-9.test' })
    app.register(async (one) => {
      one.register(inFastify.gatehouse, issuer.options)
      one.get('/one', async (request) => request.principal.claims.aud)
    })
    app.register(async (two) => {
      two.register(inFastify.gatehouse, other.options)
      two.get('/two', async (request) => request.principal.claims.aud)
    })
    const call = async (url: string, headers: object) =>
      (await app.inject({ url, headers: { ...headers } })).statusCode
    const others = { authorization: `Bearer ${await other.token()}` }
    expect(await Promise.all([call('/one', good), call('/two', good)])).toEqual([200, 401])
    expect(await Promise.all([call('/one', others), call('/two', others)])).toEqual([401, 200])
    await app.close()
  })
})

describe('a requirement that no door was put before', () => {
  test('lets nobody in', async () => {
    const app = new Hono()
    app.get('/', inHono.requireScopes('deploy:write'), (c) => c.text('in'))
    app.onError((error, c) => c.text(error.message, 500))
    const response = await app.request('/', { headers: good })
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('gatehouse() has to come before')
    const other = fastify()
    other.get('/', { onRequest: inFastify.requireScopes('deploy:write') }, async () => 'in')
    expect((await other.inject({ url: '/', headers: good })).statusCode).toBe(500)
    await other.close()
  })

  test('cannot be one that asks for nothing, or for no scope', () => {
    for (const { requireNamespace, requireProvenance, requireScopes } of [
      inHono,
      inExpress,
      inFastify,
    ]) {
      expect(() => requireScopes()).toThrow(TypeError)
      expect(() => requireScopes('a b')).toThrow(TypeError)
      expect(() => requireNamespace('/acme')).toThrow(TypeError)
      expect(() => requireNamespace(() => '/acme')).toThrow(TypeError)
      expect(() => requireProvenance({})).toThrow(TypeError)
    }
  })
})

describe('the fetch adapter', () => {
  test('hands on what the platform adds, and keeps work alive by it', async () => {
    const works: Promise<unknown>[] = []
    const context = { waitUntil: (work: Promise<unknown>) => void works.push(work) }
    const handler = before(
      issuer.options,
      (_request, principal, env: { readonly NAME: string }, lifetime: typeof context) => {
        lifetime.waitUntil(Promise.resolve())
        return Response.json([env.NAME, principal.serviceAccount])
      },
    )
    const response = await handler(new Request(API_1, { headers: good }), { NAME: 'n' }, context)
    expect(await response.json()).toEqual(['n', 'sa_test'])
    expect(works.length).toBeGreaterThan(0)
  })
})
