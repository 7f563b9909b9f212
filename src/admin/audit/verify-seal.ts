import {
  noTally,
  type Seal,
  type SealProblem,
  sealProblem,
  type Tally,
} from '../../core/decision-seal.ts'
import { minuteMs } from '../../core/lifetime.ts'
import { addToTally } from '../../crypto/tally.ts'
import { readSealedRows } from '../../store/audit/sealed-decisions.ts'
import type { Db } from '../../store/db.ts'

const page = 1000

/** What is kept of a tenant's decisions of a minute. */
interface Minute {
  readonly tally: Tally
  /** Whether its lists show decisions that say that they are another's. */
  readonly strays: boolean
}

const readMinute = async (db: Db, tenantId: string, minute: number): Promise<Minute> => {
  const span = { from: minute, until: minute + minuteMs }
  let tally = noTally
  let strays = false
  for (let after = ''; ; ) {
    const rows = await readSealedRows(db, span, { after, limit: page, tenantId })
    for (const row of rows) {
      if (row.tenantId === tenantId) tally = await addToTally(tally, row.columns)
      else strays = true
    }
    if (rows.length < page) return { tally, strays }
    after = rows.at(-1)?.id ?? after
  }
}

/** Judges what is kept of a minute by its seal; decisions of before `keptFromMs` may be gone. */
export const judgeSeal = async (
  db: Db,
  tenantId: string,
  { seal, keptFromMs }: { readonly seal: Seal; readonly keptFromMs: number },
): Promise<SealProblem | 'purged' | null> => {
  const { tally, strays } = await readMinute(db, tenantId, seal.minute)
  const found = sealProblem(seal, tally, seal.minute < keptFromMs)
  return strays && (found === null || found === 'purged') ? 'decisions_added' : found
}
