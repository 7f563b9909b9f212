import { err, type Result } from '../../core/result.ts'
import type { Failure } from '../failure.ts'

/** Where a job's identity token comes from. */
export interface IdTokenSource {
  /** As people call it: `GitHub Actions`, `GATEHOUSE_ID_TOKEN`. */
  readonly name: string
  /** Whether each call gives a new token. What is not renewable can be exchanged once. */
  readonly renewable: boolean
  /** Whether the platform makes each token for the audience that was asked for, and no other. */
  readonly isMinted: boolean
  /** Asks for a token; `withinMs` bounds all of it. */
  readonly get: (withinMs: number) => Promise<Result<string, Failure>>
}

/** No identity token, and what to do about it. */
export const noIdToken = (message: string, next: string): Result<never, Failure> =>
  err({ code: 'id_token_unavailable', message, next })
