import { canonicalClaimName } from '../claims.ts'
import { isMatcher } from '../matcher.ts'
import type { ClaimFact, Preset } from '../preset.ts'
import type { BoundClaims, Matcher } from '../trust-policy.ts'

/** Why a policy cannot be saved, with a JSON Pointer (RFC 6901) into the API body. */
export interface LintError {
  readonly slug:
    | 'policy-too-broad'
    | 'unsafe-wildcard'
    | 'immutable-id-required'
    | 'ambiguous-subject'
    | 'non-canonical-value'
    | 'validation-failed'
  readonly pointer: string
  readonly detail: string
}

/** One plain operator somewhere inside a matcher. `negated`: a `not` stands above it. */
export interface Leaf {
  readonly kind: 'exact' | 'glob' | 'contains' | 'present'
  readonly value: string | number | boolean
  readonly pointer: string
  readonly negated: boolean
}

/** One entry of `bound_claims` whose matcher is whole, under the claim's canonical name. */
export interface BoundClaim {
  readonly claim: string
  readonly matcher: Matcher
  readonly pointer: string
  readonly leaves: readonly Leaf[]
  /** What is known of the claim, from the preset or, without one, from common usage. */
  readonly fact: ClaimFact | undefined
}

/** The pointer of a bound claim's matcher. */
export const pointerTo = (name: string): string =>
  `/bound_claims/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`

/** Reads the entries of `bound_claims` that are matchers in every part. */
export const readBoundClaims = (boundClaims: BoundClaims, preset: Preset | null): BoundClaim[] =>
  Object.entries(boundClaims)
    .filter(([, matcher]) => isMatcher(matcher))
    .map(([name, matcher]) => {
      const claim = canonicalClaimName(name)
      const pointer = pointerTo(name)
      const leaves = leavesOf(matcher, pointer, false)
      return { claim, matcher, pointer, leaves, fact: factOf(claim, preset) }
    })

/**
 * Tells whether a matcher narrows a claim to values that are written down: exact, `glob`, `contains`
 * or an `any_of` of nothing else. `not` and `present` leave the rest of the world in.
 */
export const narrows = (matcher: Matcher, leafNarrows: (leaf: Matcher) => boolean): boolean => {
  if (typeof matcher !== 'object') return leafNarrows(matcher)
  if ('any_of' in matcher) return matcher.any_of.every((each) => narrows(each, leafNarrows))
  return !('not' in matcher || 'present' in matcher) && leafNarrows(matcher)
}

const leavesOf = (matcher: Matcher, pointer: string, negated: boolean): Leaf[] => {
  if (typeof matcher !== 'object') return [{ kind: 'exact', value: matcher, pointer, negated }]
  if ('any_of' in matcher) {
    const at = (index: number): string => `${pointer}/any_of/${index}`
    return matcher.any_of.flatMap((each, index) => leavesOf(each, at(index), negated))
  }
  if ('not' in matcher) return leavesOf(matcher.not, `${pointer}/not`, true)
  if ('glob' in matcher) {
    return [{ kind: 'glob', value: matcher.glob, pointer: `${pointer}/glob`, negated }]
  }
  if ('contains' in matcher) {
    return [{ kind: 'contains', value: matcher.contains, pointer: `${pointer}/contains`, negated }]
  }
  return [{ kind: 'present', value: true, pointer: `${pointer}/present`, negated }]
}

/** Names that GitHub and GitLab made common; other issuers copy them with their meaning. */
const commonClaims: readonly ClaimFact[] = [
  ...['repository', 'repository_owner', 'owner', 'organization', 'project_path'].map(
    (name): ClaimFact => ({ name, naming: 'all' }),
  ),
  { name: 'namespace_path', naming: 'groups' },
  ...['repository_id', 'repository_owner_id', 'project_id', 'namespace_id'].map(
    (name): ClaimFact => ({ name, immutable: true }),
  ),
]

/** What is known of a claim; what is known of an object holds for everything in it. */
const factOf = (claim: string, preset: Preset | null): ClaimFact | undefined => {
  const facts = preset?.claims ?? commonClaims
  return (
    facts.find(({ name }) => name === claim) ??
    facts.find(({ name, type }) => type === 'object' && claim.startsWith(`${name}/`))
  )
}
