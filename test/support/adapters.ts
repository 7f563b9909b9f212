import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import fastify from 'fastify'
import * as inExpress from 'gatehouse/verify/express'
import * as inFastify from 'gatehouse/verify/fastify'
import * as inFetch from 'gatehouse/verify/fetch'
import * as inHono from 'gatehouse/verify/hono'
import { Hono } from 'hono'

export type AdapterOptions = Parameters<typeof inHono.gatehouse>[0]

/** An API behind one of the adapters. */
export interface AdaptedApi {
  call(request: Request): Promise<Response>
  /** Where it listens; undefined where no server is needed. */
  readonly url?: string
  /** How often a handler has run. */
  handled(): number
  close(): Promise<void>
}

/** An adapter, and how an API is put behind it. */
export interface Adapter {
  readonly name: string
  start(options: AdapterOptions): Promise<AdaptedApi>
}

/**
 * The API of the tests: `/whoami` needs a token, `/releases` a scope, `/teams/x` rights in the
 * namespace `/x`, `/production` a job on main; `/fails` throws what is no refusal.
 */
const scope = 'deploy:write'
const main = { ref: 'refs/heads/main' }
const failure = () => new Error('the handler failed')

const viaHono = (options: AdapterOptions): AdaptedApi => {
  let handled = 0
  const { gatehouse, requireNamespace, requireProvenance, requireScopes } = inHono
  const app = new Hono<inHono.GatehouseEnv>()
  const echo = (c: { var: { principal: object }; json(body: object): Response }) => {
    handled += 1
    return c.json(c.var.principal)
  }
  app.use('*', gatehouse(options))
  app.get('/whoami', echo)
  app.post('/releases', requireScopes(scope), echo)
  app.get(
    '/teams/:team',
    requireNamespace((c) => `/${c.req.param('team')}`, scope),
    echo,
  )
  app.get('/production', requireProvenance(main), echo)
  app.get('/fails', () => {
    throw failure()
  })
  app.onError((error, c) => c.text(error.message, 500))
  return {
    call: async (request) => app.fetch(request),
    handled: () => handled,
    close: async () => {},
  }
}

const viaFetch = (options: AdapterOptions): AdaptedApi => {
  let handled = 0
  const { gatehouse, requireNamespace, requireProvenance, requireScopes } = inFetch
  const handler = gatehouse(options, (request, principal) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/fails') throw failure()
    if (pathname === '/releases') requireScopes(scope)(principal)
    if (pathname === '/production') requireProvenance(main)(principal)
    if (pathname.startsWith('/teams/')) requireNamespace(pathname.slice(6), scope)(principal)
    handled += 1
    return Response.json(principal)
  })
  const orFailed = (thrown: unknown) => new Response((thrown as Error).message, { status: 500 })
  return {
    call: (request) => handler(request).catch(orFailed),
    handled: () => handled,
    close: async () => {},
  }
}

const onPort = (url: string): AdaptedApi['call'] => {
  return (request) => {
    const { pathname, search } = new URL(request.url)
    return fetch(new Request(url + pathname + search, request))
  }
}

const listening = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const viaExpress = async (options: AdapterOptions): Promise<AdaptedApi> => {
  let handled = 0
  const { gatehouse, requireNamespace, requireProvenance, requireScopes } = inExpress
  const app = express()
  const echo: express.RequestHandler = (request, response) => {
    handled += 1
    response.json(request.principal)
  }
  app.use(gatehouse(options))
  app.get('/whoami', echo)
  app.post('/releases', requireScopes(scope), echo)
  app.get(
    '/teams/:team',
    requireNamespace((request) => `/${request.params.team}`, scope),
    echo,
  )
  app.get('/production', requireProvenance(main), echo)
  app.get('/fails', () => {
    throw failure()
  })
  const onError: express.ErrorRequestHandler = (error, _request, response, _next) => {
    response.status(500).send(error.message)
  }
  app.use(onError)
  const server = createServer(app)
  const url = await listening(server)
  const close = async () => {
    server.closeAllConnections()
    server.close()
  }
  return { call: onPort(url), url, handled: () => handled, close }
}

const viaFastify = async (options: AdapterOptions): Promise<AdaptedApi> => {
  let handled = 0
  const { gatehouse, requireNamespace, requireProvenance, requireScopes } = inFastify
  const app = fastify({ forceCloseConnections: true })
  const echo = async (request: { principal: object }) => {
    handled += 1
    return request.principal
  }
  app.register(gatehouse, options)
  app.get('/whoami', echo)
  app.post('/releases', { onRequest: requireScopes(scope) }, echo)
  const ofTeam = requireNamespace(
    (request) => `/${(request.params as { readonly team: string }).team}`,
    scope,
  )
  app.get('/teams/:team', { preHandler: ofTeam }, echo)
  app.get('/production', { onRequest: requireProvenance(main) }, echo)
  app.get('/fails', async () => {
    throw failure()
  })
  app.setErrorHandler((error: Error, _request, reply) => reply.code(500).send(error.message))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { call: onPort(url), url, handled: () => handled, close: () => app.close() }
}

/** All adapters. */
export const adapters: readonly Adapter[] = [
  { name: 'Hono', start: async (options) => viaHono(options) },
  { name: 'fetch', start: async (options) => viaFetch(options) },
  { name: 'Express', start: viaExpress },
  { name: 'Fastify', start: viaFastify },
]
