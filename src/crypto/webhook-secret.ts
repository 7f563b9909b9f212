import { type Keys, unwrap, type Wrapping, wrap } from './wrapping.ts'

const prefix = 'whsec_'
const secretBytes = 32
const hmac = { name: 'HMAC', hash: 'SHA-256' } as const
const utf8 = new TextEncoder()

// The scheme uses plain base64, padding included.
const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (char) => char.charCodeAt(0))

const wrappingOf = (subscriptionId: string, keys: Keys): Wrapping => ({
  purpose: 'wrap-webhook-secrets',
  owner: subscriptionId,
  keys,
})

/** A webhook secret, in clear for its subscriber and wrapped for the database. */
export interface NewWebhookSecret {
  readonly secret: string
  readonly wrappedSecret: string
}

/** Makes the secret of a subscription, as Standard Webhooks spells it: `whsec_` and 256 bits. */
export const newWebhookSecret = async (
  subscriptionId: string,
  keys: Keys,
): Promise<NewWebhookSecret> => {
  const secret = prefix + toBase64(crypto.getRandomValues(new Uint8Array(secretBytes)))
  return { secret, wrappedSecret: await wrap(secret, wrappingOf(subscriptionId, keys)) }
}

/** What a webhook is signed over, with the secret of its subscription. */
export interface WebhookContent {
  readonly id: string
  /** Epoch seconds. */
  readonly timestamp: number
  readonly body: string
}

const macOf = async (secret: string, { id, timestamp, body }: WebhookContent): Promise<string> => {
  const bytes = fromBase64(secret.slice(prefix.length))
  const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', key, utf8.encode(`${id}.${timestamp}.${body}`))
  return toBase64(new Uint8Array(mac))
}

/**
 * Signs a webhook by the Standard Webhooks scheme, version 1; undefined when the secret cannot be
 * opened.
 */
export const signWebhook = async (
  content: WebhookContent,
  subscription: { readonly id: string; readonly wrappedSecret: string },
  keys: Keys,
): Promise<string | undefined> => {
  try {
    const secret = await unwrap(subscription.wrappedSecret, wrappingOf(subscription.id, keys))
    return `v1,${await macOf(secret, content)}`
  } catch {
    return undefined
  }
}

/** Wraps a secret anew by the newest key; undefined when it cannot be opened. */
export const rewrapWebhookSecret = async (
  subscription: { readonly id: string; readonly wrappedSecret: string },
  keys: Keys,
): Promise<string | undefined> => {
  const wrapping = wrappingOf(subscription.id, keys)
  try {
    return await wrap(await unwrap(subscription.wrappedSecret, wrapping), wrapping)
  } catch {
    return undefined
  }
}
