import { claimValueFault, type TimeReason } from './claim-set.ts'
import { canonicalClaimName, claimValue } from './claims.ts'
import { isJsonObject, type Json, type JsonObject, member } from './json.ts'
import { exactValues, judge } from './matcher.ts'
import type { Preset } from './preset.ts'
import type { Clause, Trace } from './trace.ts'
import type { PolicyForEvaluation } from './trust-policy.ts'

/** Why a caller that has shown who it is was refused. */
export type EarnedReason = TimeReason | 'audience_mismatch' | 'policy_mismatch' | 'assertion_reused'

/** A claim that failed, with the token's own value and never the policy's. */
export interface FailedClaim {
  readonly claim: string
  /** Null when absent. */
  readonly actual: Json
}

/** What a refusal may tell its caller. */
export interface EarnedDetail {
  readonly reason: EarnedReason
  readonly failedClaims?: readonly FailedClaim[]
}

/** All that decides what is earned. `policies` are the enabled ones, oldest first. */
export interface JudgedToken {
  readonly policies: readonly PolicyForEvaluation[]
  readonly traces: readonly Trace[]
  readonly preset: Preset | null
  readonly claims: JsonObject
  readonly timeReason: TimeReason | null
  /** The exchange was granted but for this: the token had been used. */
  readonly spent: boolean
}

/**
 * Decides what a refused caller may learn. Only a verified token that carries all identity claims
 * that one of the policies pins earns a reason; a stranger, a fork and a recycled name earn null.
 */
export const earnedDetail = (token: JudgedToken): EarnedDetail | null => {
  const closest = closestOwn(token)
  if (closest === undefined) return null
  const failed = failures(closest)
  if (failed.some(earnsNothing)) return null
  if (token.timeReason !== null) return { reason: token.timeReason }
  if (token.spent) return { reason: 'assertion_reused' }
  if (failed.some(({ claim }) => claim === 'aud')) return { reason: 'audience_mismatch' }
  if (failed.length === 0) return null
  const byName = new Map(failed.map(({ claim, actual }) => [plainName(claim), actual]))
  const failedClaims = [...byName].map(([claim, actual]) => ({ claim, actual }))
  return { reason: 'policy_mismatch', failedClaims }
}

const closestOwn = (token: JudgedToken): Trace | undefined => {
  let closest: Trace | undefined
  for (const policy of token.policies) {
    const trace = token.traces.find(({ id }) => id === policy.id)
    if (trace === undefined || !isOwn(policy, token)) continue
    // Strictly fewer: of equals the oldest, which comes first, stays.
    if (closest === undefined || failures(trace).length < failures(closest).length) closest = trace
  }
  return closest
}

/** The same numeric ids mean another repository at another issuer, so `iss` counts too. */
const isOwn = (policy: PolicyForEvaluation, { claims, preset }: JudgedToken): boolean => {
  const { issuer, boundClaims } = policy
  if (!isJsonObject(boundClaims) || member(claims, 'iss') !== issuer) return false
  const pins = preset === null ? pinsSubject : pinsAnchor(preset)
  const identity = Object.entries(boundClaims).filter(([name, matcher]) => pins(name, matcher))
  return (
    identity.length > 0 &&
    identity.every(([name, matcher]) => judge(matcher, claimValue(claims, name)) === 'match')
  )
}

type Pins = (claim: string, matcher: unknown) => boolean

const pinsSubject: Pins = (name, matcher) =>
  canonicalClaimName(name) === 'sub' && typeof matcher === 'string'

const pinsAnchor = (preset: Preset): Pins => {
  const anchors = new Set<string>()
  for (const { name, anchor } of preset.claims) if (anchor) anchors.add(canonicalClaimName(name))
  if (preset.requiredIdentity.some((names) => names.join() === 'sub')) anchors.add('sub')
  return (name, matcher) => anchors.has(canonicalClaimName(name)) && exactValues(matcher) !== null
}

const failures = (trace: Trace): Clause[] =>
  trace.clauses.filter(({ verdict }) => verdict !== 'match')

/** A fork's pipeline, and a value that no honest issuer sends: neither is told anything. */
const earnsNothing = ({ claim, expected, actual }: Clause): boolean =>
  claimValueFault(actual) ||
  (claim.startsWith('gate:') && isJsonObject(expected) && 'same_as' in expected)

const plainName = (claim: string): string =>
  claim.startsWith('gate:') ? claim.slice('gate:'.length) : claim
