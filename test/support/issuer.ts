import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Fault, reply } from './issuer-faults.ts'
import { type JwsParts, jws } from './jws.ts'
import { type Jwk, makeRsaKey, type TestKey } from './keys.ts'

export type Claims = Record<string, unknown>

/** One of the two documents an issuer serves, with its switches and its counter. */
export interface Surface {
  /** How to misbehave; null answers honestly. */
  fault: Fault | null
  headers: Record<string, string>
  hits: number
}

export interface Issuer {
  readonly url: string
  /** The key that signs unless a test names another. */
  readonly key: TestKey
  readonly discovery: Surface
  readonly keySet: Surface
  /** What discovery says; change `issuer` or `jwks_uri` to make it lie. */
  document: Record<string, unknown>
  /** The published entries, in order; add, remove, duplicate or spoil them freely. */
  keys: (Jwk | null)[]
  /** Requests for anything at this issuer, known path or not. */
  hits(): number
  /** Signs claims under the issuer's key with a plain header; header members may be overridden. */
  mint(claims: Claims, header?: Record<string, unknown>, key?: TestKey): string
  /** Signs raw bytes; the issuer's key unless told otherwise. */
  sign(parts: Omit<JwsParts, 'signer'> & Partial<Pick<JwsParts, 'signer'>>): string
  /** Answers a request for `path`, which is below the issuer's URL. */
  serve(path: string, request: IncomingMessage, response: ServerResponse): void
  /** Back to honest answers, the own key and zero hits. */
  reset(): void
}

export interface IssuerOptions {
  /** The signing key; a fresh RS256 key named `kid` when left out. */
  readonly key?: TestKey
  readonly kid?: string
}

/** Makes an issuer that does what it is told, on any https URL. */
export async function createIssuer(url: string, options: IssuerOptions = {}): Promise<Issuer> {
  const key = options.key ?? (await makeRsaKey(options.kid ?? 'a1'))
  let others = 0
  const issuer: Issuer = {
    url,
    key,
    discovery: honestSurface(),
    keySet: honestSurface(),
    document: honestDocument(url),
    keys: [key.jwk],
    hits: () => issuer.discovery.hits + issuer.keySet.hits + others,
    mint: (claims, header = {}, by = key) =>
      jws({
        header: { alg: by.alg, kid: by.kid, typ: 'JWT', ...header },
        payload: claims,
        signer: by,
      }),
    sign: (parts) => jws({ signer: key, ...parts }),
    serve: (path, request, response) => {
      const honest = honestAnswer(issuer, path)
      if (honest !== undefined) return answer(honest, request, response)
      others += 1
      reply(response, 404, '{"error":"nothing here"}')
    },
    reset: () => {
      Object.assign(issuer.discovery, honestSurface())
      Object.assign(issuer.keySet, honestSurface())
      Object.assign(issuer, { document: honestDocument(url), keys: [key.jwk] })
      others = 0
    },
  }
  return issuer
}

interface Answer {
  readonly surface: Surface
  readonly text: string
}

// Any path that ends in /jwks has the key set, so that a followed redirect would find it.
function honestAnswer(issuer: Issuer, path: string): Answer | undefined {
  if (path === '/.well-known/openid-configuration') {
    return { surface: issuer.discovery, text: JSON.stringify(issuer.document) }
  }
  if (!path.endsWith('/jwks')) return undefined
  return { surface: issuer.keySet, text: JSON.stringify({ keys: issuer.keys }) }
}

function answer(
  { surface, text }: Answer,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  surface.hits += 1
  if (surface.fault !== null) surface.fault(request, response, text)
  else reply(response, 200, text, surface.headers)
}

function honestSurface(): Surface {
  return { fault: null, headers: {}, hits: 0 }
}

function honestDocument(url: string): Record<string, unknown> {
  return {
    issuer: url,
    jwks_uri: `${url.replace(/\/$/, '')}/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
}
