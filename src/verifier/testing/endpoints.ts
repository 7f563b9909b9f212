import { decodeJwt, decodeProtectedHeader } from 'jose'
import type { Json, JsonObject } from '../../core/json.ts'
import { feedClaims, type Mark } from '../../core/revocation.ts'
import { sign, type TestKey } from './keys.ts'

/** What the test issuer has done so far; its endpoints read it. */
export interface Book {
  readonly issuer: string
  readonly audience: string
  /** What its tokens may do unless a test says otherwise. */
  readonly scopes: readonly string[]
  /** The last one signs. */
  keys: readonly TestKey[]
  marks: readonly Mark[]
  /** Claims by named token. */
  readonly named: Map<string, JsonObject>
  /** While true every endpoint answers 503. */
  outage: boolean
  /** The path of every request so far. */
  readonly requests: string[]
  now(): number
}

/** The key that signs now. */
export const activeKey = ({ keys }: Book): TestKey => {
  const key = keys.at(-1)
  if (key === undefined) throw new Error('testIssuer: no key')
  return key
}

type Endpoint = (book: Book, request: Request) => Promise<Response> | Response

const keySet: Endpoint = ({ keys }) =>
  Response.json(
    { keys: keys.map(({ jwk }) => jwk) },
    { headers: { 'cache-control': 'public, max-age=300' } },
  )

const feed: Endpoint = async (book, request) => {
  const audience = new URL(request.url).searchParams.get('audience') ?? ''
  const marks = audience === book.audience ? book.marks : []
  const claims = feedClaims(marks, { issuer: book.issuer, audience, now: book.now() })
  const etag = `W/"${activeKey(book).kid}-${claims.iat}-${marks.length}"`
  if (request.headers.get('if-none-match') === etag) {
    return new Response(null, { status: 304, headers: { etag } })
  }
  return new Response(await sign(activeKey(book), claims, { typ: 'revocations+jwt' }), {
    headers: {
      'content-type': 'application/revocations+jwt',
      'cache-control': 'public, max-age=30',
      etag,
    },
  })
}

const claimsIn = ({ keys, named }: Book, token: string): JsonObject | undefined => {
  try {
    const { kid } = decodeProtectedHeader(token)
    return keys.some((key) => key.kid === kid) ? (decodeJwt(token) as JsonObject) : undefined
  } catch {
    return named.get(token)
  }
}

const introspection: Endpoint = async (book, request) => {
  if (!request.headers.has('authorization')) {
    return Response.json({ error: 'invalid_client' }, { status: 401 })
  }
  const token = new URLSearchParams(await request.text()).get('token') ?? ''
  const claims = claimsIn(book, token)
  const dead = claims === undefined || isDead(book, claims)
  return Response.json(dead ? { active: false } : { active: true, token_type: 'Bearer', ...claims })
}

/** The `jti` of a token that this issuer has made. */
export const tokenId = (book: Book, token: string): string => {
  const claims = claimsIn(book, token)
  if (claims === undefined) throw new Error('testIssuer: that token is not of this issuer')
  return String(claims.jti)
}

const isDead = ({ marks, now }: Book, claims: JsonObject): boolean =>
  Number(claims.exp) <= now() || marks.some(({ value }) => value === (claims.jti as Json))

const endpoints: Readonly<Record<string, Endpoint>> = {
  'GET /.well-known/jwks.json': keySet,
  'GET /oauth/revocations': feed,
  'POST /oauth/introspect': introspection,
}

/** Answers as the gateway would, from the book. */
export const answerFrom = async (book: Book, request: Request): Promise<Response> => {
  const { pathname } = new URL(request.url)
  book.requests.push(pathname)
  if (book.outage) return new Response(null, { status: 503, headers: { 'retry-after': '1' } })
  const endpoint = endpoints[`${request.method} ${pathname}`]
  return endpoint?.(book, request) ?? new Response(null, { status: 404 })
}
