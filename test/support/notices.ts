import { expect } from 'vitest'
import type { Gateway } from './gateway.ts'
import { type Made, maker } from './maker.ts'

export const SUBSCRIPTIONS = '/notification-subscriptions'

export type WebhookSubscription = Made & { readonly secret: string }

/** A notice as the admin API shows it. */
export interface ShownNotice {
  readonly id: string
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
  readonly state: 'pending' | 'delivered' | 'parked'
  readonly attempts: number
  readonly next_attempt_at: string | null
  readonly last_error: string | null
}

/** Subscribes as root; a webhook in /acme unless told otherwise. */
export function subscribe(
  gateway: Gateway,
  target: string,
  members: Readonly<Record<string, unknown>> = {},
): Promise<WebhookSubscription> {
  const body = { namespace: '/acme', channel: 'webhook', target, ...members }
  return maker(gateway).create<WebhookSubscription>(SUBSCRIPTIONS, body)
}

/** What a subscription was told, newest first. */
export async function noticesOf(gateway: Gateway, { id }: Made): Promise<ShownNotice[]> {
  const response = await gateway.admin('GET', `${SUBSCRIPTIONS}/${id}/notices`)
  const { data } = (await response.json()) as { data: ShownNotice[] }
  expect(response.status).toBe(200)
  return data
}

let count = 0

/** An account whose secret expires in so many days. */
export function expiringAccount(
  gateway: Gateway,
  days: number,
  members: Readonly<Record<string, unknown>> = {},
): Promise<Made & { readonly client_id: string; readonly client_secret: string }> {
  return maker(gateway).create('/service-accounts', {
    namespace: '/acme',
    name: `bot-${++count}`,
    client_credentials: { expires_in_days: days },
    ...members,
  })
}

/** Makes everything that waits for another attempt due now. */
export async function hurry(gateway: Gateway): Promise<void> {
  await gateway.db.execute('UPDATE notices SET next_attempt_at = 0')
}
