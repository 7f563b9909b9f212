import type { JsonObject } from '../../core/json.ts'
import type { FailureCode } from '../failure.ts'
import type { Refusal } from '../refusal.ts'

/** What the words about a refusal are made of. */
export interface RefusalFacts {
  readonly refusal: Refusal
  readonly url: string
  readonly clientId: string
  readonly audience?: string
  /** What the job's own identity token says; null when none was sent. Nothing is proven by it. */
  readonly ownClaims: JsonObject | null
  /** False where asking the platform again gives the same identity token. */
  readonly renewable: boolean
  /** True when the answer to an earlier attempt got lost: it may have been granted. */
  readonly answerLost: boolean
}

/** How one kind of refusal is told. */
export interface Row {
  readonly code: FailureCode
  readonly message: (facts: RefusalFacts) => string
  readonly next: (facts: RefusalFacts) => string
}

/** The way to the whole story, which is an admin's. */
export const askAdmin = ({ refusal }: RefusalFacts): string =>
  refusal.decisionId === undefined
    ? 'ask whoever runs the gateway'
    : `an admin sees why: gatehouse decisions show ${refusal.decisionId}`
