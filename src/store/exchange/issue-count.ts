import type { Row, Statement } from '../one-statement.ts'
import { type Claimant, type ClaimConditions, conditionArgs, stands } from './claim-conditions.ts'

/** The tenant has had all its tokens of this minute, and nothing else stood in the way. */
export interface OverCeiling {
  /** Until the next minute. */
  readonly retryAfterSeconds: number
}

// Only what would be granted is counted, so that a ceiling hides neither a change of the
// configuration nor a spent token; and once, however often it is asked for. One above the ceiling
// stands for all that were too many. The minute is the database's own: of the isolates' clocks, one
// that is ahead would hold the tenant in a minute that is still to come.
const count = `
INSERT INTO issue_counts (tenant_id, minute, issued) SELECT ?2, unixepoch() / 60, 1
WHERE ${stands}
  AND NOT EXISTS (SELECT 1 FROM decisions WHERE id = ?1)
ON CONFLICT (tenant_id) DO UPDATE SET minute = excluded.minute,
  issued = CASE minute WHEN excluded.minute THEN min(issued, ?11) ELSE 0 END + 1
RETURNING issued > ?11 AS over, 60 - unixepoch() % 60 AS seconds_left`

/** Counts a claim that will be granted; goes before it, in its transaction. */
export const countStatement = (claimant: Claimant, conditions: ClaimConditions): Statement => ({
  sql: count,
  args: conditionArgs(claimant, conditions),
})

/** What the count says of a claim that was not granted; false: the ceiling is not the reason. */
export const readOverCeiling = ([row]: readonly Row[]): OverCeiling | false =>
  row?.over === 1 && { retryAfterSeconds: Number(row.seconds_left) }
