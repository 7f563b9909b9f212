import { isMatcher } from '../matcher.ts'
import type { Matcher } from '../trust-policy.ts'

const mostShown = 200

const short = (text: string, most = mostShown): string =>
  text.length <= most ? text : `${[...text].slice(0, most).join('')}…`

/** A value as it is shown to people: quoted as JSON, and not longer than is read. */
export const shown = (value: unknown): string => short(JSON.stringify(value) ?? 'none')

/** What a matcher accepts, in words that follow the name of a claim. */
export const matcherWords = (matcher: unknown): string =>
  isMatcher(matcher) ? short(wordsFor(matcher), 2 * mostShown) : 'nothing that is known'

const wordsFor = (matcher: Matcher): string => {
  if (typeof matcher !== 'object') return shown(matcher)
  if ('any_of' in matcher) return matcher.any_of.map(wordsFor).join(' or ')
  if ('not' in matcher) return `anything but ${wordsFor(matcher.not)}`
  if ('glob' in matcher) return `like ${short(matcher.glob)}`
  if ('contains' in matcher) return `a list with ${shown(matcher.contains)}`
  return 'anything'
}

/** What all the clauses of a policy ask for, in words. */
export const claimsWords = (claims: ReadonlyMap<string, readonly unknown[]>): string =>
  short(
    [...claims]
      .map(([claim, matchers]) => `${claim} ${matchers.map(matcherWords).join(' and ')}`)
      .join(', '),
    5 * mostShown,
  )

const daySeconds = 86_400

/** A span of time in words. */
export const spanWords = (seconds: number): string =>
  seconds < 2 * daySeconds ? `${seconds} seconds` : `${Math.floor(seconds / daySeconds)} days`
