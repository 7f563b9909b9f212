import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Patience } from './busy.ts'
import { ProtocolError, StreamExpiredError } from './errors.ts'
import { runPipeline } from './pipeline.ts'
import type { StreamRegistry } from './stream-registry.ts'

// Exactly these: the client ignores the body of an error under any other content type, and a
// charset makes it another.
type ContentType = 'application/json' | 'text/plain'

/** An answer about to be sent. */
export type Reply = { readonly status: number; readonly type: ContentType; readonly body: string }

/** What answering a request needs. */
export type HttpScope = {
  readonly streams: StreamRegistry
  readonly patience: Patience
  readonly token: string | undefined
  readonly latencyMs: number
  readonly failRate: number
  /** Called for each pipeline request, before it is answered. */
  readonly onPipeline: () => void
}

const GREETING = text(200, 'Hello, this is HTTP API v2 (Hrana over HTTP)')
const PIPELINES: Readonly<Record<string, 2 | 3>> = { '/v2/pipeline': 2, '/v3/pipeline': 3 }

/** Answers one HTTP request; every failure becomes an answer too. */
export async function reply(request: IncomingMessage, scope: HttpScope): Promise<Reply> {
  const path = request.url?.split('?', 1)[0] ?? ''
  const version = request.method === 'POST' ? PIPELINES[path] : undefined
  if (version !== undefined) return replyToPipeline(request, version, scope)
  if (request.method !== 'GET') return text(404, '')
  if (path === '/health') return text(200, '')
  return path === '/v2' || path === '/v3' ? GREETING : text(404, '')
}

/** Sends an answer whole, with its length. */
export function send(response: ServerResponse, { status, type, body }: Reply): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

async function replyToPipeline(
  request: IncomingMessage,
  version: 2 | 3,
  scope: HttpScope,
): Promise<Reply> {
  scope.onPipeline()
  try {
    const body = await readBody(request)
    if (scope.latencyMs > 0)
      await sleep(scope.latencyMs, undefined, { signal: scope.patience.signal })
    if (!isAllowed(request.headers.authorization, scope.token)) {
      return json(401, { error: 'Unauthorized: `The token is invalid`' })
    }
    if (Math.random() < scope.failRate) return text(500, 'Failure injected by --fail-rate')
    return json(200, await runPipeline(scope.streams, body, { ...scope.patience, version }))
  } catch (error) {
    return failure(error)
  }
}

function failure(error: unknown): Reply {
  if (error instanceof ProtocolError) return text(400, error.message)
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof StreamExpiredError) return json(400, { message, code: error.code })
  return json(500, { message, code: 'INTERNAL_ERROR' })
}

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => resolve(Buffer.concat(chunks).toString()))
    request.on('error', reject)
  })
}

function isAllowed(header: string | undefined, token: string | undefined): boolean {
  if (token === undefined) return true
  const given = Buffer.from(header ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function json(status: number, body: unknown): Reply {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

function text(status: number, body: string): Reply {
  return { status, type: 'text/plain', body }
}
