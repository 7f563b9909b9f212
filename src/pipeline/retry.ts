import type { Result } from '../core/result.ts'
import { type Failure, isPassing } from './failure.ts'
import type { Surroundings } from './surroundings.ts'

/** How long a caller is willing to wait. */
export interface Patience {
  /** For everything: identity token, attempts and pauses. */
  readonly timeoutSeconds: number
  /** At most so many attempts, the first one included. */
  readonly attempts: number
  /** Told before each pause. */
  readonly onRetry?: (failure: Failure, waitSeconds: number) => void
}

/** A job waits for an outage to pass … */
export const patienceOfJobs: Patience = { timeoutSeconds: 60, attempts: 4 }

/** … a person is told within ten seconds, Node's own start included. */
export const patienceOfPeople: Patience = { timeoutSeconds: 7, attempts: 4 }

const attemptMs = 10_000
const firstPauseMs = 500
const leastMs = 250

/** Half of the pause is left to chance, so that a thousand jobs do not come back at once. */
const pauseMs = (attempt: number, failure: Failure): number => {
  const backoff = firstPauseMs * 2 ** (attempt - 1)
  const jittered = backoff / 2 + Math.random() * (backoff / 2)
  const asked = (failure.retryAfterSeconds ?? 0) * 1000
  return asked > 0 ? asked + jittered / 2 : jittered
}

/**
 * Runs attempts until one is decided. Only what may pass is tried again (network, 429, 5xx); a
 * policy's decision never is, because asking again changes nothing and burns the identity token.
 */
export const withRetries = async <T>(
  attempt: (withinMs: number) => Promise<Result<T, Failure>>,
  patience: Patience,
  { now, sleep }: Pick<Surroundings, 'now' | 'sleep'>,
): Promise<Result<T, Failure>> => {
  const deadline = now() + patience.timeoutSeconds * 1000
  for (let count = 1; ; count += 1) {
    const result = await attempt(Math.min(attemptMs, Math.max(1, deadline - now())))
    if (result.ok || !isPassing(result.error) || count >= patience.attempts) return result
    const wait = pauseMs(count, result.error)
    if (now() + wait + leastMs > deadline) return result
    patience.onRetry?.(result.error, wait / 1000)
    await sleep(wait)
  }
}
