import type { Json } from './json.ts'

/** How one clause of a policy went. `unreadable`: the stored matcher is not one this code knows. */
export type Verdict = 'match' | 'mismatch' | 'missing' | 'wrong_type' | 'unreadable'

/** One clause judged: a bound claim, the audience, a gate of the preset, or a time. */
export interface Clause {
  /** Claim name, or `aud`, `iss`, `exp`, `nbf`, `iat`, or `gate:<claim>`. */
  readonly claim: string
  /** What the policy (or the gate) asks for, as written. */
  readonly expected: unknown
  /** What the token carries; null when absent. */
  readonly actual: Json
  readonly verdict: Verdict
  /** What a person would want to hear about a failure, in one sentence. */
  readonly hint?: string
}

/** All clauses of one policy. It is satisfied when every clause matches. */
export interface Trace {
  readonly id: string
  readonly version: number
  readonly name: string
  readonly satisfied: boolean
  readonly clauses: readonly Clause[]
}
