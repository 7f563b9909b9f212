import type { Context } from '../context.ts'
import { pause } from '../patience.ts'
import { type IssueRecord, releaseClaim } from '../store/exchange/claim.ts'

const patienceMs = 25_000
const firstPauseMs = 250

const release = async (context: Context, record: IssueRecord): Promise<void> => {
  const until = Date.now() + patienceMs
  for (let wait = firstPauseMs; Date.now() < until; wait *= 2) {
    try {
      await releaseClaim(context.db, record)
      return
    } catch {
      await pause(Math.min(wait, until - Date.now()))
    }
  }
  context.log({ event: 'claim_not_released', decision_id: record.id })
}

/**
 * Gives back a claim of unknown fate after the response, trying for 25 s. Nothing was minted for
 * it, so this is safe; if the database stays away longer, the token stays spent until it expires.
 */
export const releaseLater = (context: Context, record: IssueRecord): void =>
  context.defer(release(context, record))
