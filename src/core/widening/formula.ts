import type { Pattern } from './pattern.ts'

/** A condition over numbered yes-or-no questions about one value. */
export type Formula =
  | boolean
  | { readonly atom: number }
  | { readonly not: Formula }
  | { readonly all: readonly Formula[] }
  | { readonly any: readonly Formula[] }

/** The answer to one question; undefined while it is open. */
export type Answers = (atom: number) => boolean | undefined

/** What a formula comes to; undefined while the open questions could still turn it either way. */
export const truth = (formula: Formula, answers: Answers): boolean | undefined => {
  if (typeof formula === 'boolean') return formula
  if ('atom' in formula) return answers(formula.atom)
  if ('not' in formula) {
    const inner = truth(formula.not, answers)
    return inner === undefined ? undefined : !inner
  }
  return 'all' in formula
    ? combined(formula.all, false, answers)
    : combined(formula.any, true, answers)
}

/** One `decisive` part settles the whole; without one, an open part leaves it open. */
const combined = (
  parts: readonly Formula[],
  decisive: boolean,
  answers: Answers,
): boolean | undefined => {
  let settled: boolean | undefined = !decisive
  for (const part of parts) {
    const each = truth(part, answers)
    if (each === decisive) return decisive
    if (each === undefined) settled = undefined
  }
  return settled
}

/** How much may still be spent, in units of about a microsecond (measured in Node, on one core). */
export interface Purse {
  left: number
}

/** What may be spent on one direction of a comparison, and what has been read for it already. */
export interface Budget extends Purse {
  /** Each of sixty alternatives is compared with the same sixty patterns. */
  readonly patterns: Map<string, Pattern>
}

/** What one answer to a question costs, of those that a formula asks: measured, with its overhead. */
export const answerUnits = 0.03

/** Spends some of a budget; false when there is none left. */
export const spend = (budget: Purse, units: number): boolean => {
  if (budget.left < 0) return false
  budget.left -= units
  return budget.left >= 0
}
