import { globMatches, parseGlob } from './glob.ts'
import { isJsonObject, type Json } from './json.ts'
import type { Verdict } from './trace.ts'
import type { Matcher } from './trust-policy.ts'

/** Most members of one `any_of`. */
export const maxAlternatives = 64

/** How many operators may stand inside one another; a plain value at the bottom does not count. */
export const maxNesting = 4

/** A plain value a claim can be equal to. */
export type Scalar = string | number | boolean

/**
 * Judges one claim. `unreadable` when the matcher is not one this code knows in every part,
 * `missing` for an absent or null claim, `wrong_type` for a value the matcher has nothing to say on.
 */
export const judge = (matcher: unknown, value: Json | undefined): Verdict => {
  if (!isMatcher(matcher)) return 'unreadable'
  return value === undefined || value === null ? 'missing' : verdictOf(matcher, value)
}

/** Tells whether a stored value is a matcher in every part. Never throws, whatever the row holds. */
export const isMatcher = (value: unknown): value is Matcher => isMatcherWithin(value, maxNesting)

/**
 * The values a matcher pins a claim to: the value itself, or every member of an `any_of` of exact
 * values. Null for anything that leaves a choice.
 */
export const exactValues = (matcher: unknown): readonly Scalar[] | null => {
  if (!isMatcher(matcher)) return null
  if (typeof matcher !== 'object') return [matcher]
  if (!('any_of' in matcher)) return null
  const values = matcher.any_of.map(exactValues)
  return values.every((value) => value !== null) ? values.flat() : null
}

const isMatcherWithin = (value: unknown, nesting: number): boolean => {
  if (typeof value === 'string' || typeof value === 'boolean') return true
  // Above 2^53 two different numbers in a token read as one.
  if (typeof value === 'number') return Number.isSafeInteger(value)
  if (!isJsonObject(value)) return false
  const names = Object.keys(value)
  const [operator] = names
  if (operator === undefined || names.length > 1) return false
  const operand: Json | undefined = value[operator]
  switch (operator) {
    case 'any_of':
      return (
        nesting > 0 &&
        Array.isArray(operand) &&
        operand.length >= 1 &&
        operand.length <= maxAlternatives &&
        operand.every((each) => isMatcherWithin(each, nesting - 1))
      )
    case 'not':
      return nesting > 0 && isMatcherWithin(operand, nesting - 1)
    case 'glob':
      return typeof operand === 'string' && parseGlob(operand).ok
    case 'contains':
      return typeof operand === 'string'
    case 'present':
      return operand === true
    default:
      return false
  }
}

type Judgement = 'match' | 'mismatch' | 'wrong_type'

const verdictOf = (matcher: Matcher, value: Json): Judgement => {
  if (typeof matcher !== 'object') {
    if (typeof value !== typeof matcher) return 'wrong_type'
    return holdsIf(value === matcher)
  }
  if ('any_of' in matcher) return anyVerdict(matcher.any_of, value)
  if ('not' in matcher) return opposite[verdictOf(matcher.not, value)]
  if ('present' in matcher) return 'match'
  if ('glob' in matcher) {
    return typeof value === 'string' ? holdsIf(globMatches(matcher.glob, value)) : 'wrong_type'
  }
  return isStringArray(value) ? holdsIf(value.includes(matcher.contains)) : 'wrong_type'
}

const opposite: Readonly<Record<Judgement, Judgement>> = {
  match: 'mismatch',
  mismatch: 'match',
  // What a matcher cannot judge, its opposite cannot either: `not` never turns ignorance into yes.
  wrong_type: 'wrong_type',
}

const anyVerdict = (alternatives: readonly Matcher[], value: Json): Judgement => {
  let judgement: Judgement = 'wrong_type'
  for (const alternative of alternatives) {
    const each = verdictOf(alternative, value)
    if (each === 'match') return 'match'
    if (each === 'mismatch') judgement = 'mismatch'
  }
  return judgement
}

const holdsIf = (holds: boolean): Judgement => (holds ? 'match' : 'mismatch')

const isStringArray = (value: Json): value is readonly string[] =>
  Array.isArray(value) && value.every((element) => typeof element === 'string')
