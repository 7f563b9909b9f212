import type { Json } from '../json.ts'
import type { Found } from './exploration.ts'
import { answerUnits, type Budget, type Formula, spend, truth } from './formula.ts'
import type { Kind, Question } from './questions.ts'
import { findText } from './text-search.ts'

/** What is searched: a formula and the questions it is over. */
export interface Search {
  readonly formula: Formula
  readonly questions: readonly Question[]
  readonly budget: Budget
}

/** Finds a value of one kind that makes a formula true, or tells that there is none. */
export const findValue = (kind: Kind, search: Search): Found<Json> => {
  const { formula, questions, budget } = search
  switch (kind) {
    case 'string':
      return findText(formula, questions, budget)
    case 'number':
      return firstOf(search, [...numbersIn(questions), unnamedNumber(questions)])
    case 'boolean':
      return firstOf(search, [true, false])
    case 'list':
      return findList(search)
    case 'other':
      return firstOf(search, [{}])
  }
}

const numbersIn = (questions: readonly Question[]): number[] =>
  questions.flatMap((question) =>
    'equals' in question && typeof question.equals === 'number' ? [question.equals] : [],
  )

// Numbers that no policy names are all alike.
const unnamedNumber = (questions: readonly Question[]): number => {
  const named = new Set(numbersIn(questions))
  let number = 1
  while (named.has(number)) number += 1
  return number
}

const firstOf = (
  { formula, questions, budget }: Search,
  candidates: readonly Json[],
): Found<Json> => {
  for (const value of candidates) {
    if (!spend(budget, 1 + questions.length * answerUnits)) return 'unknown'
    const answers = (atom: number) => {
      const question = questions[atom]
      return question !== undefined && 'equals' in question && question.equals === value
    }
    if (truth(formula, answers) === true) return { value }
  }
  return 'none'
}

/** Decides one element after another whether the list has it; elements nobody names do not matter. */
const findList = ({ formula, questions, budget }: Search): Found<Json> => {
  const has: boolean[] = []
  const decide = (): boolean | undefined => {
    if (!spend(budget, 1 + 2 * questions.length * answerUnits)) return undefined
    // The list without all that is open is the first that would be found.
    if (truth(formula, (atom) => has[atom] ?? false) === true) return true
    const settled = truth(formula, (atom) => has[atom])
    if (settled !== undefined) return settled
    for (const choice of [false, true]) {
      has.push(choice)
      const decided = decide()
      if (decided !== false) return decided
      has.pop()
    }
    return false
  }
  const decided = decide()
  if (decided === undefined) return 'unknown'
  const elements = questions.filter((_, atom) => has[atom] === true)
  const value = elements.flatMap((each) => ('contains' in each ? [each.contains] : []))
  return decided ? { value } : 'none'
}
