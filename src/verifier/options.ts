import type { Json } from '../core/json.ts'
import type { DpopMode, DpopOptions } from './dpop/options.ts'
import type { VerifierEvent } from './event.ts'
import type { ResourceDescription } from './protected-resource.ts'

/** Learns from the gateway's feed which tokens were revoked, within a minute. */
export interface FeedOptions {
  /**
   * What happens while the feed is out of reach: `fail-open` goes on with what is known, for tokens
   * expire soon; `fail-closed` refuses with 503 once the last feed has expired (ten minutes).
   */
  readonly feed: 'fail-open' | 'fail-closed'
  /** 5 to 30 seconds; left out: 30. */
  readonly pollSeconds?: number
}

/** An account that may ask the gateway about tokens: it needs `tokens:introspect`. */
export interface IntrospectionOptions {
  readonly clientId: string
  readonly clientSecret: string
  /** How long an answer is good: 0 to 60 seconds; left out: 10. */
  readonly cacheSeconds?: number
}

/** How an API knows the tokens that are meant for it. */
export interface VerifierOptions {
  /** The gateway: a public https origin, byte for byte the `iss` of its tokens. */
  readonly issuer: string
  /** This API's own identifier, byte for byte the `aud` of its tokens. */
  readonly audience: string
  /**
   * How revoked tokens are refused before they expire: by the feed, or by asking about each one
   * (`introspection`, which needs the option of that name). Left out: they live until they expire.
   */
  readonly revocation?: FeedOptions | 'introspection'
  /** Lets named long-lived tokens (`gtht_…`) in, by asking the gateway about them. */
  readonly introspection?: IntrospectionOptions
  /** Whether tokens that are bound to a key are taken (RFC 9449); left out: `off`, they are refused. */
  readonly dpop?: DpopMode | DpopOptions
  /** What this API tells of itself to clients that look for its gateway (RFC 9728). */
  readonly resource?: ResourceDescription
  /**
   * The gateway's key set as of the build, and when that was (`asOf`, ISO 8601): for the first requests
   * of an API that starts while the gateway is away. It cannot know of keys that were revoked since, so
   * it is used for seven days, and never again once any set was fetched.
   */
  readonly keys?: { readonly keys: readonly Json[]; readonly asOf: string }
  /** Whether documents are kept in the platform's cache, where there is one; left out: they are. */
  readonly platformCache?: boolean
  /** Takes an issuer on http at a loopback address: for development and tests. */
  readonly allowLoopback?: boolean
  /** For metrics and logs: what happened, never a token. */
  readonly onEvent?: (event: VerifierEvent) => void
  /** What reaches the network; left out: the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** Epoch milliseconds; left out: the platform's clock. */
  readonly now?: () => number
}
