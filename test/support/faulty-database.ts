import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

export type DatabaseMode =
  | 'pass'
  /** Drops the connection at once, nothing reaches the database. */
  | 'refuse'
  /** Takes the request and never answers, nothing reaches the database. */
  | 'hang'
  /** Answers 200 with a web page. */
  | 'html'
  /** Answers 200 with JSON that the database would not say: `text`. */
  | 'garbage'
  /** Does the work and answers 200 with half of the JSON. */
  | 'truncate'
  /** Answers 500. */
  | 'error'
  /** Answers rightly, but `delayMs` late. */
  | 'slow'
  /** Does the work and drops the connection instead of answering. */
  | 'lose-reply'
  /** Does the work and never answers. */
  | 'hang-after-commit'
  /** Hands on another request: what `alter` makes of it. */
  | 'alter'

export interface FaultOptions {
  /** Applies the mode only to requests whose body passes; all others pass through. */
  readonly when?: (body: string) => boolean
  /** Goes back to `pass` after so many faults. */
  readonly times?: number
  readonly delayMs?: number
  /** What `garbage` says. */
  readonly text?: string
  readonly alter?: (body: string) => string
}

export interface FaultyDatabase {
  readonly url: string
  /** Switches the mode for all requests that come from now on. */
  set(mode: DatabaseMode, options?: FaultOptions): void
  /** How many requests came, whatever became of them. */
  requests(): number
  /** How many of them were spoiled. */
  faults(): number
  close(): Promise<void>
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: Buffer
  readonly target: string
}

/** Starts a proxy in front of a Hrana server that can be told to fail. */
export async function startFaultyDatabase(target: string): Promise<FaultyDatabase> {
  let current: { mode: DatabaseMode; options: FaultOptions; left: number } = pass()
  let count = 0
  let faults = 0
  const choose = (body: string): [DatabaseMode, FaultOptions] => {
    const { mode, options } = current
    if (mode === 'pass' || options.when?.(body) === false) return ['pass', {}]
    faults += 1
    current.left -= 1
    if (current.left === 0) current = pass()
    return [mode, options]
  }
  const server = createServer(async (request, response) => {
    count += 1
    // A caller that gives up in the middle of its request has asked for nothing.
    const body = await buffer(request).catch(() => null)
    if (body === null) return
    const [mode, options] = choose(body.toString('utf8'))
    const exchange = { request, response, body, target }
    await act(mode, exchange, options).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (mode, options = {}) => {
      current = { mode, options, left: options.times ?? Number.POSITIVE_INFINITY }
    },
    requests: () => count,
    faults: () => faults,
    close: () => stop(server),
  }
}

function pass(): { mode: DatabaseMode; options: FaultOptions; left: number } {
  return { mode: 'pass', options: {}, left: Number.POSITIVE_INFINITY }
}

async function act(mode: DatabaseMode, exchange: Exchange, options: FaultOptions): Promise<void> {
  const { request, response } = exchange
  if (mode === 'hang') return
  if (mode === 'refuse') return void request.socket.destroy()
  if (mode === 'html') return answer(response, 200, 'text/html', '<!doctype html><h1>502</h1>')
  if (mode === 'garbage') return answer(response, 200, 'application/json', options.text ?? '{}')
  if (mode === 'error') return answer(response, 500, 'application/json', '{"message":"broken"}')
  if (mode === 'slow') await sleep(options.delayMs ?? 3000)
  const alter = (mode === 'alter' && options.alter) || ((body: string) => body)
  const body = Buffer.from(alter(exchange.body.toString('utf8')))
  const upstream = await forward({ ...exchange, body })
  const text = await upstream.text()
  if (mode === 'hang-after-commit') return
  if (mode === 'lose-reply') return void request.socket.destroy()
  const sent = mode === 'truncate' ? text.slice(0, Math.floor(text.length / 2)) : text
  answer(response, upstream.status, upstream.headers.get('content-type') ?? '', sent)
}

function forward({ request, body, target }: Exchange): Promise<Response> {
  const { authorization, 'content-type': contentType } = request.headers
  const headers = new Headers()
  if (authorization !== undefined) headers.set('authorization', authorization)
  if (contentType !== undefined) headers.set('content-type', contentType)
  const method = request.method ?? 'GET'
  const init =
    method === 'GET' ? { method, headers } : { method, headers, body: new Uint8Array(body) }
  return fetch(`${target}${request.url}`, init)
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type })
  response.end(text)
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
