import { maxClaimLength } from '../claim-set.ts'
import { globMatches } from '../glob.ts'
import { type Budget, type Formula, spend, truth } from './formula.ts'
import { advance, awaited, isComplete, type Pattern, readGlob, readText } from './pattern.ts'
import type { Question } from './questions.ts'

/** A search's answer: a value, `none` when there is none, `unknown` when the budget ran out. */
export type Found<Value> = { readonly value: Value } | 'none' | 'unknown'

/**
 * Finds a text that makes a formula true, or tells that there is none. First the texts that are written
 * down; then, those left aside, what the patterns can tell apart; and only where that ends at one of
 * the texts again, both at once.
 */
export const findText = (
  formula: Formula,
  questions: readonly Question[],
  budget: Budget,
): Found<string> => {
  const written = questions.flatMap((question) =>
    'equals' in question && typeof question.equals === 'string' ? [question.equals] : [],
  )
  for (const text of written) {
    if (!spend(budget, 1 + text.length / 50)) return 'unknown'
    const answers = (atom: number) => {
      const question = questions[atom]
      return question !== undefined && spend(budget, text.length / 10) && answerFor(question, text)
    }
    if (truth(formula, answers) === true) return budget.left < 0 ? 'unknown' : { value: text }
  }
  const patterns = questions.map((question) =>
    'glob' in question ? readGlob(question.glob) : null,
  )
  const found = explore(formula, patterns, budget)
  if (typeof found === 'string' || !written.includes(found.value)) return found
  const all = questions.map((question, atom) =>
    'equals' in question ? readText(String(question.equals)) : (patterns[atom] ?? null),
  )
  return explore(formula, all, budget)
}

const answerFor = (question: Question, text: string): boolean => {
  if ('equals' in question) return question.equals === text
  return 'glob' in question && globMatches(question.glob, text)
}

/** A text, and the places that each pattern which may still fit has got to. */
interface Spot {
  readonly text: string
  readonly live: ReadonlyMap<number, readonly number[]>
}

type Patterns = readonly (Pattern | null)[]

// All patterns are followed at once, shortest text first. Two texts that leave every pattern in the
// same places go on alike, so one of them is enough; a pattern left out never fits.
const explore = (formula: Formula, patterns: Patterns, budget: Budget): Found<string> => {
  const byLength: Spot[][] = [[startOf(patterns)]]
  const seen = new Set<string>()
  const isNew = ({ live }: Spot): boolean => {
    const key = JSON.stringify([...live])
    const open = (atom: number) => (live.has(atom) ? undefined : false)
    if (seen.has(key) || truth(formula, open) === false) return false
    seen.add(key)
    return true
  }
  // A longer value is never compared, whatever the matcher.
  for (let length = 0; length <= maxClaimLength && length < byLength.length; length += 1) {
    for (const spot of byLength[length] ?? []) {
      if (truth(formula, (atom) => isWhole(spot, patterns, atom)) === true) {
        return { value: spot.text }
      }
      for (const char of distinguishing(spot, patterns)) {
        if (!spend(budget, 1 + spot.live.size)) return 'unknown'
        const next = goOn(spot, patterns, char)
        if (isNew(next)) put(byLength, next)
      }
    }
  }
  return 'none'
}

const put = (byLength: Spot[][], spot: Spot): void => {
  const bucket = byLength[spot.text.length] ?? []
  byLength[spot.text.length] = bucket
  bucket.push(spot)
}

const startOf = (patterns: Patterns): Spot => ({
  text: '',
  live: new Map(patterns.flatMap((pattern, atom) => (pattern ? [[atom, [0]] as const] : []))),
})

const isWhole = ({ live }: Spot, patterns: Patterns, atom: number): boolean => {
  const pattern = patterns[atom]
  const places = live.get(atom)
  return pattern !== null && pattern !== undefined && places !== undefined
    ? isComplete(pattern, places)
    : false
}

const goOn = ({ text, live }: Spot, patterns: Patterns, char: string): Spot => {
  const next = new Map<number, readonly number[]>()
  for (const [atom, places] of live) {
    const pattern = patterns[atom]
    const reached = pattern ? advance(pattern, places, char) : []
    if (reached.length > 0) next.set(atom, reached)
  }
  return { text: text + char, live: next }
}

const plain = '1abcdefghijklmnopqrstuvwxyz023456789'

/** One character of each class that the patterns treat alike: any other, and those they name. */
const distinguishing = ({ live }: Spot, patterns: Patterns): string[] => {
  const named = new Set<string>(['/', ':'])
  for (const [atom, places] of live) {
    const pattern = patterns[atom]
    for (const char of pattern ? awaited(pattern, places) : []) named.add(char)
  }
  named.delete('')
  return [anyOther(named), ...named]
}

const anyOther = (named: ReadonlySet<string>): string => {
  const free = [...plain].find((char) => !named.has(char))
  if (free !== undefined) return free
  // CJK letters: no control characters, in normal form, and more than all patterns can name.
  let code = 0x4e00
  while (named.has(String.fromCharCode(code))) code += 1
  return String.fromCharCode(code)
}
