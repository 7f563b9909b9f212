import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newWebhookSecret } from '../../crypto/webhook-secret.ts'
import {
  deleteSubscription,
  type SubscriptionChanges,
  updateSubscription,
} from '../../store/notices/subscriptions.ts'
import { refuseUnless } from '../actor.ts'
import { changedMeanwhile, refuseStale } from '../visible.ts'
import { refuseTarget } from './subscription-target.ts'
import { find, refuseTelling, type StoredSubscription, type WithSecret } from './subscriptions.ts'

/** Names a subscription, and the version that its changer has seen. */
export interface SubscriptionKey {
  readonly id: string
  readonly ifMatch: number | null
}

/** Finds a subscription that the actor may change. */
export const findChangeable = async (
  context: Context,
  actor: Actor,
  { id, ifMatch }: SubscriptionKey,
): Promise<Result<StoredSubscription, Problem>> => {
  const found = await find(context, actor, id)
  if (!found.ok) return found
  const refused =
    refuseUnless(actor, 'subscriptions:write', found.value.namespacePath) ??
    refuseStale(ifMatch, found.value.version)
  return refused ? err(refused) : found
}

const save = async (
  context: Context,
  subscription: StoredSubscription,
  changes: SubscriptionChanges,
): Promise<Result<StoredSubscription, Problem>> => {
  const outcome = await updateSubscription(context.db, subscription, changes)
  if (outcome.kind !== 'done') return err(changedMeanwhile)
  return ok({ ...subscription, ...changes, version: subscription.version + 1 })
}

/** Changes where a subscription's notices go, what they are about, or whether there are any. */
export const update = async (
  context: Context,
  actor: Actor,
  {
    changes,
    ...key
  }: SubscriptionKey & {
    readonly changes: Pick<SubscriptionChanges, 'target' | 'events' | 'enabled'>
  },
): Promise<Result<StoredSubscription, Problem>> => {
  const found = await findChangeable(context, actor, key)
  if (!found.ok) return found
  const refused =
    refuseTelling(actor, found.value.namespacePath) ??
    refuseTarget(context, { ...found.value, ...changes })
  return refused ? err(refused) : save(context, found.value, changes)
}

const noSecret = problem('validation-failed', 'e-mail is not signed, so there is no secret')

/** Gives a webhook subscription another secret; the old one signs nothing from now on. */
export const rotateSecret = async (
  context: Context,
  actor: Actor,
  key: SubscriptionKey,
): Promise<Result<WithSecret, Problem>> => {
  const found = await findChangeable(context, actor, key)
  if (!found.ok) return found
  if (found.value.channel !== 'webhook') return err(noSecret)
  const { secret, wrappedSecret } = await newWebhookSecret(
    found.value.id,
    context.config.keyEncryptionKeys,
  )
  const saved = await save(context, found.value, { wrappedSecret })
  return saved.ok ? ok({ subscription: saved.value, secret }) : saved
}

/** Deletes a subscription with all its notices. */
export const remove = async (
  context: Context,
  actor: Actor,
  key: SubscriptionKey,
): Promise<Result<null, Problem>> => {
  const found = await findChangeable(context, actor, key)
  if (!found.ok) return found
  const outcome = await deleteSubscription(context.db, found.value)
  return outcome.kind === 'done' ? ok(null) : err(changedMeanwhile)
}
