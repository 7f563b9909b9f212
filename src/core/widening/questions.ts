import type { Scalar } from '../matcher.ts'
import type { Matcher } from '../trust-policy.ts'
import type { Formula } from './formula.ts'

/** The kinds of values that matchers tell apart. `other`: objects, and arrays of anything else. */
export const kinds = ['string', 'number', 'boolean', 'list', 'other'] as const
export type Kind = (typeof kinds)[number]

/** One question about a value of one kind. */
export type Question =
  | { readonly equals: Scalar }
  | { readonly glob: string }
  | { readonly contains: string }

/** Numbers questions, each once. */
export interface Questions {
  readonly all: readonly Question[]
  readonly ask: (question: Question) => Formula
}

const keyOf = (question: Question): string => {
  if ('glob' in question) return `glob ${question.glob}`
  if ('contains' in question) return `contains ${question.contains}`
  return `${typeof question.equals} ${question.equals}`
}

/** A fresh list of questions. */
export const newQuestions = (): Questions => {
  const all: Question[] = []
  const known = new Map<string, number>()
  const ask = (question: Question): Formula => {
    const key = keyOf(question)
    const atom = known.get(key) ?? all.push(question) - 1
    known.set(key, atom)
    return { atom }
  }
  return { all, ask }
}

/**
 * What a matcher asks of values of one kind; null where it cannot judge them. A matcher judges all
 * values of a kind or none, and what it cannot judge its opposite cannot either, so the three verdicts
 * of `core/matcher.ts` become two for each kind.
 */
export const formulaOf = (matcher: Matcher, kind: Kind, questions: Questions): Formula | null => {
  const { ask } = questions
  const within = (inner: Matcher): Formula | null => formulaOf(inner, kind, questions)
  if (typeof matcher !== 'object') return typeof matcher === kind ? ask({ equals: matcher }) : null
  if ('any_of' in matcher) {
    const any = matcher.any_of.map(within).filter((each) => each !== null)
    return any.length === 0 ? null : { any }
  }
  if ('not' in matcher) {
    const inner = within(matcher.not)
    return inner === null ? null : { not: inner }
  }
  if ('present' in matcher) return true
  if ('glob' in matcher) return kind === 'string' ? ask(textQuestion(matcher.glob)) : null
  return kind === 'list' ? ask({ contains: matcher.contains }) : null
}

// Without a wildcard a pattern is one value: it needs no automaton.
const textQuestion = (glob: string): Question => (glob.includes('*') ? { glob } : { equals: glob })
