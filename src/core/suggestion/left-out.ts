import { claimValue } from '../claims.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { ClaimFact, Preset } from '../preset.ts'
import { isPerRun } from './per-run.ts'
import type { Chosen } from './pins.ts'

/** One claim of the token, and what the suggestion made of it. */
export interface Note {
  readonly claim: string
  readonly value: Json
  readonly bound: boolean
  readonly why: string
}

/** Judged by every exchange, whatever a policy binds. */
const judgedAnyway = ['iss', 'aud', 'exp', 'iat', 'nbf']

const whyNot = (name: string, value: Json, fact: ClaimFact | undefined): string => {
  if (value === '' || value === null) return 'it is empty'
  if (fact?.caution !== undefined) return fact.caution
  if (name.endsWith('_protected')) return 'it protects nothing as it is'
  if (isPerRun(name)) return 'it differs from run to run'
  if (fact?.naming !== undefined) return 'it spells names, which can be renamed and taken by others'
  if (fact?.anchor === true || fact?.immutable === true) return 'what is bound says no less'
  if (fact === undefined) return 'nothing is known of it'
  return 'not needed to tell this job from others'
}

/** The top-level claim that a name of a policy reads. */
const headOf = (name: string): string =>
  name.startsWith('/')
    ? (name.slice(1).split('/')[0] ?? '').replaceAll('~1', '/').replaceAll('~0', '~')
    : name

/** The claims of a token that are not bound, each with the reason. */
export const leftOut = (claims: JsonObject, preset: Preset | null, chosen: Chosen): Note[] => {
  const { pins, unpinned } = chosen
  const reasonFor = (claim: string, value: Json, fact?: ClaimFact): string => {
    const fault = unpinned.get(claim)
    return fault === undefined ? whyNot(claim, value, fact) : `it cannot be bound: ${fault}`
  }
  const facts = (preset?.claims ?? []).filter(({ name }) => !pins.has(name))
  const known = new Set([...(preset?.claims ?? []).map(({ name }) => headOf(name)), ...pins.keys()])
  const note = (claim: string, value: Json, fact?: ClaimFact): Note => ({
    claim,
    value,
    bound: false,
    why: reasonFor(claim, value, fact),
  })
  return [
    ...facts.flatMap((fact) => {
      const value = claimValue(claims, fact.name)
      return value === undefined ? [] : [note(fact.name, value, fact)]
    }),
    ...Object.entries(claims)
      .filter(([name]) => !known.has(name) && !judgedAnyway.includes(name))
      .filter(([, value]) => !isJsonObject(value) || Object.keys(value).length > 0)
      .map(([name, value]) => note(name, value)),
  ]
}
