import type { Context } from '../../context.ts'
import { type Actor, placesOf } from '../../core/holding.ts'
import type { Channel, NoticeEvent } from '../../core/notice.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import { newWebhookSecret } from '../../crypto/webhook-secret.ts'
import {
  addSubscription,
  findSubscription,
  listSubscriptions,
  maxSubscriptions,
  type StoredSubscription,
} from '../../store/notices/subscriptions.ts'
import { findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { refuseReading, refuseUnless } from '../actor.ts'
import { type Page, readPage, type SubtreeQuery, toPage } from '../page.ts'
import { refuseMaking } from '../visible.ts'
import { refuseTarget } from './subscription-target.ts'

export type { StoredSubscription } from '../../store/notices/subscriptions.ts'

const collection = 'notification-subscriptions'
const tooMany = problem(
  'quota-exceeded',
  `a namespace has at most ${maxSubscriptions} subscriptions; delete one first`,
)

/** A subscription together with its webhook secret, which is shown this once; null for e-mail. */
export interface WithSecret {
  readonly subscription: StoredSubscription
  readonly secret: string | null
}

/** What a new subscription is made of. */
export interface NewSubscription {
  readonly namespace: string
  readonly channel: Channel
  readonly target: string
  readonly events: readonly NoticeEvent[]
}

/** Lists the subscriptions that the actor may read. */
export const list = async (
  context: Context,
  actor: Actor,
  query: SubtreeQuery,
): Promise<Result<Page<StoredSubscription>, Problem>> => {
  const page = await readPage(context, actor, query, collection)
  if (!page.ok) return page
  const rows = await listSubscriptions(context.db, {
    places: placesOf(actor, 'subscriptions:read'),
    within: query.namespace,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection }))
}

/** Finds one subscription that the actor may read. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<StoredSubscription, Problem>> => {
  const subscription = await findSubscription(context.db, id)
  if (subscription === undefined) return err(notFound)
  const refused = refuseReading(actor, 'subscriptions:read', subscription.namespacePath)
  return refused ? err(refused) : ok(subscription)
}

/** Guards telling a subscriber: notices name what these permissions show, and so need them (R28). */
export const refuseTelling = (actor: Actor, path: string): Problem | null =>
  refuseUnless(actor, 'credentials:read', path) ??
  refuseUnless(actor, 'service-accounts:read', path) ??
  refuseUnless(actor, 'issuers:read', path)

const refuseCreating = (actor: Actor, path: string): Problem | null =>
  refuseMaking(actor, { path, read: 'subscriptions:read', write: 'subscriptions:write' }) ??
  refuseTelling(actor, path)

/** Makes a subscription. Nobody hears of anything before there is one. */
export const create = async (
  context: Context,
  actor: Actor,
  { namespace: path, ...wanted }: NewSubscription,
): Promise<Result<WithSecret, Problem>> => {
  const refused = refuseCreating(actor, path)
  if (refused) return err(refused)
  const namespace = await findNamespaceByPath(context.db, path)
  if (namespace === undefined) return err(invalidReference('/namespace'))
  const unserved = refuseTarget(context, wanted)
  if (unserved) return err(unserved)
  const id = newId('sub', context.nowMs)
  const made =
    wanted.channel === 'webhook'
      ? await newWebhookSecret(id, context.config.keyEncryptionKeys)
      : null
  const subscription: StoredSubscription = {
    id,
    ...wanted,
    wrappedSecret: made?.wrappedSecret ?? null,
    namespaceId: namespace.id,
    namespacePath: path,
    tenantId: namespace.tenantId,
    enabled: true,
    version: 1,
    createdAt: context.nowMs,
  }
  const outcome = await addSubscription(context.db, subscription)
  if (outcome.kind === 'done') return ok({ subscription, secret: made?.secret ?? null })
  return err(
    outcome.kind === 'guard' && outcome.index === 1 ? tooMany : invalidReference('/namespace'),
  )
}
