import type { FirstUse } from './proof-memory.ts'

/**
 * Whether tokens that are bound to a key are taken, with a proof of it, and whether all have to be.
 * Never is one let in as a Bearer token.
 */
export type DpopMode = 'off' | 'optional' | 'required'

/** How an API checks that whoever sends a token holds the key that it is bound to (RFC 9449). */
export interface DpopOptions {
  readonly mode: DpopMode
  /**
   * Remembers proofs for all instances of this API: true for one that is new. Left out: each isolate
   * refuses copies of the proofs that it has seen itself.
   */
  readonly firstUse?: FirstUse
}

/** The options in full, whichever way they were given. */
export const dpopOf = (given: DpopMode | DpopOptions = 'off'): DpopOptions =>
  typeof given === 'string' ? { mode: given } : given
