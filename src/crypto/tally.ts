import { type Tally, tallyText } from '../core/decision-seal.ts'
import { sha256 } from './digest.ts'

/** The tally with one more decision, given as its sealed columns. */
export const addToTally = async (before: Tally, columns: readonly unknown[]): Promise<Tally> => ({
  count: before.count + 1,
  digest: await sha256(tallyText(before, columns)),
})
