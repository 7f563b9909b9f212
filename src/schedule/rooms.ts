import type { Hearer, Pending } from '../store/notices/notice-making.ts'

/** How many more notices may be on their way. */
export interface Rooms {
  /** Whether there is room for one more, which is then taken. */
  readonly take: (hearer: Hearer) => boolean
  /** The keys of what has no room left. */
  readonly full: () => readonly string[]
}

// What one tenant piles up must neither slow the search for what is due nor hide what others have: who
// hears of several, as the house itself does, has room for each of them.
const maxOfSubscription = 500
const maxOfTenant = 2000

/** Makes the rooms of one run, of what is on its way already. */
export const newRooms = (pending: readonly Pending[]): Rooms => {
  const counts = new Map<string, number>()
  const full = new Set<string>()
  const limits = (hearer: Hearer) =>
    [
      [`${hearer.subscriptionId} ${hearer.about}`, maxOfSubscription],
      [`${hearer.tenantId} ${hearer.about}`, maxOfTenant],
    ] as const
  const add = (hearer: Hearer, count: number) => {
    for (const [key, max] of limits(hearer)) {
      const sum = (counts.get(key) ?? 0) + count
      counts.set(key, sum)
      if (sum >= max) full.add(key)
    }
  }
  for (const { count, ...hearer } of pending) add(hearer, count)
  return {
    take: (hearer) => {
      if (limits(hearer).some(([key]) => full.has(key))) return false
      add(hearer, 1)
      return true
    },
    full: () => [...full],
  }
}
