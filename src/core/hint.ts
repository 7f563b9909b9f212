import { claimValueFault } from './claim-set.ts'
import { canonicalClaimName, claimValue } from './claims.ts'
import { globMatches } from './glob.ts'
import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { isMatcher } from './matcher.ts'
import { nearestName } from './nearest-name.ts'
import type { Clause } from './trace.ts'
import type { Matcher } from './trust-policy.ts'

type FailedClause = Omit<Clause, 'hint'>

/** Says in one sentence what a person would want to hear about a failed clause, if anything. */
export const hintFor = (clause: FailedClause, claims: JsonObject): string | undefined => {
  const gate = clause.claim.startsWith('gate:') ? gateHint(clause) : undefined
  if (gate !== undefined) return gate
  switch (clause.verdict) {
    case 'match':
      return undefined
    case 'missing':
      return missingHint(clause.claim, claims)
    case 'wrong_type':
      return typeHint(clause)
    case 'mismatch':
      return mismatchHint(clause)
    case 'unreadable':
      return 'This version cannot read this part of the policy, so it matches nothing.'
  }
}

const gateHint = ({ claim, expected, verdict }: FailedClause): string | undefined => {
  if (!isJsonObject(expected)) return undefined
  if (verdict === 'missing') {
    return 'Job tokens of this issuer always carry it, so this token was not made for a job.'
  }
  if (verdict !== 'mismatch') return undefined
  if ('same_as' in expected) return `Differs from \`${expected.same_as}\`: the pipeline of a fork.`
  return claim === 'gate:event_name'
    ? 'Untrusted trigger: it lends the rights of the repository to code or input from outside.'
    : 'The preset of this issuer never accepts this value.'
}

const missingHint = (claim: string, claims: JsonObject): string | undefined => {
  if (claimValue(claims, claim) === null) return 'The token has null here, which never matches.'
  const near = nearestName(canonicalClaimName(claim), Object.keys(claims))
  if (near !== undefined) return `The token has no such claim; did you mean claim \`${near}\`?`
  return claim === 'environment' ? 'The job names no environment.' : undefined
}

const typeHint = ({ expected, actual }: FailedClause): string | undefined => {
  if (!isMatcher(expected)) return undefined
  const wanted = [...new Set(judgedTypes(expected))].join(' or ')
  return `Expected ${wanted}, the token has ${typeOf(actual)}.`
}

const judgedTypes = (matcher: Matcher): string[] => {
  if (typeof matcher !== 'object') return [typeOf(matcher)]
  if ('any_of' in matcher) return matcher.any_of.flatMap(judgedTypes)
  if ('not' in matcher) return judgedTypes(matcher.not)
  return ['contains' in matcher ? 'an array of strings' : 'a string']
}

const typeOf = (value: Json): string => {
  if (Array.isArray(value)) {
    return value.every((each) => typeof each === 'string') ? 'an array of strings' : 'a mixed array'
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

const mismatchHint = ({ claim, expected, actual }: FailedClause): string | undefined => {
  if (claim === 'aud' && Array.isArray(actual)) return 'The token must name just one audience.'
  if (claimValueFault(actual)) return 'The value is too long or holds control characters.'
  if (typeof actual !== 'string' || !isMatcher(expected)) return undefined
  const texts = textsOf(expected)
  return (claim === 'sub' ? subjectHint(texts, actual) : undefined) ?? textHint(texts, actual)
}

type Text = { readonly text: string; readonly glob: boolean }

const textsOf = (matcher: Matcher): Text[] => {
  if (typeof matcher === 'string') return [{ text: matcher, glob: false }]
  if (typeof matcher !== 'object') return []
  if ('any_of' in matcher) return matcher.any_of.flatMap(textsOf)
  return 'glob' in matcher ? [{ text: matcher.glob, glob: true }] : []
}

const fits = ({ text, glob }: Text, actual: string): boolean =>
  glob ? globMatches(text, actual) : text === actual

const subjectHint = (texts: readonly Text[], actual: string): string | undefined => {
  if (!actual.startsWith('repo:') || texts.length === 0) return undefined
  const usesIds = (subject: string): boolean => subject.split(':')[1]?.includes('@') === true
  if (usesIds(actual) && !texts.some(({ text }) => usesIds(text))) {
    return "The token uses GitHub's id-based `sub`: `repo:owner@id/name@id:…`."
  }
  if (!texts.some(({ text }) => text.includes(':ref:'))) return undefined
  if (actual.includes(':environment:')) {
    return 'The token has an environment, so `sub` has no ref; bind the claims `environment`, `ref`.'
  }
  return actual.endsWith(':pull_request') ? 'A pull request: `sub` has no ref.' : undefined
}

const textHint = (texts: readonly Text[], actual: string): string | undefined => {
  const lower = actual.toLowerCase()
  if (texts.some(({ text, glob }) => fits({ text: text.toLowerCase(), glob }, lower))) {
    return 'Differs only in case.'
  }
  if (texts.some((text) => fits(text, actual.trim()))) return 'Differs only in white space.'
  if (texts.some(({ text }) => text === `${actual}/` || `${text}/` === actual)) {
    return 'Differs only in a slash at the end.'
  }
  if (texts.some(({ text }) => globMatches(text, actual))) {
    return 'A plain value takes `*` literally; a pattern is written `{"glob": "…"}`.'
  }
  // Every wildcard made a `**`: what still misses was not stopped by a slash.
  const wider = texts.filter(({ glob }) => glob).map(({ text }) => text.replaceAll('**', '*'))
  if (!wider.some((text) => globMatches(text.replaceAll('*', '**'), actual))) return undefined
  return '`*` stops at `/`; `**` goes on.'
}
