import type { Context } from '../context.ts'
import { minuteOf, noTally, type Seal, sealAction, sealDetails } from '../core/decision-seal.ts'
import { timeOfId } from '../core/id-time.ts'
import { minuteMs } from '../core/lifetime.ts'
import { addToTally } from '../crypto/tally.ts'
import { type Sealing, sealDecisions as seal } from '../store/audit/seal-decisions.ts'
import {
  firstDecisionOf,
  readSealedRows,
  readSealedUntil,
  type SealedRow,
  type Span,
} from '../store/audit/sealed-decisions.ts'
import { inNameOf } from '../store/db.ts'
import type { Duty } from './duty.ts'

// What was decided is recorded, or taken back, within half a minute; clocks may differ by the rest.
const settledMs = 2 * minuteMs
const page = 1000
// Every writer waits while one transaction runs.
const enoughSeals = 100
const enoughRows = 20_000
const leastMs = 5000

type Seals = Map<string, Seal & { readonly tenantId: string }>

const add = async (seals: Seals, { id, tenantId, columns }: SealedRow): Promise<void> => {
  const minute = minuteOf(timeOfId(id))
  const key = `${minute} ${tenantId}`
  const before = seals.get(key) ?? { ...noTally, minute, tenantId }
  seals.set(key, { ...before, ...(await addToTally(before, columns)) })
}

// Whole minutes alone: `until` is where the first one begins that is left for later.
const sealingOf = (seals: Seals, span: Span, sealedUntil: number | null): Sealing => {
  const whole = [...seals.values()].filter(({ minute }) => minute < span.until)
  return {
    sealedUntil,
    span,
    count: whole.reduce((sum, { count }) => sum + count, 0),
    seals: whole.map((each) => ({
      ...each,
      details: sealDetails(each, new Date(each.minute).toISOString()),
    })),
  }
}

/** Gathers minutes until it is enough for one transaction; null: there is no time for a whole one. */
const gather = async (
  { db, remainingMs }: Context,
  { from, until }: Span,
  sealedUntil: number | null,
): Promise<Sealing | null> => {
  const seals: Seals = new Map()
  let after = ''
  let rows = 0
  let last = from
  while (remainingMs() > leastMs) {
    const some = await readSealedRows(db, { from, until }, { after, limit: page })
    for (const row of some) {
      const minute = minuteOf(timeOfId(row.id))
      const enough = seals.size >= enoughSeals || rows >= enoughRows
      if (enough && minute > last) return sealingOf(seals, { from, until: minute }, sealedUntil)
      await add(seals, row)
      rows += 1
      last = minute
    }
    after = some.at(-1)?.id ?? after
    // No further than decisions go: a clock that is ahead must not close minutes to come.
    if (some.length < page) return sealingOf(seals, { from, until: last + minuteMs }, sealedUntil)
  }
  return last > from ? sealingOf(seals, { from, until: last }, sealedUntil) : null
}

/** Puts count and digest of each tenant's decisions of each minute into the tenant's chain (R37). */
export const sealDecisions: Duty = {
  name: 'seal_decisions',
  run: async (given) => {
    const author = { ...given.db.scribe.author, action: sealAction }
    const context = { ...given, db: inNameOf(given.db, author) }
    const { db, nowMs, remainingMs } = context
    const until = minuteOf(nowMs - settledMs)
    const counts = { decisions: 0, seals: 0 }
    while (remainingMs() > leastMs) {
      const sealedUntil = await readSealedUntil(db)
      const first = await firstDecisionOf(db, { from: sealedUntil ?? 0, until })
      if (first === null) break
      const from = Math.max(minuteOf(timeOfId(first)), sealedUntil ?? 0)
      const sealing = await gather(context, { from, until }, sealedUntil)
      if (sealing === null || !(await seal(db, sealing))) break
      counts.decisions += sealing.count
      counts.seals += sealing.seals.length
    }
    return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0))
  },
}
