import { claimFindings, claimsOf, ordinaryToken } from './claim-findings.ts'
import type { Finding } from './finding.ts'
import { furtherLimits } from './limits.ts'
import { accepts, isLive, matchersOf, type Side, tokenFor } from './side.ts'
import { claimsWords, shown } from './words.ts'

export type { Finding } from './finding.ts'
export type { Side } from './side.ts'

/** What one policy accepts that another does not, and the other way round. */
export interface Comparison {
  readonly widens: readonly Finding[]
  readonly narrows: readonly Finding[]
}

/** What is compared; null: there is no policy. `now` in epoch seconds. */
export interface Compared {
  readonly before: Side | null
  readonly after: Side | null
  readonly now: number
}

// Measured: some tens of milliseconds at most; what people write comes to a hundredth of it.
const budgetUnits = 10_000

/**
 * Compares two policies over the closed list of matchers. Exact wherever the work stays within its
 * bound; beyond it, what cannot be ruled out counts as wider.
 */
export const comparePolicies = ({ before, after, now }: Compared): Comparison => {
  const [from, to] = [before, after].map((side) => (side && isLive(side, now) ? side : null))
  return { widens: more(from ?? null, to ?? null), narrows: more(to ?? null, from ?? null) }
}

/** The words of a comparison, as the API says them. */
export const wordsOf = ({ widens, narrows }: Comparison) => ({
  acceptsNow: inWords(widens),
  acceptsNoLonger: inWords(narrows),
})

const mostWords = 50

const inWords = (findings: readonly Finding[]): readonly string[] => {
  const words = findings.slice(0, mostWords).map((finding) => finding.words)
  const left = findings.length - words.length
  return left === 0 ? words : [...words, `and ${left} more`]
}

const more = (from: Side | null, to: Side | null): readonly Finding[] => {
  if (to === null) return []
  const budget = { left: budgetUnits }
  const bounds = claimsOf({ from: from ?? to, to })
  const ordinary = ordinaryToken(bounds, budget)
  if (ordinary === null) return []
  const token = tokenFor(to, ordinary)
  const witness = accepts(to, token) ? token : null
  if (from === null) {
    const { issuer, audience } = to.policy
    const all = `tokens of ${shown(issuer)} for ${shown(audience)} with ${claimsWords(matchersOf(to))}`
    return [{ member: '', words: all, witness }]
  }
  return [
    ...(['issuer', 'audience'] as const)
      .filter((member) => from.policy[member] !== to.policy[member])
      .map((member) => ({
        member,
        words: `tokens with ${member} ${shown(to.policy[member])}`,
        witness,
      })),
    ...claimFindings({ from, to, budget }, bounds, ordinary),
    ...furtherLimits(from, to),
  ]
}
