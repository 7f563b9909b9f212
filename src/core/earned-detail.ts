import { claimValueFault, type TimeReason } from './claim-set.ts'
import { canonicalClaimName } from './claims.ts'
import { isJsonObject, type Json } from './json.ts'
import { exactValues } from './matcher.ts'
import type { Preset } from './preset.ts'
import type { Clause, Trace } from './trace.ts'
import type { PolicyForEvaluation } from './trust-policy.ts'

/** Why a caller that has shown who it is was refused. */
export type EarnedReason = TimeReason | 'audience_mismatch' | 'policy_mismatch' | 'assertion_reused'

/** A claim that failed, with the token's own value and never the policy's. */
export interface FailedClaim {
  readonly claim: string
  /** Null when absent. */
  readonly actual: Json
}

/** What a refusal may tell its caller. */
export interface EarnedDetail {
  readonly reason: EarnedReason
  readonly failedClaims?: readonly FailedClaim[]
}
