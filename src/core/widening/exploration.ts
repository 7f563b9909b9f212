import { maxClaimLength } from '../claim-set.ts'
import { answerUnits, type Budget, type Formula, spend, truth } from './formula.ts'
import { advance, awaited, isComplete, type Pattern } from './pattern.ts'

/** A search's answer: a value, `none` when there is none, `unknown` when the budget ran out. */
export type Found<Value> = { readonly value: Value } | 'none' | 'unknown'

/** A text, and the places that each pattern which may still fit has got to. */
interface Spot {
  readonly text: string
  readonly live: ReadonlyMap<number, readonly number[]>
}

type Patterns = readonly (Pattern | null)[]

/**
 * Looks for a text by what patterns can tell apart. All are followed at once, shortest text first. Two
 * texts that leave every pattern in the same places go on alike, so one of them is enough; a pattern
 * left out never fits.
 */
export const explore = (formula: Formula, patterns: Patterns, budget: Budget): Found<string> => {
  const byLength: Spot[][] = [[startOf(patterns)]]
  const seen = new Set<string>()
  const isNew = ({ live }: Spot): boolean => {
    const open = (atom: number) => (live.has(atom) ? undefined : false)
    if (truth(formula, open) === false) return false
    const key = keyOf(live)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  }
  const needed = neededBy(formula, patterns)
  const visit = (spot: Spot): Found<string> | null => {
    const units = costOf(spot, patterns)
    if (!spend(budget, 1 + units)) return 'unknown'
    if (truth(formula, (atom) => isWhole(spot, patterns, atom)) === true) {
      return { value: spot.text }
    }
    for (const char of distinguishing(spot, patterns)) {
      if (!goesOn(spot, patterns, { atom: needed, char })) continue
      if (!spend(budget, units)) return 'unknown'
      const next = goOn(spot, patterns, char)
      if (isNew(next)) put(byLength, next)
    }
    return null
  }
  // A longer value is never compared, whatever the matcher.
  for (let length = 0; length <= maxClaimLength && length < byLength.length; length += 1) {
    for (const spot of byLength[length] ?? []) {
      const found = visit(spot)
      if (found !== null) return found
    }
  }
  return 'none'
}

// What is asked for comes first, and is most often one pattern: a text that it does not take is lost,
// so that most characters need not be tried with all the others.
const neededBy = (formula: Formula, patterns: Patterns): number | null => {
  const first = patterns.findIndex((pattern) => pattern !== null)
  return truth(formula, (atom) => (atom === first ? false : undefined)) === false ? first : null
}

const goesOn = (
  { live }: Spot,
  patterns: Patterns,
  { atom, char }: { readonly atom: number | null; readonly char: string },
): boolean => {
  const pattern = atom === null ? null : patterns[atom]
  if (atom === null || !pattern) return true
  return advance(pattern, live.get(atom) ?? [], char).length > 0
}

const keyOf = (live: Spot['live']): string => {
  let key = ''
  for (const [atom, places] of live) key += `${atom}:${places.join()};`
  return key
}

// Each pattern is moved on from each of its places, and the formula asked anew.
const costOf = ({ live }: Spot, patterns: Patterns): number => {
  let places = 0
  for (const each of live.values()) places += each.length
  return live.size * 0.1 + places * 0.1 + patterns.length * answerUnits
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
