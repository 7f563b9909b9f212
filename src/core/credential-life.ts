import { dayMs } from './lifetime.ts'
import { type Problem, problem } from './problem.ts'
import { err, ok, type Result } from './result.ts'

/** How long a credential is to live, in days or until an instant; neither: as long as it may. */
export interface WantedLife {
  readonly inDays: number | null
  /** Epoch milliseconds. */
  readonly at: number | null
}

const outside = (pointer: string, detail: string): Result<never, Problem> =>
  err(problem('validation-failed', `the expiry must be ${detail}`, [{ pointer, detail }]))

/**
 * When a credential that is made now will expire, in epoch milliseconds: 1 day to the configured
 * maximum from now, which is the default (R21).
 */
export const expiryOf = (
  { inDays, at }: WantedLife,
  { nowMs, maxDays }: { readonly nowMs: number; readonly maxDays: number },
): Result<number, Problem> => {
  const last = nowMs + maxDays * dayMs
  if (at !== null) {
    if (at >= nowMs + dayMs && at <= last) return ok(at)
    return outside('/expires_at', `1 to ${maxDays} days from now`)
  }
  if (inDays === null) return ok(last)
  if (inDays >= 1 && inDays <= maxDays) return ok(nowMs + inDays * dayMs)
  return outside('/expires_in_days', `1 to ${maxDays} days`)
}
