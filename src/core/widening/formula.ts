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

/** How much may still be spent on a comparison, in units of about a hundred simple steps. */
export interface Budget {
  left: number
}

/** Spends some of a budget; false when there is none left. */
export const spend = (budget: Budget, units: number): boolean => {
  budget.left -= units
  return budget.left >= 0
}
