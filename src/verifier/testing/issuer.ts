import type { VerifierOptions } from '../options.ts'
import { claimsFor, type TokenWish } from './claims.ts'
import { answerFrom, type Book, tokenId } from './endpoints.ts'
import { makeKey } from './keys.ts'
import { serveLocally } from './server.ts'
import { mintOf, type TestTokens } from './tokens.ts'

export { type Battery, battery, type Finding } from './battery.ts'
export type { TokenWish } from './claims.ts'
export type { Mint, TestTokens } from './tokens.ts'

/** What a test issuer is for. */
export interface TestIssuerOptions {
  /** The identifier of the API under test. */
  readonly audience: string
  /** Default `https://gatehouse.test`; nothing has to answer there. */
  readonly issuer?: string
  /** True: it listens on a free port of this machine, and its URL is the issuer. Not on Workers. */
  readonly listen?: boolean
  /** What tokens may do unless a wish says otherwise; default `deploy:read deploy:write`. */
  readonly scopes?: readonly string[]
  /** Where; default `/acme`. */
  readonly namespace?: string
  /** Epoch milliseconds; left out: the platform's clock. */
  readonly now?: () => number
}

/** A gateway for tests, in the memory of the test: good tokens, and every kind of bad one. */
export interface TestIssuer extends TestTokens {
  readonly issuer: string
  readonly audience: string
  readonly scopes: readonly string[]
  readonly namespace: string
  /** Stands in for the network: answers what the gateway would. */
  readonly fetch: (request: Request) => Promise<Response>
  /** What `createVerifier` and every adapter need to trust it. */
  readonly options: VerifierOptions
  /** Signs with a new key from now on. The old one stays published, unless it is dropped. */
  rotate(how?: { readonly drop: boolean }): Promise<void>
  /** Revokes one of its tokens: the feed names it, and introspection calls it inactive. */
  revoke(token: string): void
  /** Starts or ends an outage: every endpoint answers 503. */
  outage(on: boolean): void
  /** The path of every request that reached it, in order. */
  readonly requests: readonly string[]
  /** Stops listening. */
  close(): Promise<void>
}

/** Makes a gateway for tests. Unless it has to listen it needs no network, no port and no file. */
export const testIssuer = async (options: TestIssuerOptions): Promise<TestIssuer> => {
  const { audience, now = Date.now, namespace = '/acme' } = options
  const { scopes = ['deploy:read', 'deploy:write'] } = options
  const fetch = (request: Request) => answerFrom(book, request)
  const server = options.listen === true ? await serveLocally(fetch) : undefined
  const issuer = server?.url ?? options.issuer ?? 'https://gatehouse.test'
  const book: Book = {
    issuer,
    audience,
    scopes,
    keys: [await makeKey()],
    marks: [],
    named: new Map(),
    outage: false,
    requests: [],
    now: () => Math.floor(now() / 1000),
  }
  const claimsOf = (wish: TokenWish = {}) =>
    claimsFor(wish, { issuer, audience, scopes, namespace, now: book.now() })
  return {
    ...{ issuer, audience, scopes, namespace, fetch, requests: book.requests },
    options: {
      issuer,
      audience,
      // Another test's issuer may have the same name, and other keys.
      platformCache: false,
      ...(server ? { allowLoopback: true } : { fetch }),
    },
    ...mintOf(book, claimsOf),
    ...switchesOf(book),
    close: async () => server?.close(),
  }
}

const switchesOf = (book: Book): Pick<TestIssuer, 'rotate' | 'revoke' | 'outage'> => ({
  rotate: async ({ drop } = { drop: false }) => {
    const next = await makeKey()
    book.keys = drop ? [next] : [...book.keys, next]
  },
  revoke: (token) => {
    const mark = { kind: 'token', value: tokenId(book, token), before: book.now() } as const
    book.marks = [...book.marks, mark]
  },
  outage: (on) => {
    book.outage = on
  },
})
