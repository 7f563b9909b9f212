import { globMatches } from '../glob.ts'
import { matchUnits, piecesOfGlob } from './check-cost.ts'
import { explore, type Found } from './exploration.ts'
import { answerUnits, type Budget, type Formula, spend, truth } from './formula.ts'
import { type Pattern, readGlob, readText } from './pattern.ts'
import type { Question } from './questions.ts'

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
    if (!spend(budget, 1)) return 'unknown'
    const answers = (atom: number) => {
      const question = questions[atom]
      return (
        question !== undefined &&
        spend(budget, answerCost(question, text)) &&
        answerFor(question, text)
      )
    }
    if (truth(formula, answers) === true) return budget.left < 0 ? 'unknown' : { value: text }
  }
  const patterns = questions.map((question) =>
    'glob' in question
      ? known(budget, `glob ${question.glob}`, () => readGlob(question.glob))
      : null,
  )
  const found = explore(formula, patterns, budget)
  if (typeof found === 'string' || !written.includes(found.value)) return found
  const all = questions.map((question, atom) =>
    'equals' in question
      ? known(budget, `text ${question.equals}`, () => readText(String(question.equals)))
      : (patterns[atom] ?? null),
  )
  return explore(formula, all, budget)
}

// A pattern is as long as its automaton, and takes a twentieth of a microsecond for each of its items.
// Without it nothing is explored either: there is no budget left for the first step.
const known = (budget: Budget, key: string, read: () => Pattern): Pattern | null => {
  const before = budget.patterns.get(key)
  if (before !== undefined) return before
  if (!spend(budget, key.length / 20)) return null
  const pattern = read()
  budget.patterns.set(key, pattern)
  return pattern
}

const answerCost = (question: Question, text: string): number =>
  'glob' in question ? matchUnits(piecesOfGlob(question.glob), text) : answerUnits

const answerFor = (question: Question, text: string): boolean => {
  if ('equals' in question) return question.equals === text
  return 'glob' in question && globMatches(question.glob, text)
}
