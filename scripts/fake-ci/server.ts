import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Claims, PROVIDERS, type Provider } from './claims.ts'
import { createIssuer, discovery, type Issuer, type Minted } from './issuer.ts'

export type FakeCi = {
  url: string
  gitlabUrl: string
  mint: (provider: Provider, overrides?: Claims) => Promise<Minted>
  close: () => Promise<void>
}

type Issuers = Record<Provider, Issuer>
type Answer = { status: number; body: unknown; headers?: Record<string, string> }

const MAX_BODY_BYTES = 256 * 1024

/** Starts the two local CI issuers on one port of 127.0.0.1; without a port, on a free one. */
export async function startFakeCi(options: { port?: number } = {}): Promise<FakeCi> {
  let issuers: Issuers | undefined
  const server = createServer((request, response) => {
    const answering = issuers === undefined ? starting() : answer(issuers, request)
    answering.catch(failed).then((it) => send(response, it))
  })
  const port = await listen(server, options.port ?? 0)
  const url = `http://127.0.0.1:${port}`
  const gitlabUrl = `${url}/gitlab`
  const [github, gitlab] = await Promise.all([
    createIssuer('github', url),
    createIssuer('gitlab', gitlabUrl),
  ])
  const made = { github, gitlab }
  issuers = made
  return {
    url,
    gitlabUrl,
    mint: (provider, overrides = {}) => made[provider].mint(overrides),
    close: () => close(server),
  }
}

async function answer(issuers: Issuers, request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', issuers.github.url)
  if (pathname === '/token') return token(issuers, request, searchParams)
  for (const issuer of [issuers.github, issuers.gitlab]) {
    const base = new URL(issuer.url).pathname.replace(/\/$/, '')
    if (pathname === `${base}/.well-known/openid-configuration`) return ok(discovery(issuer))
    if (pathname === `${base}${issuer.jwksPath}`) return ok(issuer.jwks)
  }
  return refusal(
    404,
    'nothing here; try POST /token?provider=github, /.well-known/openid-configuration or ' +
      '/gitlab/.well-known/openid-configuration',
  )
}

async function token(
  issuers: Issuers,
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<Answer> {
  if (request.method !== 'POST') {
    return { ...refusal(405, 'tokens are minted with POST'), headers: { allow: 'POST' } }
  }
  const provider = PROVIDERS.find((it) => it === (query.get('provider') ?? 'github'))
  if (provider === undefined) {
    return refusal(400, `unknown provider; expected ?provider=${PROVIDERS.join(' or ?provider=')}`)
  }
  const overrides = parseOverrides(await readBody(request))
  if (overrides === undefined) {
    return refusal(
      400,
      'the body must be a JSON object of claims to override, such as ' +
        '{"ref":"refs/heads/dev","environment":null}; null removes a claim',
    )
  }
  return ok(await issuers[provider].mint(overrides))
}

function parseOverrides(body: string): Claims | undefined {
  if (body.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(body)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Claims) : undefined
  } catch {
    return undefined
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new RangeError(`the body exceeds ${MAX_BODY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function starting(): Promise<Answer> {
  return refusal(503, 'the keys are still being made; try again')
}

function ok(body: unknown): Answer {
  return { status: 200, body }
}

function refusal(status: number, error: string): Answer {
  return { status, body: { error } }
}

function failed(error: Error): Answer {
  return refusal(error instanceof RangeError ? 413 : 500, error.message)
}

function send(response: ServerResponse, { status, body, headers }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(`${JSON.stringify(body)}\n`)
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
