import { evaluatePolicy } from './evaluate.ts'
import { isJsonObject, type Json, type JsonObject, member } from './json.ts'
import { maxClaimNameLength } from './lint/values.ts'
import type { Preset } from './preset.ts'
import type { Clause, Trace } from './trace.ts'
import type { PolicyDraft } from './trust-policy.ts'

/** A sample that did not go as its author said, with a JSON Pointer into the API body. */
export interface ExampleFailure {
  readonly pointer: string
  readonly detail: string
}

/**
 * Runs the examples of a policy and returns those that went otherwise. An accept sample is laid over
 * the policy's exact values; a reject sample over the first accept sample, so that it changes only
 * what it names. Issuer, audience and times are good, and claims that a gate requires are there.
 */
export const runExamples = (draft: PolicyDraft, preset: Preset | null): ExampleFailure[] => {
  const { accept, reject } = draft.examples
  const tried = samplesOf(draft, preset)
  const refused = accept.flatMap((sample, index) => {
    const trace = tried.accept(sample)
    const decided = trace.clauses.find(({ verdict }) => verdict !== 'match')
    if (trace.satisfied || decided === undefined) return []
    return [{ pointer: `/examples/accept/${index}`, detail: whyRefused(decided, draft) }]
  })
  const admitted = reject.flatMap((sample, index) => {
    const trace = tried.reject(sample)
    if (!trace.satisfied) return []
    return [{ pointer: `/examples/reject/${index}`, detail: whyAdmitted(sample, draft) }]
  })
  return [...refused, ...admitted]
}

/** Judges samples that are to be accepted, or refused, each laid over what `runExamples` says. */
export const samplesOf = (draft: PolicyDraft, preset: Preset | null) => {
  const exact = overlay(requiredClaims(preset), exactClaims(draft))
  const accepted = overlay(exact, draft.examples.accept[0] ?? {})
  const over = (base: JsonObject) => (sample: JsonObject) =>
    evaluateSample(draft, overlay(base, sample), preset)
  return { accept: over(exact), reject: over(accepted) }
}

const evaluateSample = (draft: PolicyDraft, claims: JsonObject, preset: Preset | null): Trace => {
  const { name, issuer, audience, boundClaims } = draft
  const policy = { id: '', version: 0, name, issuer, audience, boundClaims }
  const good = { ...claims, iss: issuer, aud: audience }
  return evaluatePolicy(policy, { claims: good, times: [] }, preset)
}

const requiredClaims = (preset: Preset | null): JsonObject => {
  const gates = preset?.gates ?? []
  const required = gates.filter(({ kind }) => kind === 'require')
  return Object.fromEntries(required.map(({ claim }) => [claim, 'present']))
}

const exactClaims = ({ boundClaims }: PolicyDraft): JsonObject => {
  const exact = Object.entries(boundClaims).filter(([, matcher]) => typeof matcher !== 'object')
  return Object.fromEntries(exact) as JsonObject
}

/** Lays claims, named as in `bound_claims`, over others; of an object only what is named changes. */
export const overlay = (base: JsonObject, claims: JsonObject): JsonObject =>
  Object.entries(claims).reduce((under, [name, value]) => place(under, pathOf(name), value), base)

const pathOf = (name: string): readonly [string, ...string[]] => {
  // A longer one is no pointer that a policy could hold, and would nest as deep as it is long.
  if (!name.startsWith('/') || name.length > maxClaimNameLength) return [name]
  const [head = '', ...rest] = name
    .slice(1)
    .split('/')
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  return [head, ...rest]
}

const place = (
  under: JsonObject,
  [head, next, ...rest]: readonly [string, ...string[]],
  value: Json,
): JsonObject => {
  const current = member(under, head)
  const object = isJsonObject(current) ? current : {}
  if (next !== undefined) return { ...under, [head]: place(object, [next, ...rest], value) }
  return { ...under, [head]: isJsonObject(value) ? merge(object, value) : value }
}

const merge = (under: JsonObject, over: JsonObject): JsonObject =>
  Object.entries(over).reduce((merged, [name, value]) => place(merged, [name], value), under)

const whyRefused = ({ claim, verdict, hint }: Clause, { boundClaims }: PolicyDraft): string => {
  const decided = `This sample is refused by the clause ${claim} (${verdict}).`
  // A bare value fills itself in; once it is an operator, nothing does.
  const matcher = Object.hasOwn(boundClaims, claim) ? boundClaims[claim] : null
  const hasNoValue = verdict === 'missing' && isJsonObject(matcher)
  const unsaid = `The policy leaves \`${claim}\` no single value, so the sample must say one.`
  return [decided, ...(hasNoValue ? [unsaid] : []), ...(hint === undefined ? [] : [hint])].join(' ')
}

const whyAdmitted = (sample: JsonObject, { boundClaims }: PolicyDraft): string => {
  const names = Object.keys(sample).filter((name) => Object.hasOwn(boundClaims, name))
  if (names.length === 0) return 'This sample is accepted: no bound claim looks at what it changes.'
  return `This sample is accepted: it satisfies the clause ${names.join(', ')} and all others.`
}
