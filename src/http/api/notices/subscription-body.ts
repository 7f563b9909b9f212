import * as z from 'zod'
import type { StoredSubscription } from '../../../admin/notices/subscriptions.ts'
import { channels, noticeEvents } from '../../../core/notice.ts'
import { answeredTime, id, path, toTime } from '../fields.ts'
import type { Wire } from '../wire.ts'

const target = z.string().min(1).max(255).describe('An https URL, or an e-mail address')
const events = z
  .array(z.enum(noticeEvents))
  .min(1)
  .refine((list) => new Set(list).size === list.length, 'expected each event once')

/** A subscription as it is created. */
export const SubscriptionBody = z.strictObject({
  namespace: path,
  channel: z.enum(channels),
  target,
  events: events.default([...noticeEvents]),
})

/** What of a subscription can be changed. */
export const SubscriptionChange = z.strictObject({
  target: target.optional(),
  events: events.optional(),
  enabled: z.boolean().optional(),
})

export const Subscription = z
  .object({
    id,
    namespace: path,
    channel: z.enum(channels),
    target,
    events: z.array(z.string()),
    enabled: z.boolean(),
    created_at: answeredTime,
  })
  .meta({
    id: 'Subscription',
    description: 'Who is told of what happens in a namespace and below it.',
  })

export const SubscriptionWithSecret = Subscription.extend({
  secret: z.string().optional().describe('What webhooks are signed with; shown this once'),
}).meta({ id: 'SubscriptionWithSecret', description: 'A subscription with its new secret.' })

/** A subscription as it is answered. */
export const subscriptionToWire = (
  subscription: StoredSubscription,
): Wire<typeof Subscription> => ({
  id: subscription.id,
  namespace: subscription.namespacePath,
  channel: subscription.channel,
  target: subscription.target,
  events: subscription.events,
  enabled: subscription.enabled,
  created_at: toTime(subscription.createdAt),
})
