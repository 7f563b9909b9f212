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
  const clauses = [
    issuerClause(policy.issuer, claims),
    audienceClause(policy.audience, claims),
    ...token.times,
    ...(preset?.gates ?? []).map((gate) => gateClause(gate, claims)),
    ...boundClauses(policy.boundClaims, claims),
  ]
  const satisfied = clauses.every((clause) => clause.verdict === 'match')
  const { id, version, name } = policy
  return { id, version, name, satisfied, clauses }
}

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

const issuerClause = (issuer: string, claims: JsonObject): Clause => {
  const actual = member(claims, 'iss')
  const verdict = equals(issuer, actual)
  return clauseOf({ claim: 'iss', expected: issuer, actual, verdict }, claims)
}

const audienceClause = (audience: string, claims: JsonObject): Clause => {
  const actual = member(claims, 'aud')
  const verdict = audienceVerdict(audience, actual)
  return clauseOf({ claim: 'aud', expected: audience, actual, verdict }, claims)
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

const gateClause = (gate: Gate, claims: JsonObject): Clause => {
  const actual = claimValue(claims, gate.claim)
  const judged = judgeGate(gate, actual, claims)
  return clauseOf({ claim: `gate:${gate.claim}`, actual, ...judged }, claims)
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

const boundClauses = (boundClaims: unknown, claims: JsonObject): Clause[] => {
  const names = isJsonObject(boundClaims) ? Object.keys(boundClaims).sort() : []
  // No conditions would mean anybody: it is read as damage, never as consent.
  if (!isJsonObject(boundClaims) || names.length === 0) {
    const expected = boundClaims ?? null
    const actual = undefined
    return [clauseOf({ claim: 'bound_claims', expected, actual, verdict: 'unreadable' }, claims)]
  }
  return names.map((name) => boundClause(name, boundClaims[name], claims))
}

const boundClause = (claim: string, expected: unknown, claims: JsonObject): Clause => {
  const actual = claimValue(claims, claim)
  // Before judging: what no honest issuer sends must not cost a pattern's work on every policy.
  const faulty = claimValueFault(actual ?? null)
  const verdict = faulty ? 'mismatch' : judge(expected, actual)
  return clauseOf({ claim, expected, actual, verdict }, claims)
}
