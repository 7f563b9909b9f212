import type { DeliveryFault } from '../core/notice.ts'
import { checkOutboundUrl } from '../core/outbound-url.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Sender, sendingMs } from './sender.ts'

/** What a webhook is signed over. */
export interface WebhookContent {
  readonly id: string
  /** Epoch seconds. */
  readonly timestamp: number
  readonly body: string
}

/** What webhooks need of the world. */
export interface WebhookEnvironment {
  readonly fetcher: typeof fetch
  /** The development entry's freedom: endpoints on loopback. */
  readonly loopback: boolean
  readonly ownOrigin: string
  /** Milliseconds left for the message and all that comes after it. */
  readonly remainingMs: () => number
  /** Signs by the Standard Webhooks scheme; undefined when the secret cannot be opened. */
  readonly sign: (
    content: WebhookContent,
    subscription: { readonly id: string; readonly wrappedSecret: string },
  ) => Promise<string | undefined>
}

const verdictOf = ({ ok: arrived, status }: Response): Result<null, DeliveryFault> => {
  if (arrived) return ok(null)
  if (status === 410) return err('gone')
  return status >= 300 && status < 400 ? err('redirect') : err(`status_${status}` as const)
}

const post = async (
  { fetcher, remainingMs }: WebhookEnvironment,
  target: string,
  init: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
): Promise<Result<null, DeliveryFault>> => {
  const signal = AbortSignal.timeout(sendingMs(remainingMs()))
  try {
    // Not followed anywhere: only the target itself was checked (R25).
    const response = await fetcher(target, { method: 'POST', redirect: 'manual', signal, ...init })
    // The status is the whole answer; nothing else that an endpoint says is read.
    response.body?.cancel().catch(() => undefined)
    return verdictOf(response)
  } catch {
    return err(signal.aborted ? 'timeout' : 'unreachable')
  }
}

/** Makes the sender that posts to https endpoints, signed by the Standard Webhooks scheme. */
export const createWebhookSender = (environment: WebhookEnvironment): Sender => ({
  async send({ id, subscriptionId, target, wrappedSecret, payload, sentAt }) {
    // Re-checked at every attempt: what is kept may be older than the rules (R25).
    if (!checkOutboundUrl(target, environment).ok) return err('target_refused')
    const content = { id, timestamp: sentAt, body: JSON.stringify(payload) }
    const signature = await environment.sign(content, {
      id: subscriptionId,
      wrappedSecret: wrappedSecret ?? '',
    })
    if (signature === undefined) return err('secret_unreadable')
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'gatehouse',
      'webhook-id': id,
      'webhook-timestamp': String(sentAt),
      'webhook-signature': signature,
    }
    return post(environment, target, { headers, body: content.body })
  },
})
