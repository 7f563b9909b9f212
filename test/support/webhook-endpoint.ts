import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { Webhook } from 'standardwebhooks'
import type { Gateway } from './gateway.ts'
import { type Fault, reply } from './issuer-faults.ts'

/** One webhook as it arrived. */
export interface Arrival {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A notice as its receiver reads it. */
export interface ReceivedNotice {
  readonly type: string
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface WebhookEndpoint {
  readonly url: string
  readonly arrivals: Arrival[]
  /** How to misbehave; null answers 200. */
  fault: Fault | null
  /** All that arrived, each verified as a receiver would with this secret. */
  verified(secret: string): ReceivedNotice[]
  /** Honest again, and nothing arrived yet. */
  reset(): void
}

/** Plays a subscriber's endpoint in the outside world of a gateway. */
export function playEndpoint(gateway: Gateway, url: string): WebhookEndpoint {
  const endpoint: WebhookEndpoint = {
    url,
    arrivals: [],
    fault: null,
    verified: (secret) =>
      endpoint.arrivals.map(
        ({ body, headers }) =>
          new Webhook(secret).verify(body, headers as Record<string, string>) as ReceivedNotice,
      ),
    reset: () => {
      endpoint.fault = null
      endpoint.arrivals.length = 0
    },
  }
  gateway.issuers.play(url, async (request, response) => {
    const { method = '', headers } = request
    endpoint.arrivals.push({ method, headers, body: await textOf(request) })
    if (endpoint.fault === null) reply(response, 200, '{"received":true}')
    else endpoint.fault(request, response, '{"received":true}')
  })
  return endpoint
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
