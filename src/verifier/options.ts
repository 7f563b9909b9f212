/** How an API knows the tokens that are meant for it. */
export interface VerifierOptions {
  /** The gateway: a public https origin, byte for byte the `iss` of its tokens. */
  readonly issuer: string
  /** This API's own identifier, byte for byte the `aud` of its tokens. */
  readonly audience: string
  /** What reaches the network; left out: the platform's `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
  /** Epoch milliseconds; left out: the platform's clock. */
  readonly now?: () => number
}

const known = new Set(['issuer', 'audience', 'fetch', 'now'])

/** Refuses what would fail later, or in silence: thrown as a TypeError when the API starts. */
export const checkOptions = (options: VerifierOptions): void => {
  for (const name of Object.keys(options)) {
    if (!known.has(name)) throw new TypeError(`createVerifier: unknown option ${name}`)
  }
  if (typeof options.audience !== 'string' || options.audience === '') {
    throw new TypeError('createVerifier: audience is missing: the identifier of this API')
  }
  if (!isOrigin(options.issuer)) {
    throw new TypeError('createVerifier: issuer has to be an https origin, without path or slash')
  }
}

const isOrigin = (issuer: unknown): boolean => {
  if (typeof issuer !== 'string' || !URL.canParse(issuer)) return false
  const { protocol, hostname, origin } = new URL(issuer)
  const loopback = hostname === '127.0.0.1' || hostname === 'localhost'
  return origin === issuer && (protocol === 'https:' || (protocol === 'http:' && loopback))
}
