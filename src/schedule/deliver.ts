import type { Context } from '../context.ts'
import { stateAfter } from '../core/notice.ts'
import {
  type AttemptRecord,
  type ClaimedNotice,
  claimNotices,
  type DueNotice,
  findDueNotices,
  recordAttempts,
} from '../store/notices/notice-delivery.ts'
import { newShares, type Shares } from './shares.ts'

// So many connections the platform opens at a time; more would wait, and be late for their deadline.
const width = 6
// A group of messages takes up to 3 s, and what came of it is written down afterwards.
const leastMs = 6000
// To put all that is due in order is dear: it is done once for so many.
const plan = 300

type Counts = Record<AttemptRecord['state'], number>

/** One run's work on what is due. */
interface Run {
  readonly context: Context
  readonly shares: Shares
  readonly counts: Counts
}

const attempt = async (context: Context, notice: ClaimedNotice): Promise<AttemptRecord> => {
  const { id, attempts, channel, target, wrappedSecret, subscriptionId, payload, moot } = notice
  if (moot) return { id, attempts, state: 'moot', lastError: null }
  const sentAt = Math.floor(context.nowMs / 1000)
  const message = { id, subscriptionId, target, wrappedSecret, payload, sentAt }
  const sent = await context.notifier.send(channel, message)
  const fault = sent.ok ? null : sent.error
  return { id, attempts, state: stateAfter(fault, attempts), lastError: fault }
}

const deliverGroup = async ({ context, shares, counts }: Run, group: readonly DueNotice[]) => {
  const ids = group.map(({ id }) => id)
  const claimed = await claimNotices(context.db, { nowMs: context.nowMs, ids })
  if (claimed.length === 0) return
  const before = context.remainingMs()
  const went = await Promise.all(
    claimed.map(async (notice) => {
      const record = await attempt(context, notice)
      const failed = record.state === 'pending' || record.state === 'parked'
      return { notice, record, failed, tookMs: before - context.remainingMs() }
    }),
  )
  const records = went.map(({ record }) => record)
  await recordAttempts(context.db, records)
  for (const { state } of records) counts[state] += 1
  shares.charge(went)
}

const deliverPlanned = async (run: Run, planned: readonly DueNotice[]) => {
  let rest = planned
  while (rest.length > 0 && run.context.remainingMs() > leastMs) {
    rest = rest.filter((notice) => !run.shares.isOver(notice))
    if (rest.length > 0) await deliverGroup(run, rest.slice(0, width))
    rest = rest.slice(width)
  }
}

/** Sends what is due while there is time; says how many notices came to what. */
export const deliver = async (context: Context): Promise<Counts> => {
  const counts = { delivered: 0, pending: 0, parked: 0, moot: 0 }
  const run: Run = { context, shares: newShares(), counts }
  const { db, nowMs } = context
  while (context.remainingMs() > leastMs) {
    const planned = await findDueNotices(db, { nowMs, except: run.shares.over(), limit: plan })
    if (planned.length === 0) break
    await deliverPlanned(run, planned)
  }
  return counts
}
