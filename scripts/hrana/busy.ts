import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from './connection.ts'
import { sqliteCode } from './errors.ts'

/** How long, in milliseconds, a statement waits for a lock, and what makes it stop waiting. */
export type Patience = { readonly busyMs: number; readonly signal: AbortSignal }

const SQLITE_BUSY = 5
const SQLITE_BUSY_SNAPSHOT = 517
const LONGEST_PAUSE_MS = 25

/**
 * Runs an attempt again while another connection holds the lock.
 * The attempt must use one and the same prepared statement each time: after SQLITE_BUSY it stays
 * active, and with it pending no other statement of the connection commits, though it says so.
 */
export async function retryWhileBusy<Result>(
  connection: Connection,
  { busyMs, signal }: Patience,
  attempt: () => Result,
): Promise<Result> {
  const giveUpAt = performance.now() + busyMs
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const wasBroken = connection.isBroken
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
      // A stale snapshot never becomes writable, and nothing commits beside a stuck statement.
      const isHopeless = wasBroken || sqliteCode(error) === SQLITE_BUSY_SNAPSHOT
      if (isHopeless || performance.now() >= giveUpAt) {
        connection.markBroken()
        throw error
      }
    }
    // Spread out, so that waiters do not come back in step.
    await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal })
  }
}

function isBusy(error: unknown): boolean {
  return ((sqliteCode(error) ?? 0) & 0xff) === SQLITE_BUSY
}
