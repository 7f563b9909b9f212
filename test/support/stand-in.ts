import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import {
  createVerifier,
  type Lifetime,
  type Principal,
  Refused,
  type Verifier,
  type VerifierEvent,
  type VerifierOptions,
} from '../../src/verifier/index.ts'

export const issuer = 'https://gw.test'
export const audience = 'https://api-1.test'

/** A signing key of the stand-in, and what it publishes of it. */
export interface Key {
  readonly kid: string
  readonly privateKey: CryptoKey
  readonly jwk: JWK
}

export const makeKey = async (kid: string, alg = 'ES256'): Promise<Key> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

type Answer = (request: Request) => Response | Promise<Response>

/** What stands in for a gateway: answers as told, and counts what it is asked. Its clock is ours. */
export interface StandIn {
  readonly key: Key
  /** Epoch milliseconds; tests move it. */
  now: number
  /** What each path answers. */
  readonly paths: Map<string, Answer>
  readonly hits: (path: string) => number
  readonly fetch: (request: Request) => Promise<Response>
  publish(...keys: readonly unknown[]): void
  /** Nothing answers any more. */
  goDown(): void
  comeBack(): void
}

export const keysPath = '/.well-known/jwks.json'
export const feedPath = '/oauth/revocations'

export const startStandIn = async (): Promise<StandIn> => {
  const key = await makeKey('key-1')
  const paths = new Map<string, Answer>()
  const counts = new Map<string, number>()
  let isDown = false
  const gateway: StandIn = {
    key,
    now: 1_800_000_000_000,
    paths,
    hits: (path) => counts.get(path) ?? 0,
    fetch: async (request) => {
      const { pathname } = new URL(request.url)
      counts.set(pathname, (counts.get(pathname) ?? 0) + 1)
      if (isDown) throw new TypeError('fetch failed')
      return (await paths.get(pathname)?.(request)) ?? new Response(null, { status: 404 })
    },
    publish: (...keys) => {
      paths.set(keysPath, () =>
        Response.json({ keys }, { headers: { 'cache-control': 'public, max-age=300' } }),
      )
    },
    goDown: () => {
      isDown = true
    },
    comeBack: () => {
      isDown = false
    },
  }
  gateway.publish(key.jwk)
  return gateway
}

export const verifierOf = (
  gateway: StandIn,
  options: Partial<VerifierOptions> = {},
): Verifier & { readonly events: readonly VerifierEvent[] } => {
  const events: VerifierEvent[] = []
  const verifier = createVerifier({
    issuer,
    audience,
    fetch: gateway.fetch,
    now: () => gateway.now,
    onEvent: (event) => events.push(event),
    ...options,
  })
  return { ...verifier, events }
}

/** What differs from a good token; undefined takes a member away. */
export interface Changes {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly header?: Readonly<Record<string, unknown>>
  readonly key?: Key
}

export const mint = (gateway: StandIn, changes: Changes = {}): Promise<string> => {
  const key = changes.key ?? gateway.key
  const seconds = Math.floor(gateway.now / 1000)
  const claims = {
    iss: issuer,
    sub: 'sa_1',
    client_id: 'cli_1',
    aud: audience,
    iat: seconds,
    exp: seconds + 600,
    jti: 'dec_1',
    scope: 'deploy:read deploy:write',
    namespace: '/acme/payments',
    ...changes.claims,
  }
  const header = { alg: key.jwk.alg, kid: key.kid, typ: 'at+jwt', ...changes.header }
  return new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(key.privateKey)
}

export const request = (...authorization: readonly string[]) => ({
  authorization,
  dpop: [],
  method: 'GET',
  url: `${audience}/deployments`,
})

/** Presents a token: the principal, or why it was refused. */
export const present = async (
  verifier: Verifier,
  token: string,
  lifetime?: Lifetime,
): Promise<Principal | string> => {
  try {
    return await verifier.authenticate(request(`Bearer ${token}`), lifetime)
  } catch (thrown) {
    if (thrown instanceof Refused) return `${thrown.status} ${thrown.reason}`
    throw thrown
  }
}

/** The same in short: `sa_…` or why it was refused. */
export const who = async (...args: Parameters<typeof present>): Promise<string> => {
  const outcome = await present(...args)
  return typeof outcome === 'string' ? outcome : outcome.serviceAccount
}
