import { claimValueFault } from './claim-set.ts'
import { claimValue } from './claims.ts'
import { hintFor } from './hint.ts'
import { isJsonObject, type Json, type JsonObject, member } from './json.ts'
import { judge } from './matcher.ts'
import type { Gate, Preset } from './preset.ts'
import type { Clause, Trace, Verdict } from './trace.ts'
import type { PolicyForEvaluation } from './trust-policy.ts'

/** A verified token as evaluation sees it. */
export interface TokenFacts {
  readonly claims: JsonObject
  /** The `exp`, `nbf` and `iat` clauses, judged before. */
  readonly times: readonly Clause[]
}

/** Evaluates each policy on its own; none lends a clause to another. */
export const evaluate = (
  policies: readonly PolicyForEvaluation[],
  token: TokenFacts,
  preset: Preset | null,
): Trace[] => policies.map((policy) => evaluatePolicy(policy, token, preset))

/**
 * Judges every clause of one policy: issuer, audience, times, the preset's gates, then bound claims
 * by name. Never stops at the first failure and never throws, whatever the stored row holds.
 */
export const evaluatePolicy = (
  policy: PolicyForEvaluation,
  token: TokenFacts,
  preset: Preset | null,
): Trace => {
  const { claims } = token
  const { about, bound } = judgeClauses(policy, claims, preset)
  const explained = (judged: readonly Judged[]) => judged.map((each) => clauseOf(each, claims))
  const clauses = [...explained(about), ...token.times, ...explained(bound)]
  const { id, version, name } = policy
  return { id, version, name, satisfied: clauses.every(holds), clauses }
}

/** Whether a policy accepts claims, the times aside: the same verdicts, and nothing said of them. */
export const satisfiesPolicy = (
  policy: Judgeable,
  claims: JsonObject,
  preset: Preset | null,
): boolean => {
  const { about, bound } = judgeClauses(policy, claims, preset)
  return about.every(holds) && bound.every(holds)
}

type Judgeable = Pick<PolicyForEvaluation, 'issuer' | 'audience' | 'boundClaims'>

const holds = ({ verdict }: { readonly verdict: Verdict }): boolean => verdict === 'match'

const judgeClauses = (policy: Judgeable, claims: JsonObject, preset: Preset | null) => ({
  about: [issuerClause(policy.issuer, claims), audienceClause(policy.audience, claims)],
  bound: [
    ...(preset?.gates ?? []).map((gate) => gateClause(gate, claims)),
    ...boundClauses(policy.boundClaims, claims),
  ],
})

interface Judged {
  readonly claim: string
  readonly expected: unknown
  readonly actual: Json | undefined
  readonly verdict: Verdict
}

const clauseOf = (judged: Judged, claims: JsonObject): Clause => {
  const { claim, expected, verdict } = judged
  const clause = { claim, expected, actual: judged.actual ?? null, verdict }
  const hint = verdict === 'match' ? undefined : hintFor(clause, claims)
  return hint === undefined ? clause : { ...clause, hint }
}

const issuerClause = (issuer: string, claims: JsonObject): Judged => {
  const actual = member(claims, 'iss')
  const verdict = equals(issuer, actual)
  return { claim: 'iss', expected: issuer, actual, verdict }
}

const audienceClause = (audience: string, claims: JsonObject): Judged => {
  const actual = member(claims, 'aud')
  const verdict = audienceVerdict(audience, actual)
  return { claim: 'aud', expected: audience, actual, verdict }
}

/** A second audience could replay the token here, so a list holds exactly one. */
const audienceVerdict = (audience: string, actual: Json | undefined): Verdict => {
  if (!Array.isArray(actual)) return equals(audience, actual)
  return actual.length === 1 ? equals(audience, actual[0]) : 'mismatch'
}

/** Not `judge`: an issuer or audience is never a pattern, whatever a row holds. */
const equals = (expected: string, actual: Json | undefined): Verdict => {
  if (actual === undefined || actual === null) return 'missing'
  if (typeof actual !== 'string') return 'wrong_type'
  return actual === expected ? 'match' : 'mismatch'
}

const gateClause = (gate: Gate, claims: JsonObject): Judged => {
  const actual = claimValue(claims, gate.claim)
  const judged = judgeGate(gate, actual, claims)
  return { claim: `gate:${gate.claim}`, actual, ...judged }
}

const judgeGate = (gate: Gate, actual: Json | undefined, claims: JsonObject) => {
  switch (gate.kind) {
    case 'deny': {
      const expected = { not: { any_of: gate.values } }
      const verdict = judge(expected, actual)
      // Nothing to deny. Any other type than a string is not waved through.
      return { expected, verdict: verdict === 'missing' ? 'match' : verdict } as const
    }
    case 'require': {
      const expected = { present: true }
      return { expected, verdict: judge(expected, actual) } as const
    }
    case 'same': {
      const verdict = sameVerdict(actual, claimValue(claims, gate.other))
      return { expected: { same_as: gate.other }, verdict } as const
    }
  }
}

const sameVerdict = (one: Json | undefined, other: Json | undefined): Verdict => {
  if ((one ?? null) === null || (other ?? null) === null) return 'match'
  if (typeof one === 'object' || typeof one !== typeof other) return 'wrong_type'
  return one === other ? 'match' : 'mismatch'
}

const boundClauses = (boundClaims: unknown, claims: JsonObject): Judged[] => {
  const names = isJsonObject(boundClaims) ? Object.keys(boundClaims).sort() : []
  // No conditions would mean anybody: it is read as damage, never as consent.
  if (!isJsonObject(boundClaims) || names.length === 0) {
    const expected = boundClaims ?? null
    const actual = undefined
    return [{ claim: 'bound_claims', expected, actual, verdict: 'unreadable' }]
  }
  return names.map((name) => boundClause(name, boundClaims[name], claims))
}

const boundClause = (claim: string, expected: unknown, claims: JsonObject): Judged => {
  const actual = claimValue(claims, claim)
  // Before judging: what no honest issuer sends must not cost a pattern's work on every policy.
  const faulty = claimValueFault(actual ?? null)
  const verdict = faulty ? 'mismatch' : judge(expected, actual)
  return { claim, expected, actual, verdict }
}
