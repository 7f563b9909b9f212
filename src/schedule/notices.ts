import type { Context } from '../context.ts'
import { stateAfter } from '../core/notice.ts'
import { announceExpiring } from '../store/credentials/expiring.ts'
import {
  type AttemptRecord,
  type ClaimedNotice,
  claimNotices,
  recordAttempts,
} from '../store/notice-delivery.ts'
import type { Duty } from './duty.ts'

// Every writer waits while one statement runs, so each makes a small bite.
const bite = 500
// So many connections the platform opens at a time; more would wait, and be late for their deadline.
const width = 6
// A group of messages takes up to 3 s, and what came of it is written down afterwards.
const leastMs = 6000

const announce = async (context: Context): Promise<number> => {
  let made = 0
  let more = true
  while (more && context.remainingMs() > 2 * leastMs) {
    const count = await announceExpiring(context.db, { nowMs: context.nowMs, limit: bite })
    made += count
    more = count === bite
  }
  return made
}

const attempt = async (context: Context, notice: ClaimedNotice): Promise<AttemptRecord> => {
  const { id, attempts, channel, moot, ...rest } = notice
  if (moot) return { id, attempts, state: 'moot', lastError: null }
  const message = { ...rest, id, sentAt: Math.floor(context.nowMs / 1000) }
  const sent = await context.notifier.send(channel, message)
  const fault = sent.ok ? null : sent.error
  return { id, attempts, state: stateAfter(fault, attempts), lastError: fault }
}

const deliver = async (context: Context): Promise<Record<AttemptRecord['state'], number>> => {
  const counts = { delivered: 0, pending: 0, parked: 0, moot: 0 }
  // An endpoint that failed has its next chance in the next run: it costs each run one deadline.
  const failed = new Set<string>()
  while (context.remainingMs() > leastMs) {
    const { nowMs } = context
    const claimed = await claimNotices(context.db, { nowMs, except: [...failed], limit: width })
    if (claimed.length === 0) break
    const records = await Promise.all(claimed.map((notice) => attempt(context, notice)))
    await recordAttempts(context.db, records)
    for (const [i, { state }] of records.entries()) {
      counts[state] += 1
      if (state === 'pending' || state === 'parked') failed.add(claimed[i]?.subscriptionId ?? '')
    }
  }
  return counts
}

/**
 * Tells subscribers which credentials end soon. Each notice leaves at least once, rarely twice: its
 * receiver knows it by its id.
 */
export const notices: Duty = {
  name: 'notices',
  run: async (context) => {
    const made = await announce(context)
    const { pending, ...ended } = await deliver(context)
    const counts = { made, to_retry: pending, ...ended }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  },
}
