import { canonicalClaimName } from '../claims.ts'
import { satisfiesPolicy } from '../evaluate.ts'
import { overlay } from '../examples.ts'
import { isJsonObject, type Json, type JsonObject } from '../json.ts'
import type { Preset } from '../preset.ts'
import type { PolicyDraft, ReplayMode } from '../trust-policy.ts'

/** One of the two policies of a comparison, and what its issuer adds to it. */
export interface Side {
  readonly policy: PolicyDraft
  readonly preset: Preset | null
  /** How often a token may be exchanged where the policy does not say. */
  readonly usualReplay: ReplayMode
}

/** Whether a policy is evaluated at all at a time (epoch seconds); damage accepts nothing. */
export const isLive = ({ policy }: Side, now: number): boolean =>
  policy.enabled &&
  (policy.expiresAt === null || policy.expiresAt > now) &&
  isJsonObject(policy.boundClaims) &&
  Object.keys(policy.boundClaims).length > 0

/** The matchers of each claim under its one name: a claim may be named in two ways. */
export const matchersOf = ({ policy }: Side): ReadonlyMap<string, readonly unknown[]> => {
  const claims = new Map<string, unknown[]>()
  for (const [name, matcher] of Object.entries(policy.boundClaims)) {
    const claim = canonicalClaimName(name)
    claims.set(claim, [...(claims.get(claim) ?? []), matcher])
  }
  return claims
}

/** The claims of a token that says what was chosen, and otherwise what a policy asks for. */
export const tokenFor = (
  { policy }: Side,
  chosen: ReadonlyMap<string, Json | undefined>,
): JsonObject => {
  // What contains another claim comes first, and is filled in afterwards.
  const named = [...chosen].toSorted(([one], [other]) => depthOf(one) - depthOf(other))
  const claims = named.reduce<JsonObject>(
    (under, [name, value]) => (value === undefined ? under : overlay(under, { [name]: value })),
    {},
  )
  return { ...claims, iss: policy.issuer, aud: policy.audience }
}

const depthOf = (claim: string): number => (claim.startsWith('/') ? claim.split('/').length : 1)

/** Whether a policy accepts a token, by the evaluation that exchanges go through. */
export const accepts = ({ policy, preset }: Side, claims: JsonObject): boolean =>
  satisfiesPolicy(policy, claims, preset)
