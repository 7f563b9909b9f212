import type { Context } from '../context.ts'
import { dayMs } from '../core/lifetime.ts'
import { readSealedUntil } from '../store/audit/sealed-decisions.ts'
import { type Retention, sweepTable, sweptTables } from '../store/sweep.ts'
import type { Duty } from './duty.ts'

// An expired credential is shown for a while: it explains why something stopped working.
const credentialDays = 30

// A notice remembers what was told: it stays longer than the two weeks ahead that notices look.
const leastNoticeDays = 30

// A decision stays until it is sealed, however old it is.
const retentionOf = ({ nowMs, config }: Context, sealedUntil: number): Retention => ({
  nowMs,
  decisionsFromMs: Math.min(nowMs - config.decisionDays * dayMs, sealedUntil),
  noticesFromMs: nowMs - Math.max(config.decisionDays, leastNoticeDays) * dayMs,
  credentialsFromMs: nowMs - credentialDays * dayMs,
  idempotencyKeysFromMs: nowMs - dayMs,
})

// One statement may take its time, and must end within the duty's.
const leastMs = 3000

/** Throws away what is over: memories whose window has passed, and records past their retention. */
export const purge: Duty = {
  name: 'purge',
  run: async (context) => {
    const retention = retentionOf(context, (await readSealedUntil(context.db)) ?? 0)
    const counts: Record<string, number> = {}
    for (const table of sweptTables) {
      let more = true
      while (more && context.remainingMs() > leastMs) {
        const swept = await sweepTable(context.db, table, retention)
        more = swept.more
        if (swept.rows > 0) counts[table] = (counts[table] ?? 0) + swept.rows
      }
    }
    return counts
  },
}
