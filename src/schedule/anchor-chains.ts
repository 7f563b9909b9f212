import type { Context } from '../context.ts'
import { dayMs } from '../core/lifetime.ts'
import { readHeads } from '../store/audit/chain-heads.ts'
import type { Duty } from './duty.ts'

const page = 500
const leastMs = 3000

// Each head is told for a day: a run that fails, or a log that loses lines, takes none of them away.
const toldForMs = dayMs

const tell = ({ log, nowMs }: Context, heads: Awaited<ReturnType<typeof readHeads>>): number => {
  const moved = heads.filter(({ at }) => at > nowMs - toldForMs)
  for (const { tenantId: tenant_id, sequence, hash } of moved) {
    log({ event: 'audit_head', tenant_id, sequence, hash })
  }
  return moved.length
}

/**
 * Tells the log where the chains end: a chain that is cut off or written anew by whoever has the
 * database no longer has the event that the log knows (R37).
 */
export const anchorChains: Duty = {
  name: 'anchor_chains',
  run: async (context) => {
    let heads = 0
    let after = ''
    while (context.remainingMs() > leastMs) {
      const some = await readHeads(context.db, { after, limit: page })
      heads += tell(context, some)
      after = some.at(-1)?.tenantId ?? after
      if (some.length < page) break
    }
    return heads > 0 ? { heads } : {}
  },
}
