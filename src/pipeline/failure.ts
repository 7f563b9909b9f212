/** Every way in which asking for a token can end without one. */
export type FailureCode =
  | 'bad_input'
  | 'id_token_unavailable'
  | 'denied'
  | 'refused'
  | 'unexpected_scopes'
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
  /** What to do next: lines to run or settings to change. */
  readonly next: string
  /** The gateway's own `error` and `reason` where it gave them. */
  readonly error?: string
  readonly reason?: string
  readonly failedClaims?: readonly FailedClaim[]
  readonly decisionId?: string
  /** When the same request may succeed, where the other side said so. */
  readonly retryAfterSeconds?: number
}

/** Whether trying once more can help: never after a decision. */
export const isPassing = ({ code }: Failure): boolean =>
  code === 'unavailable' || code === 'rate_limited'
