import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { addresseeOf, type Channel } from '../../core/notice.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import { recordAttempts } from '../../store/notices/notice-delivery.ts'
import {
  addTestNotice,
  listNotices,
  resumeParked,
  type StoredNotice,
  testSubject,
} from '../../store/notices/notices.ts'
import { type ListQuery, type Page, readPage, toPage } from '../page.ts'
import { findChangeable, type SubscriptionKey } from './subscription-changes.ts'
import { find, refuseTelling, type StoredSubscription } from './subscriptions.ts'

export type { StoredNotice } from '../../store/notices/notices.ts'

// Tests are sent at once, to wherever somebody says: not so often that they could be a nuisance there.
const quietSeconds: Readonly<Record<Channel, number>> = { webhook: 10, email: 60 }

const tooSoon = (seconds: number): Problem => ({
  ...problem('too-many-requests', `a test went there less than ${seconds} s ago; wait a little`),
  retryAfterSeconds: seconds,
})

/** Which notices are looked for. */
export interface NoticeQuery extends ListQuery {
  readonly state?: string | undefined
}

/** Lists what a subscription was told, newest first; `state` narrows. */
export const list = async (
  context: Context,
  actor: Actor,
  { id, query }: { readonly id: string; readonly query: NoticeQuery },
): Promise<Result<Page<StoredNotice>, Problem>> => {
  const found = await find(context, actor, id)
  if (!found.ok) return found
  const refused = refuseTelling(actor, found.value.namespacePath)
  if (refused) return err(refused)
  const collection = `notices of ${id}`
  const page = await readPage(context, actor, query, collection)
  if (!page.ok) return page
  const rows = await listNotices(context.db, {
    subscriptionId: id,
    state: query.state,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection }))
}

/** Has a subscription's parked notices sent again, from the next run on; answers how many. */
export const resume = async (
  context: Context,
  actor: Actor,
  key: SubscriptionKey,
): Promise<Result<number, Problem>> => {
  const found = await findChangeable(context, actor, key)
  return found.ok ? ok(await resumeParked(context.db, found.value, context.nowMs)) : found
}

const testOf = ({ id: subscriptionId, namespacePath }: StoredSubscription, nowMs: number) => {
  const id = newId('ntc', nowMs)
  const data = { namespace: namespacePath, subscription_id: subscriptionId }
  return {
    id,
    subscriptionId,
    subject: testSubject(id),
    payload: { type: 'subscription.test', timestamp: new Date(nowMs).toISOString(), data },
    // Parked from the beginning: no run shall try it again.
    state: 'parked',
    attempts: 1,
    nextAttemptAt: nowMs,
    lastError: null,
    createdAt: nowMs,
  } satisfies StoredNotice
}

/** Sends a test now, whether the subscription is enabled or not, and answers what came of it. */
export const sendTest = async (
  context: Context,
  actor: Actor,
  key: SubscriptionKey,
): Promise<Result<StoredNotice, Problem>> => {
  const found = await findChangeable(context, actor, key)
  if (!found.ok) return found
  const { channel, target, wrappedSecret } = found.value
  const notice = testOf(found.value, context.nowMs)
  const quiet = quietSeconds[channel]
  const addressee = addresseeOf(channel, target)
  const sending = { place: found.value, addressee, quietMs: quiet * 1000 }
  if (!(await addTestNotice(context.db, notice, sending))) return err(tooSoon(quiet))
  const { id, subscriptionId, payload, attempts } = notice
  const sentAt = Math.floor(context.nowMs / 1000)
  const message = { id, subscriptionId, target, wrappedSecret, payload, sentAt }
  const sent = await context.notifier.send(channel, message)
  const lastError = sent.ok ? null : sent.error
  const state = sent.ok ? 'delivered' : 'parked'
  await recordAttempts(context.db, [{ id, attempts, state, lastError }])
  return ok({ ...notice, state, lastError })
}
