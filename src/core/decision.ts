import type { JsonObject } from './json.ts'
import type { Trace } from './trace.ts'

/** The full story of one exchange, for who may read it. Times in epoch milliseconds. */
export interface Decision {
  /** Null for a dry run. */
  readonly id: string | null
  readonly at: number
  readonly outcome: 'issued' | 'refused' | 'would_issue' | 'would_refuse'
  /** Null when issued. */
  readonly reason: string | null
  readonly grantType: string
  readonly serviceAccountId: string | null
  readonly clientId: string | null
  readonly namespacePath: string | null
  /** The outside token's, with all that follows from them; null without one. */
  readonly claims: JsonObject | null
  readonly audience: string | null
  readonly scope: readonly string[]
  readonly tokenJti: string | null
  /** Epoch seconds. */
  readonly tokenExpiresAt: number | null
  readonly policy: { readonly id: string; readonly version: number } | null
  readonly policies: readonly Trace[]
  /** Refusals of the account that were left out before this one. */
  readonly omitted: number
}
