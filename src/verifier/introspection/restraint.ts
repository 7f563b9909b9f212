import { boundedMemory } from '../../core/bounded-memory.ts'
import { type AtWork, isAtWork } from '../gateway/at-work.ts'

// The checksum of a named token can be computed by anybody: so many bad ones a minute are asked about.
const badPerMinute = 120
const minuteMs = 60_000
// Asked about at once, of those that may be made up.
const maxStrangers = 200
// About a token that could not be asked about nobody asks again for so long.
const tokenPauseMs = 1000
// A gateway that failed so often in a row is asked once in so long.
const failuresInARow = 5
const gatewayPauseMs = 3000

/** What keeps questions few: when the gateway is in trouble, and when strangers make tokens up. */
export interface Restraint {
  /** Whether the gateway may be asked now. Whoever may has to ask. */
  readonly mayAsk: (key: string) => boolean
  /** Whether there is room for a token that was never good: `asks` is its question, once there is. */
  readonly admit: (asks: AtWork) => boolean
  readonly failed: (key: string) => void
  /** The gateway has answered; `isBad`: that nobody knows the token. */
  readonly answered: (asks: AtWork, isBad: boolean) => void
  /** Makes room, however it went. */
  readonly done: (asks: AtWork) => void
}

/** Counts by a clock in milliseconds; a clock that is set back ends every pause. */
export const restraint = (now: () => number): Restraint => {
  const failures = boundedMemory<number>({ weight: 1000, weightEach: 1 })
  const strangers = new Set<AtWork>()
  let inARow = 0
  let askedAt = -Infinity
  let minute = -Infinity
  let bad = 0
  const isWithin = (since: number | undefined, ms: number): boolean =>
    since !== undefined && Math.abs(now() - since) < ms
  return {
    mayAsk: (key) => {
      if (isWithin(failures.get(key), tokenPauseMs)) return false
      if (inARow >= failuresInARow && isWithin(askedAt, gatewayPauseMs)) return false
      askedAt = now()
      return true
    },
    admit: (asks) => {
      if (!isWithin(minute, minuteMs)) {
        minute = now()
        bad = 0
      }
      // Those whose request was cut off are never taken out otherwise.
      for (const each of strangers) if (!isAtWork(each)) strangers.delete(each)
      if (bad >= badPerMinute || strangers.size >= maxStrangers) return false
      strangers.add(asks)
      return true
    },
    failed: (key) => {
      inARow += 1
      failures.keep(key, now(), 1)
    },
    answered: (asks, isBad) => {
      inARow = 0
      // Only what proved bad counts: an outage, or an owner's retries, must shut nobody out.
      if (isBad && strangers.has(asks)) bad += 1
    },
    done: (asks) => strangers.delete(asks),
  }
}
