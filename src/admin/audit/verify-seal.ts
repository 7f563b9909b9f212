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
const tallyMinute = async (db: Db, tenantId: string, minute: number): Promise<Tally> => {
  const span = { from: minute, until: minute + minuteMs }
  let tally = noTally
  for (let after = ''; ; ) {
    const rows = await readSealedRows(db, span, { after, limit: page, tenantId })
    for (const { columns } of rows) tally = await addToTally(tally, columns)
    if (rows.length < page) return tally
    after = rows.at(-1)?.id ?? after
  }
}

/** Judges what is kept of a minute by its seal; decisions of before `keptFromMs` may be gone. */
export const judgeSeal = async (
  db: Db,
  tenantId: string,
  { seal, keptFromMs }: { readonly seal: Seal; readonly keptFromMs: number },
): Promise<SealProblem | 'purged' | null> =>
  sealProblem(seal, await tallyMinute(db, tenantId, seal.minute), seal.minute < keptFromMs)
