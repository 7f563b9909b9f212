/** Says whether a proof of possession is presented for the first time, and remembers it if so. */
export type FirstUse = (proof: SpentProof) => boolean | Promise<boolean>

/** A proof that is good but for having been used. */
export interface SpentProof {
  /** Names it for ever: at most 299 visible characters. */
  readonly id: string
  /** Epoch seconds until which it can be presented again. */
  readonly expiresAt: number
}

/** So many proofs an isolate remembers: those of two minutes at 160 requests a second. */
export const maxProofs = 20_000

/**
 * Remembers proofs in this isolate and no other: a copy is refused where the first one was seen. Of
 * more than `maxProofs` that are good at once the oldest are forgotten.
 */
export const proofMemory = (now: () => number, most = maxProofs): FirstUse => {
  const known = new Map<string, number>()
  return ({ id, expiresAt }) => {
    const from = now() / 1000
    // Before room is made: copies of one proof must not push out the others.
    if ((known.get(id) ?? 0) >= from) return false
    for (const [oldest, until] of known) {
      if (until >= from && known.size < most) break
      known.delete(oldest)
    }
    known.set(id, expiresAt)
    return true
  }
}
