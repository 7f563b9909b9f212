import type { Context } from '../context.ts'
import { announceExpiring } from '../store/credentials/expiring.ts'
import { deliver } from './deliver.ts'
import type { Duty } from './duty.ts'

// Every writer waits while one statement runs, so each makes a small bite.
const bite = 500
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
