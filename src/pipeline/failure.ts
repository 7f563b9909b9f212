/** Every way in which asking for a token can end without one. */
export type FailureCode =
  | 'bad_input'
  | 'id_token_unavailable'
  | 'denied'
  | 'refused'
  | 'rate_limited'
  | 'unavailable'
  | 'not_a_gateway'

/** A claim that missed, with the token's own value; null when it is absent. */
export interface FailedClaim {
  readonly claim: string
  readonly actual: unknown
}

/** Why there is no token, as people and programs want to hear it. Never holds a credential. */
export interface Failure {
  readonly code: FailureCode
  /** What was wrong and what was expected, in one line. */
  readonly message: string
  /** What to do next: a line to run or a setting to change. */
  readonly next: string
  /** The gateway's own `error` and `reason` where it gave them. */
  readonly error?: string
  readonly reason?: string
  readonly failedClaims?: readonly FailedClaim[]
  readonly decisionId?: string
}
