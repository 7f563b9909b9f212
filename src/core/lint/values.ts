import { canonicalClaimName } from '../claims.ts'
import { type GlobFault, parseGlob } from '../glob.ts'
import { isJsonObject } from '../json.ts'
import { maxAlternatives, maxNesting } from '../matcher.ts'
import { type LintError, pointerTo } from './claims.ts'
import { isTooLarge, maxLeaves } from './size.ts'
import { textFault } from './text.ts'

/** Most bound claims of one policy (R16). */
export const maxBoundClaims = 32

/** Most characters of a claim name or pointer. */
export const maxClaimNameLength = 128

const maxValueLength = 1024
const forbiddenNames = ['__proto__', 'constructor', 'prototype']

/** Checks that every bound claim is named and written in a way that can hold (R7, R11, R15). */
export const lintValues = (boundClaims: Readonly<Record<string, unknown>>): LintError[] => {
  const entries = Object.entries(boundClaims)
  const errors = entries.flatMap(([name, matcher]) => {
    const fault = nameFault(name)
    if (fault !== null) return [fault]
    return matcherFaults(matcher, { pointer: pointerTo(name), nesting: maxNesting })
  })
  if (isTooLarge(boundClaims)) {
    return [invalid('/bound_claims', `At most ${maxLeaves} values in all can be written.`)]
  }
  if (entries.length <= maxBoundClaims) return errors
  return [invalid('/bound_claims', `At most ${maxBoundClaims} claims can be bound.`), ...errors]
}

const invalid = (pointer: string, detail: string): LintError => ({
  slug: 'validation-failed',
  pointer,
  detail,
})

const nameFault = (name: string): LintError | null => {
  const pointer = pointerTo(name)
  if (name === '' || name.length > maxClaimNameLength) {
    return invalid(pointer, `A claim name has 1 to ${maxClaimNameLength} characters.`)
  }
  if (textFault(name) !== null) return invalid(pointer, 'This is not a claim name.')
  const tokens = name.startsWith('/') ? name.slice(1).split('/') : [name]
  if (tokens.some((token) => forbiddenNames.includes(token))) {
    return invalid(pointer, 'This name is reserved by JavaScript and is never read from a token.')
  }
  if (name.startsWith('/') && !tokens.every(isPointerToken)) {
    return invalid(pointer, 'This is not a JSON Pointer: ~ is written ~0 and / is written ~1.')
  }
  const claim = canonicalClaimName(name)
  if (claim === 'aud') return invalid(pointer, 'The audience is bound by the field `audience`.')
  if (claim === 'iss') return invalid(pointer, 'The issuer is bound by the field `issuer`.')
  return null
}

const isPointerToken = (token: string): boolean =>
  token
    .split('~')
    .slice(1)
    .every((escaped) => escaped.startsWith('0') || escaped.startsWith('1'))

/** Where a matcher stands, and how many operators may still stand inside it. */
interface Place {
  readonly pointer: string
  readonly nesting: number
}

const forms = 'a string, integer, boolean or one of any_of, not, glob, contains or present'

const matcherFaults = (matcher: unknown, place: Place): LintError[] => {
  if (typeof matcher === 'boolean') return []
  if (typeof matcher === 'string') return valueFaults(matcher, place.pointer)
  if (typeof matcher === 'number') {
    // Above 2^53 two different numbers in a token read as one.
    if (Number.isSafeInteger(matcher)) return []
    return [invalid(place.pointer, 'A number must be an integer between -(2^53-1) and 2^53-1.')]
  }
  const operators = isJsonObject(matcher) ? Object.keys(matcher) : []
  const [operator] = operators
  if (!isJsonObject(matcher) || operator === undefined || operators.length > 1) {
    return [invalid(place.pointer, `A value is ${forms}.`)]
  }
  return operandFaults(operator, matcher[operator], {
    pointer: `${place.pointer}/${operator}`,
    nesting: place.nesting - 1,
  })
}

const operandFaults = (operator: string, operand: unknown, place: Place): LintError[] => {
  const { pointer } = place
  switch (operator) {
    case 'any_of':
      return anyOfFaults(operand, place)
    case 'not':
      return place.nesting < 0 ? [tooDeep(pointer)] : matcherFaults(operand, place)
    case 'glob':
      return typeof operand === 'string' ? globFaults(operand, pointer) : [notText(pointer)]
    case 'contains':
      return typeof operand === 'string' ? valueFaults(operand, pointer) : [notText(pointer)]
    case 'present':
      return operand === true ? [] : [invalid(pointer, '`present` can only be true.')]
    default:
      return [invalid(pointer, `There is no such operator; a value is ${forms}.`)]
  }
}

const tooDeep = (pointer: string): LintError =>
  invalid(pointer, `Operators can be nested ${maxNesting} deep.`)

const notText = (pointer: string): LintError => invalid(pointer, 'This must be a string.')

const anyOfFaults = (operand: unknown, place: Place): LintError[] => {
  const { pointer, nesting } = place
  if (nesting < 0) return [tooDeep(pointer)]
  if (!Array.isArray(operand) || operand.length < 1 || operand.length > maxAlternatives) {
    return [invalid(pointer, `\`any_of\` is a list of 1 to ${maxAlternatives} matchers.`)]
  }
  return operand.flatMap((each, index) =>
    matcherFaults(each, { pointer: `${pointer}/${index}`, nesting }),
  )
}

const valueFaults = (value: string, pointer: string): LintError[] => {
  if (value.length > maxValueLength) {
    return [invalid(pointer, `A value has at most ${maxValueLength} characters.`)]
  }
  const fault = textFault(value)
  if (fault === null) return []
  return [{ slug: 'non-canonical-value', pointer, detail: `This value never matches: ${fault}.` }]
}

const globDetails: Readonly<Record<GlobFault, string>> = {
  three_stars: 'Three stars in a row mean nothing.',
  too_many_wildcards: 'A glob has at most 8 wildcards.',
  too_long: 'A glob has at most 256 characters.',
}

const globFaults = (pattern: string, pointer: string): LintError[] => {
  const glob = parseGlob(pattern)
  if (glob.ok) return valueFaults(pattern, pointer)
  return [{ slug: 'unsafe-wildcard', pointer, detail: globDetails[glob.error] }]
}
