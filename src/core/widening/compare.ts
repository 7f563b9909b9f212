import { checkUnits } from './check-cost.ts'
import { claimFindings, claimsOf, ordinaryToken } from './claim-findings.ts'
import type { Finding } from './finding.ts'
import { type Budget, type Purse, spend } from './formula.ts'
import { furtherLimits, limitWords } from './limits.ts'
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
  /** What this and other comparisons may spend together; left out: it is the only one. */
  readonly purse?: Purse
}

// About 5 ms for each direction: an isolate does one thing at a time, so that whoever asks for a
// comparison makes everybody else wait. What people write comes to a tenth of it.
const directionUnits = 5_000

/** A purse for the comparisons of one document: as many as it has, they cost no more than ten. */
export const sharedPurse = (): Purse => ({ left: 20 * directionUnits })

/**
 * Compares two policies over the closed list of matchers. Exact wherever the work stays within its
 * bound; beyond it, what cannot be ruled out counts as wider.
 */
export const comparePolicies = ({
  before,
  after,
  now,
  purse = sharedPurse(),
}: Compared): Comparison => {
  const [from = null, to = null] = [before, after].map((side) =>
    side && isLive(side, now) ? side : null,
  )
  // Each its own: what is hard to say of one direction must not leave the other one in doubt.
  return { widens: moreWithin(purse, from, to), narrows: moreWithin(purse, to, from) }
}

const moreWithin = (purse: Purse, from: Side | null, to: Side | null): readonly Finding[] => {
  const given = Math.min(directionUnits, purse.left)
  const budget = { left: given, patterns: new Map() }
  const findings = more({ from, to, budget })
  purse.left -= given - budget.left
  return findings
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

interface Task {
  readonly from: Side | null
  readonly to: Side | null
  readonly budget: Budget
}

const more = ({ from, to, budget }: Task): readonly Finding[] => {
  if (to === null) return []
  const bounds = claimsOf({ from: from ?? to, to })
  const ordinary = ordinaryToken(bounds, budget)
  if (ordinary === null) return []
  const token = tokenFor(to, ordinary)
  const witness = spend(budget, checkUnits(bounds, ordinary)) && accepts(to, token) ? token : null
  if (from === null) {
    const { issuer, audience } = to.policy
    const all = `tokens of ${shown(issuer)} for ${shown(audience)} with ${claimsWords(matchersOf(to))}`
    return [{ member: '', words: `${all}, ${limitWords(to)}`, witness }]
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
