import type { Context } from '../../context.ts'
import { boundedMemory } from '../../core/bounded-memory.ts'
import type { Actor } from '../../core/holding.ts'
import { minuteMs } from '../../core/lifetime.ts'

// By account, since when and how often. Of this isolate alone, and forgotten with it: a trial costs
// some ten milliseconds of its time at most and nothing else, and nothing counts on this number.
const trials = boundedMemory<{ readonly sinceMs: number; readonly count: number }>({
  weight: 10_000,
  weightEach: 1,
})

/**
 * Counts a call that only tries something (a dry run), which the trail cannot be counted by; false once
 * the account has made as many in a minute as it may make changes.
 */
export const mayTry = ({ config, nowMs }: Context, { account }: Actor): boolean => {
  const known = trials.get(account.id)
  const current = known !== undefined && Math.abs(nowMs - known.sinceMs) < minuteMs
  const { sinceMs, count } = current ? known : { sinceMs: nowMs, count: 0 }
  trials.keep(account.id, { sinceMs, count: count + 1 }, 1)
  return count < config.changesPerMinute
}
