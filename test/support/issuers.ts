import type { IncomingMessage, ServerResponse } from 'node:http'
import { createIssuer, type Issuer, type IssuerOptions } from './issuer.ts'
import { FIXTURE_URL, type NodeHandler } from './outbound.ts'

/** A request that the Worker sent out. */
export interface OutboundRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Issuers {
  /** F1, GitHub-shaped, key `a1`. */
  readonly a: Issuer
  /** F2, GitLab-shaped, key `b1`. */
  readonly b: Issuer
  /** F3, honest, but registered nowhere: nobody has any business there. */
  readonly evil: Issuer
  /** Every request the Worker sent out, whoever was asked. */
  readonly requests: OutboundRequest[]
  /** Makes one more issuer at any https URL. */
  add(url: string, options?: IssuerOptions): Promise<Issuer>
  /** Plays something that is no issuer at exactly this URL, until the test file ends. */
  play(url: string, handler: NodeHandler): void
  /** Answers for the outside world; goes into `outboundWorkers`. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Makes every issuer honest again and forgets what was asked. */
  reset(): void
}

/** Makes the outside world: F1, F2, F3 and whatever a test adds. Other hosts cannot be reached. */
export async function createIssuers(): Promise<Issuers> {
  const known = new Map<string, Issuer>()
  const others = new Map<string, NodeHandler>()
  const requests: OutboundRequest[] = []
  const add = async (url: string, options?: IssuerOptions): Promise<Issuer> => {
    const issuer = await createIssuer(url, options)
    known.set(url, issuer)
    return issuer
  }
  const [a, b, evil] = await Promise.all([
    add('https://issuer-a.test', { kid: 'a1' }),
    add('https://issuer-b.test', { kid: 'b1' }),
    add('https://issuer-evil.test', { kid: 'evil' }),
  ])
  return {
    a,
    b,
    evil,
    requests,
    add,
    play: (url, handler) => void others.set(url, handler),
    handle: (request, response) => {
      const seen = read(request)
      requests.push(seen)
      const other = others.get(seen.url)
      if (other !== undefined) return other(request, response)
      const issuer = find(known, seen.url)
      // A host nobody plays does not exist.
      if (issuer === undefined) return void request.socket.destroy()
      issuer.serve(seen.url.slice(baseOf(issuer).length), request, response)
    },
    reset: () => {
      for (const issuer of known.values()) issuer.reset()
      requests.length = 0
    },
  }
}

function read(request: IncomingMessage): OutboundRequest {
  const { [FIXTURE_URL]: url, 'mf-custom-node-service': _, ...headers } = request.headers
  return {
    method: request.method ?? '',
    url: String(url),
    headers: Object.fromEntries(Object.entries(headers).map(([name, it]) => [name, String(it)])),
  }
}

// Some issuers end in a slash, which their documents do not repeat.
const baseOf = ({ url }: Issuer): string => url.replace(/\/$/, '')

function find(known: ReadonlyMap<string, Issuer>, url: string): Issuer | undefined {
  const candidates = [...known.values()].filter((issuer) => url.startsWith(`${baseOf(issuer)}/`))
  return candidates.sort((one, other) => other.url.length - one.url.length)[0]
}
