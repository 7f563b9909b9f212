import type { Json } from '../json.ts'
import { isMatcher } from '../matcher.ts'
import type { Gate } from '../preset.ts'
import type { Matcher } from '../trust-policy.ts'
import type { Found } from './exploration.ts'
import { type Budget, type Formula, spend, truth } from './formula.ts'
import { formulaOf, type Kind, kinds, newQuestions, type Questions } from './questions.ts'
import { findValue } from './value-search.ts'

/**
 * What a claim can be: a value of some kind, missing, or a value that is never compared (R7), which a
 * policy lets pass only where it does not look at the claim.
 */
type State = Kind | 'missing' | 'faulty'

/** What of a claim a token can carry at all: nobody has to fear what no token says. */
export interface Terrain {
  readonly states: readonly State[]
  readonly within: readonly Matcher[]
}

const registered: Readonly<Record<string, Terrain>> = {
  sub: { states: ['string'], within: [{ not: '' }] },
  jti: { states: ['string', 'missing'], within: [] },
  exp: { states: ['number'], within: [] },
  iat: { states: ['number'], within: [] },
  nbf: { states: ['number', 'missing'], within: [] },
}

const anywhere: Terrain = { states: [...kinds, 'missing', 'faulty'], within: [] }

/** What a claim can be by RFC 7519, and by the gates of its issuer, which no policy can waive. */
export const terrainOf = (claim: string, gates: readonly Gate[]): Terrain => {
  const base = Object.hasOwn(registered, claim) ? registered[claim] : undefined
  return gates
    .filter((gate) => gate.claim === claim)
    .reduce<Terrain>(({ states, within }, gate) => {
      if (gate.kind === 'require') return { states: states.filter((s) => s !== 'missing'), within }
      if (gate.kind === 'same') return { states, within }
      return { states, within: [...within, { not: { any_of: gate.values } }] }
    }, base ?? anywhere)
}

/** What is looked for: values that all of some matchers accept, and some of the others refuse. */
export interface Wanted {
  /** None: the claim is not looked at, so that anything passes, and nothing too. */
  readonly accepted: readonly unknown[]
  /** null: whatever the others say. */
  readonly butNot: readonly unknown[] | null
  readonly terrain: Terrain
}

/** A claim's value; undefined where it is missing. */
export interface ClaimValue {
  readonly value: Json | undefined
}

/** Finds one value of each kind that is as wanted, the most telling first. */
export const findValues = function* (
  wanted: Wanted,
  budget: Budget,
): Generator<Exclude<Found<ClaimValue['value']>, 'none'>> {
  for (const state of wanted.terrain.states) {
    const found = findIn(state, wanted, budget)
    if (found !== 'none') yield found
  }
}

const findIn = (
  state: State,
  { accepted, butNot, terrain }: Wanted,
  budget: Budget,
): Found<ClaimValue['value']> => {
  if (state === 'missing' || state === 'faulty') {
    const passes = accepted.length === 0 && (butNot === null || butNot.length > 0)
    const value = state === 'missing' ? undefined : '\u0000'
    return passes ? { value } : 'none'
  }
  // Not even read any more: of a large document most policies come too late.
  if (budget.left < 0) return 'unknown'
  const questions = newQuestions()
  // Most kinds are ruled out by what is wanted alone.
  const accepts = allOf([...terrain.within, ...accepted], state, questions)
  if (truth(accepts, () => undefined) === false) return 'none'
  const refuses = butNot === null ? true : { not: allOf(butNot, state, questions) }
  const formula = { all: [accepts, refuses] }
  if (!spend(budget, questions.all.length)) return 'unknown'
  return findValue(state, { formula, questions: questions.all, budget })
}

// A matcher that this code cannot read in every part matches nothing.
const allOf = (matchers: readonly unknown[], kind: Kind, questions: Questions): Formula => ({
  all: matchers.map((matcher) =>
    isMatcher(matcher) ? (formulaOf(matcher, kind, questions) ?? false) : false,
  ),
})
