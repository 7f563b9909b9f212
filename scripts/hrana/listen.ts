import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Synchronous } from './connection.ts'
import { type HttpScope, reply, send } from './http.ts'
import { ConnectionPool } from './pool.ts'
import { StreamRegistry } from './stream-registry.ts'

/** How to start the server; only the file is needed. */
export type HranaServerOptions = {
  /** SQLite file, created when it is not there; not ':memory:', which no two connections share. */
  readonly file: string
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** Defaults to 127.0.0.1. */
  readonly host?: string
  /** When given, pipelines need `authorization: Bearer <token>`. */
  readonly token?: string
  /** Waits so many milliseconds before each pipeline. */
  readonly latencyMs?: number
  /** Fraction, 0 to 1, of pipelines that are answered with HTTP 500 and do nothing. */
  readonly failRate?: number
  /** Defaults to NORMAL; OFF makes tests faster. */
  readonly synchronous?: Synchronous
  /** Idle streams are rolled back after so many milliseconds; 10 000 as in production. */
  readonly idleMs?: number
  /** A statement waits so many milliseconds for a lock; 5 000 by default. */
  readonly busyMs?: number
  /** Receives one line of JSON for each request answered. */
  readonly log?: (line: string) => void
}

/** A running server. */
export type HranaServer = {
  /** What a libSQL client connects to, such as http://127.0.0.1:40213. */
  readonly url: string
  readonly port: number
  /** Counts the pipelines received so far: the round trips to the database. */
  requests(): number
  /** Stops answering, rolls back open transactions and closes the file. */
  close(): Promise<void>
}

const IDLE_MS = 10_000
const BUSY_MS = 5_000
const KEEP_ALIVE_MS = 600_000

/**
 * Serves a SQLite file over Hrana v2, the protocol of libSQL over HTTP.
 * Rejects when the file cannot be opened or the port is taken.
 */
export async function startHranaServer(options: HranaServerOptions): Promise<HranaServer> {
  const { file, host = '127.0.0.1', port = 0, synchronous = 'NORMAL' } = options
  const pool = new ConnectionPool({ file, synchronous })
  const streams = new StreamRegistry(pool, options.idleMs ?? IDLE_MS)
  const stop = new AbortController()
  let requests = 0
  const scope: HttpScope = {
    streams,
    patience: { busyMs: options.busyMs ?? BUSY_MS, signal: stop.signal },
    token: options.token,
    latencyMs: options.latencyMs ?? 0,
    failRate: options.failRate ?? 0,
    onPipeline: () => {
      requests += 1
    },
  }
  const { server, settled } = createHttpServer(scope, options.log)
  const address = await listen(server, port, host).catch((error: unknown) => {
    pool.close()
    throw error
  })
  const close = async (): Promise<void> => {
    stop.abort()
    server.close()
    server.closeAllConnections()
    await settled()
    streams.close()
    pool.close()
  }
  const name = host.includes(':') ? `[${host}]` : host
  const url = `http://${name}:${address.port}`
  return { url, port: address.port, requests: () => requests, close }
}

type Log = HranaServerOptions['log']
type HttpServer = { readonly server: Server; readonly settled: () => Promise<unknown> }

function createHttpServer(scope: HttpScope, log: Log): HttpServer {
  const running = new Set<Promise<void>>()
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    const startedAt = performance.now()
    const answering = reply(request, scope).then((answer) => {
      send(response, answer)
      running.delete(answering)
      log?.(describeRequest(request, answer.status, performance.now() - startedAt))
    })
    running.add(answering)
  })
  return { server, settled: () => Promise.all(running) }
}

function describeRequest(request: IncomingMessage, status: number, elapsedMs: number): string {
  const ms = Number(elapsedMs.toFixed(3))
  return JSON.stringify({ method: request.method, path: request.url, status, ms })
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })
}
