import { Hono } from 'hono'
import * as z from 'zod'
import * as changes from '../../admin/subscription-changes.ts'
import * as subscriptions from '../../admin/subscriptions.ts'
import { channels, noticeEvents } from '../../core/notice.ts'
import { ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { bodyEndpoint, type Call, endpoint, type Reply } from './endpoint.ts'
import { path, toTime } from './fields.ts'

const target = z.string().min(1).max(255)
const events = z
  .array(z.enum(noticeEvents))
  .min(1)
  .refine((list) => new Set(list).size === list.length, 'expected each event once')

const Create = z.strictObject({
  namespace: path,
  channel: z.enum(channels),
  target,
  events: events.default([...noticeEvents]),
})

const Change = z.strictObject({
  target: target.optional(),
  events: events.optional(),
  enabled: z.boolean().optional(),
})

const toWire = (subscription: subscriptions.StoredSubscription) => ({
  id: subscription.id,
  namespace: subscription.namespacePath,
  channel: subscription.channel,
  target: subscription.target,
  events: subscription.events,
  enabled: subscription.enabled,
  created_at: toTime(subscription.createdAt),
})

const show = ({ subscription, secret }: subscriptions.WithSecret, status: 200 | 201): Reply => ({
  status,
  body: { ...toWire(subscription), ...(secret !== null && { secret }) },
  location: `/admin/v1/notification-subscriptions/${subscription.id}`,
  version: subscription.version,
  secret: secret !== null,
})

const keyOf = ({ param, ifMatch }: Call<unknown>): changes.SubscriptionKey => ({
  id: param('id'),
  ifMatch,
})

const reply = (subscription: subscriptions.StoredSubscription): Reply => ({
  status: 200,
  body: toWire(subscription),
  version: subscription.version,
})

/** `/admin/v1/notification-subscriptions` */
export const subscriptionRoutes = new Hono<HttpEnv>()

const item = '/:id{sub_[0-9a-z]+}'

subscriptionRoutes.get(
  '/',
  endpoint(async ({ context, actor, query }) => {
    const page = await subscriptions.list(context, actor, query)
    if (!page.ok) return page
    const { data, nextCursor } = page.value
    return ok({ status: 200, body: { data: data.map(toWire), next_cursor: nextCursor } })
  }),
)

subscriptionRoutes.post(
  '/',
  bodyEndpoint(Create, async ({ context, actor, body }) => {
    const made = await subscriptions.create(context, actor, body)
    return made.ok ? ok(show(made.value, 201)) : made
  }),
)

subscriptionRoutes.get(
  item,
  endpoint(async ({ context, actor, param }) => {
    const found = await subscriptions.find(context, actor, param('id'))
    return found.ok ? ok(reply(found.value)) : found
  }),
)

subscriptionRoutes.patch(
  item,
  bodyEndpoint(Change, async (call) => {
    const { context, actor, body } = call
    const wanted = {
      ...(body.target !== undefined && { target: body.target }),
      ...(body.events !== undefined && { events: body.events }),
      ...(body.enabled !== undefined && { enabled: body.enabled }),
    }
    const changed = await changes.update(context, actor, { ...keyOf(call), changes: wanted })
    return changed.ok ? ok(reply(changed.value)) : changed
  }),
)

subscriptionRoutes.post(
  '/:id{sub_[0-9a-z]+:rotate-secret}',
  endpoint(async (call) => {
    const rotated = await changes.rotateSecret(call.context, call.actor, keyOf(call))
    return rotated.ok ? ok(show(rotated.value, 200)) : rotated
  }),
)

subscriptionRoutes.delete(
  item,
  endpoint(async (call) => {
    const removed = await changes.remove(call.context, call.actor, keyOf(call))
    return removed.ok ? ok({ status: 204 }) : removed
  }),
)
