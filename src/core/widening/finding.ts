import type { JsonObject } from '../json.ts'

/** One thing that one policy accepts and another does not. */
export interface Finding {
  /** The member of the policy that it comes from. */
  readonly member: string
  /** Follows "accepts" and is for people. */
  readonly words: string
  /** The claims of such a token, by the word of the evaluation itself; null where there is no one token. */
  readonly witness: JsonObject | null
}
