import type { Json, JsonObject } from '../json.ts'
import { isMatcher } from '../matcher.ts'
import { checkUnits, piecesOf } from './check-cost.ts'
import {
  type ClaimValue,
  findValues,
  type Terrain,
  terrainOf,
  type Wanted,
} from './claim-values.ts'
import type { Finding } from './finding.ts'
import { type Budget, spend } from './formula.ts'
import { accepts, matchersOf, type Side, tokenFor } from './side.ts'
import { matcherWords, shown } from './words.ts'

/** A comparison under way: `to` is asked what it accepts that `from` does not. */
export interface Weighing {
  readonly from: Side
  readonly to: Side
  readonly budget: Budget
}

/** One claim, as both policies see it. */
interface Bound {
  readonly claim: string
  readonly before: readonly unknown[]
  readonly after: readonly unknown[]
  readonly terrain: Terrain
  /** How often its matchers go over a value together. */
  readonly pieces: number
}

/** Every claim that one of the policies or a gate looks at, and the subject, which every token has. */
export const claimsOf = ({ from, to }: Pick<Weighing, 'from' | 'to'>): readonly Bound[] => {
  const [before, after] = [matchersOf(from), matchersOf(to)]
  const gates = to.preset?.gates ?? []
  const required = gates.filter(({ kind }) => kind === 'require').map(({ claim }) => claim)
  return [...new Set([...after.keys(), ...before.keys(), ...required, 'sub'])].map((claim) => ({
    claim,
    before: before.get(claim) ?? [],
    after: after.get(claim) ?? [],
    terrain: terrainOf(claim, gates),
    pieces: piecesOf([...(before.get(claim) ?? []), ...(after.get(claim) ?? [])]),
  }))
}

/**
 * An ordinary value for each claim, that both policies accept if there is one; null where the new
 * policy accepts no value of some claim, and so no token at all.
 */
export const ordinaryToken = (
  bounds: readonly Bound[],
  budget: Budget,
): ReadonlyMap<string, Json | undefined> | null => {
  const chosen = new Map<string, Json | undefined>()
  for (const { claim, before, after, terrain } of bounds) {
    const free = before.length === 0 && after.length === 0 && terrain.states.includes('missing')
    if (free) continue
    const shared = { accepted: [...after, ...before], butNot: null, terrain }
    const found = firstValue(shared, budget) ?? firstValue({ ...shared, accepted: after }, budget)
    if (found === null) return null
    if (found !== 'unknown') chosen.set(claim, found.value)
  }
  return chosen
}

const firstValue = (wanted: Wanted, budget: Budget): ClaimValue | 'unknown' | null =>
  findValues(wanted, budget).next().value ?? null

/**
 * What the new policy accepts of each claim that the old one refuses. All clauses must hold, so the new
 * policy accepts a token that the old one does not if and only if it accepts some value of every claim
 * and, of one, a value that the old one refuses there: the other claims then take ordinary values.
 * Two clauses that look into the same object are taken as independent, which may say too much and
 * never too little.
 */
export const claimFindings = (
  weighing: Weighing,
  bounds: readonly Bound[],
  ordinary: ReadonlyMap<string, Json | undefined>,
): readonly Finding[] =>
  bounds.flatMap((bound) =>
    partsOf(bound).flatMap((part) =>
      findingFor(weighing, { ...bound, after: part }, { bounds, ordinary }),
    ),
  )

// Each alternative is weighed alone: what is new among twenty is said by name. One that the old list
// has word by word costs nothing.
const partsOf = ({ before, after }: Bound): readonly (readonly unknown[])[] => {
  if (JSON.stringify(before) === JSON.stringify(after)) return []
  const [only] = after
  if (after.length !== 1) return [after]
  const [old] = before
  const known = new Set(
    (before.length === 1 ? alternatives(old) : []).map((each) => JSON.stringify(each)),
  )
  return alternatives(only)
    .filter((each) => !known.has(JSON.stringify(each)))
    .map((each) => [each])
}

const alternatives = (matcher: unknown): readonly unknown[] =>
  isMatcher(matcher) && typeof matcher === 'object' && 'any_of' in matcher
    ? matcher.any_of.flatMap(alternatives)
    : [matcher]

/** What is known of all claims when one of them is weighed. */
interface Known {
  readonly bounds: readonly Bound[]
  readonly ordinary: ReadonlyMap<string, Json | undefined>
}

const findingFor = (
  { from, to, budget }: Weighing,
  { claim, before, after, terrain }: Bound,
  { bounds, ordinary }: Known,
): readonly Finding[] => {
  const member = `bound_claims.${claim}`
  const said =
    after.length === 0
      ? `any ${claim}, or none`
      : `${claim} ${after.map(matcherWords).join(' and ')}`
  let doubtful = false
  for (const found of findValues({ accepted: after, butNot: before, terrain }, budget)) {
    doubtful = true
    if (found === 'unknown') continue
    const values = new Map([...ordinary, [claim, found.value]])
    if (!spend(budget, checkUnits(bounds, values))) continue
    const witness: JsonObject = tokenFor(to, values)
    if (!accepts(to, witness) || accepts(from, witness)) continue
    const telling = !isExact(after) && found.value !== '' && after.length > 0
    const example = telling ? `, for example ${shown(found.value)}` : ''
    return [{ member, words: `tokens with ${said}${example}`, witness }]
  }
  if (!doubtful) return []
  // Too many patterns at once, or clauses that hang together: what cannot be ruled out counts.
  return [{ member, words: `perhaps tokens with ${said}`, witness: null }]
}

const isExact = ([matcher]: readonly unknown[]): boolean =>
  matcher !== undefined && typeof matcher !== 'object'
