/** Says whether a proof of possession is presented for the first time, and remembers it if so. */
export type FirstUse = (proof: SpentProof) => boolean | Promise<boolean>

/** A proof that is good but for having been used. */
export interface SpentProof {
  /** Names it for ever: at most 299 visible characters. */
  readonly id: string
  /** Epoch seconds until which it has to be remembered. */
  readonly expiresAt: number
}

/** So many proofs an isolate remembers: those of two minutes at 160 requests a second. */
export const maxProofs = 20_000

/**
 * Remembers proofs in this isolate and no other: a copy is refused where the first one was seen. Only
 * of more than `maxProofs` are the oldest forgotten, and never by the clock: one that is set back would
 * make good again what it had let go.
 */
export const proofMemory = (most = maxProofs): FirstUse => {
  const known = new Set<string>()
  return ({ id }) => {
    // Before room is made: copies of one proof must not push out the others.
    if (known.has(id)) return false
    for (const oldest of known) {
      if (known.size < most) break
      known.delete(oldest)
    }
    known.add(id)
    return true
  }
}
