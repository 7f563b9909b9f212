import { addresseeOf } from '../core/notice.ts'
import type { DueNotice } from '../store/notices/notice-delivery.ts'

/** How one notice went. */
export interface Went {
  readonly notice: DueNotice
  readonly failed: boolean
  readonly tookMs: number
}

/** Who has had what of a run that all subscribers share. */
export interface Shares {
  /** Whether a notice is to wait for the next run. */
  readonly isOver: (notice: DueNotice) => boolean
  /** The subscriptions and tenants that have had their share. */
  readonly over: () => readonly string[]
  /** Counts what a group of notices, sent side by side, has cost. */
  readonly charge: (group: readonly Went[]) => void
}

// A receiver may well take its time, and a hanging one takes twice as much.
const slowMs = 1500
// A run has time for half a dozen groups that wait for somebody.
const slowGroups = 2

const hostKey = ({ channel, target }: DueNotice) => `to ${addresseeOf(channel, target)}`

/**
 * Makes the shares of one run. A subscription that failed has its next chance in the next run. A tenant,
 * and a host, holds at most two groups up, whether what is slow fails or succeeds in the end.
 */
export const newShares = (): Shares => {
  const over = new Set<string>()
  const slow = new Map<string, number>()
  return {
    isOver: (notice) => {
      const had = [notice.subscriptionId, notice.tenantId, hostKey(notice)]
      if (!had.some((key) => over.has(key))) return false
      over.add(notice.subscriptionId)
      return true
    },
    over: () => [...over],
    charge: (group) => {
      for (const { notice, failed } of group) if (failed) over.add(notice.subscriptionId)
      const late = group.filter(({ tookMs }) => tookMs > slowMs)
      const keys = late.flatMap(({ notice }) => [notice.tenantId, hostKey(notice)])
      for (const key of new Set(keys)) {
        const count = (slow.get(key) ?? 0) + 1
        slow.set(key, count)
        if (count >= slowGroups) over.add(key)
      }
    },
  }
}
