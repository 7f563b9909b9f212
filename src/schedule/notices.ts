import { announce } from './announce.ts'
import { deliver } from './deliver.ts'
import type { Duty } from './duty.ts'

/**
 * Tells subscribers which credentials end soon. Each notice leaves at least once, rarely twice: its
 * receiver knows it by its id. What is on its way is sent even when nothing new can be found.
 */
export const notices: Duty = {
  name: 'notices',
  run: async (context) => {
    const [announced] = await Promise.allSettled([announce(context)])
    const { pending, ...ended } = await deliver(context)
    if (announced.status === 'rejected') throw announced.reason
    const counts = { made: announced.value, to_retry: pending, ...ended }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  },
}
