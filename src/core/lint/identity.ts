import { exactValues } from '../matcher.ts'
import type { Naming, Preset } from '../preset.ts'
import type { Matcher } from '../trust-policy.ts'
import { type BoundClaim, type LintError, narrows } from './claims.ts'
import { identityLabels } from './subject.ts'
import { partsPastNames } from './wildcards.ts'

/** Claims that every token has and that say nothing of who runs. */
const registeredClaims = ['iss', 'aud', 'exp', 'iat', 'nbf', 'jti']

/**
 * Tells whether one of the preset's alternatives is bound in full, each claim by an exact value or
 * an `any_of` of exact values. True where there is no preset, which asks for none.
 */
export const bindsIdentity = (claims: readonly BoundClaim[], preset: Preset | null): boolean =>
  preset === null ||
  preset.requiredIdentity.some((alternative) =>
    alternative.every((name) =>
      claims.some(({ claim, matcher }) => claim === name && exactValues(matcher) !== null),
    ),
  )

/** Tells whether one of the preset's context claims is bound: a ref, environment, event or phase. */
export const bindsContext = (claims: readonly BoundClaim[], preset: Preset | null): boolean =>
  preset === null ||
  preset.contextClaims.length === 0 ||
  claims.some(
    ({ claim, matcher, fact }) =>
      preset.contextClaims.includes(claim) &&
      narrows(matcher, (leaf) => reachesContext(leaf, fact?.naming)),
  )

/**
 * Refuses a policy that does not say who (R10): without a preset, one that binds nothing; with one,
 * a policy that lacks the immutable ids. `namesSuffice` (the acknowledgement `mutable_identity`)
 * lets names stand for ids, but not nothing for names.
 */
export const lintIdentity = (
  claims: readonly BoundClaim[],
  preset: Preset | null,
  namesSuffice: boolean,
): LintError[] => {
  if (preset === null) return claims.some(bindsAnything) ? [] : [tooBroad(bindSomething)]
  if (bindsIdentity(claims, preset)) return []
  const ids = preset.requiredIdentity.map((names) => names.join(' and ')).join(', or ')
  const detail = `Bind ${ids} to exact values: this issuer gives the same names to others later.`
  if (!claims.some((bound) => bindsName(bound, preset))) return [tooBroad(detail)]
  if (namesSuffice) return []
  return [{ slug: 'immutable-id-required', pointer: '/bound_claims', detail }]
}

/** Refuses a policy that admits every context of a repository, workspace or pipeline (R10). */
export const lintContext = (
  claims: readonly BoundClaim[],
  preset: Preset | null,
  anyContext: boolean,
): LintError[] => {
  if (preset === null || anyContext || bindsContext(claims, preset)) return []
  // Those of the family that this issuer's tokens really have.
  const known = new Set(preset.claims.map(({ name }) => name))
  const names = preset.contextClaims.filter((name) => known.has(name)).join(', ')
  return [
    tooBroad(`Bind one of ${names}: without it every ref, environment and event is admitted.`),
  ]
}

const bindSomething = 'Bind at least one claim by a value, `any_of`, `glob` or `contains`.'

const tooBroad = (detail: string): LintError => ({
  slug: 'policy-too-broad',
  pointer: '/bound_claims',
  detail,
})

const bindsAnything = ({ claim, matcher }: BoundClaim): boolean =>
  !registeredClaims.includes(claim) && narrows(matcher, () => true)

// A file that defines a job may be called from anywhere, so its name is nobody's identity.
const isNameOfCaller = ({ claim, fact }: BoundClaim): boolean =>
  fact?.anchor === true || typeof fact?.naming === 'string' || claim === 'sub'

// GitHub's `sub` is what its author makes of it: without a label of identity any organisation can
// issue the same text (AC-131). An empty value is nobody's name.
const namesSomebody = (leaf: Matcher, { claim }: BoundClaim, preset: Preset): boolean => {
  const text = typeof leaf === 'object' && 'glob' in leaf ? leaf.glob : leaf
  if (text === '') return false
  if (claim !== 'sub' || preset.family !== 'github' || typeof text !== 'string') return true
  return text.split(':').some((part) => identityLabels.includes(part))
}

const bindsName = (bound: BoundClaim, preset: Preset): boolean =>
  isNameOfCaller(bound) &&
  bindsAnything(bound) &&
  narrows(bound.matcher, (leaf) => namesSomebody(leaf, bound, preset))

const reachesContext = (leaf: Matcher, naming: Naming | undefined): boolean => {
  if (typeof leaf === 'number' || typeof leaf === 'boolean') return true
  if (typeof leaf === 'string') return partsPastNames(leaf, naming).some((part) => part !== '')
  if (!('glob' in leaf)) return false
  if (naming === undefined) return saysMoreThanRefs(leaf.glob)
  return partsPastNames(leaf.glob, naming).some((part) => part !== '' && !part.includes('*'))
}

/** False for `refs/**` and its like, which every branch, tag and pull request has in common. */
const saysMoreThanRefs = (glob: string): boolean =>
  !['', 'refs'].includes(glob.replaceAll('*', '').replaceAll('/', ''))
