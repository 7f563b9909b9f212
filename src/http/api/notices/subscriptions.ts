import * as z from 'zod'
import * as changes from '../../../admin/notices/subscription-changes.ts'
import * as subscriptions from '../../../admin/notices/subscriptions.ts'
import type { Call } from '../call.ts'
import { within } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { type Reply, replyEmpty, replyWith } from '../reply.ts'
import {
  Subscription,
  SubscriptionBody,
  SubscriptionChange,
  SubscriptionWithSecret,
  subscriptionToWire,
} from './subscription-body.ts'

const collection = '/admin/v1/notification-subscriptions'
const item = `${collection}/{subscription_id}`

const show = (subscription: subscriptions.StoredSubscription): Reply => ({
  status: 200,
  body: subscriptionToWire(subscription),
  version: subscription.version,
})

const showSecret =
  (status: 200 | 201) =>
  ({ subscription, secret }: subscriptions.WithSecret): Reply => ({
    ...show(subscription),
    status,
    body: { ...subscriptionToWire(subscription), ...(secret !== null && { secret }) },
    location: `${collection}/${subscription.id}`,
    secret: secret !== null,
  })

const keyOf = ({
  param,
  ifMatch,
}: Pick<Call<unknown>, 'param' | 'ifMatch'>): changes.SubscriptionKey => ({
  id: param('subscription_id'),
  ifMatch,
})

const list = operation({
  name: 'notification-subscriptions.list',
  method: 'GET',
  path: collection,
  summary: 'List the subscriptions that you may read',
  query: z.object({ ...page, namespace: within }),
  answers: { 200: listOf(Subscription) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await subscriptions.list(context, actor, query), subscriptionToWire),
})

const create = operation({
  name: 'notification-subscriptions.create',
  method: 'POST',
  path: collection,
  summary: 'Have somebody told, by webhook or e-mail',
  body: SubscriptionBody,
  answers: { 201: SubscriptionWithSecret },
  etag: 'answered',
  refusals: ['permission-denied', 'invalid-reference', 'quota-exceeded'],
  run: async ({ context, actor, body }) =>
    replyWith(await subscriptions.create(context, actor, body), showSecret(201)),
})

const read = operation({
  name: 'notification-subscriptions.read',
  method: 'GET',
  path: item,
  summary: 'Read a subscription',
  answers: { 200: Subscription },
  etag: 'answered',
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await subscriptions.find(context, actor, param('subscription_id')), show),
})

const changing = ['not-found', 'permission-denied'] as const

const update = operation({
  name: 'notification-subscriptions.update',
  method: 'PATCH',
  path: item,
  summary: 'Change a subscription: its target, events, whether it is enabled',
  body: SubscriptionChange,
  answers: { 200: Subscription },
  etag: 'optional',
  refusals: changing,
  run: async (call) => {
    const { context, actor, body } = call
    const wanted = {
      ...(body.target !== undefined && { target: body.target }),
      ...(body.events !== undefined && { events: body.events }),
      ...(body.enabled !== undefined && { enabled: body.enabled }),
    }
    const changed = await changes.update(context, actor, { ...keyOf(call), changes: wanted })
    return replyWith(changed, show)
  },
})

const rotateSecret = operation({
  name: 'notification-subscriptions.rotate-secret',
  method: 'POST',
  path: `${item}:rotate-secret`,
  summary: 'Give a webhook a new secret; it is shown this once',
  answers: { 200: SubscriptionWithSecret },
  etag: 'optional',
  refusals: changing,
  run: async (call) =>
    replyWith(await changes.rotateSecret(call.context, call.actor, keyOf(call)), showSecret(200)),
})

const remove = operation({
  name: 'notification-subscriptions.delete',
  method: 'DELETE',
  path: item,
  summary: 'Delete a subscription with its notices',
  answers: { 204: null },
  etag: 'optional',
  refusals: changing,
  run: async (call) => replyEmpty(await changes.remove(call.context, call.actor, keyOf(call))),
})

/** `/admin/v1/notification-subscriptions` */
export const subscriptionOperations: readonly Operation[] = [
  list,
  create,
  read,
  update,
  rotateSecret,
  remove,
]
