import { globMatches } from '../glob.ts'
import type { ClaimFact, Preset } from '../preset.ts'
import type { PolicyDraft } from '../trust-policy.ts'
import { type BoundClaim, type Leaf, narrows } from './claims.ts'
import { bindsContext, bindsIdentity } from './identity.ts'
import { subjectWarnings } from './subject.ts'
import { neverMatches, unknownWarnings } from './unmatched.ts'

/**
 * What is risky about a policy that may be saved all the same, as `code: sentence`. The code is
 * stable; the sentence names the claim and is for people.
 */
export const warningsOf = (
  draft: PolicyDraft,
  claims: readonly BoundClaim[],
  preset: Preset | null,
): string[] => {
  const leaves = claims.flatMap(leafWarnings)
  const facts = claims.flatMap((bound) => factWarnings(bound, claims))
  const all = [
    ...acknowledged(draft, claims, preset),
    ...unknownWarnings(claims, preset),
    ...nameWarnings(claims, preset),
    ...subjectWarnings(claims, preset),
    ...claims.flatMap(neverMatches),
    ...facts,
    ...leaves,
    ...unboundWarnings(claims, preset),
    ...gateWarnings(claims, preset),
    ...replayWarnings(draft, preset),
  ]
  return [...new Set(all)]
}

const acknowledged = (
  { acknowledge }: PolicyDraft,
  claims: readonly BoundClaim[],
  preset: Preset | null,
): string[] => {
  const warnings: string[] = []
  if (acknowledge.includes('mutable_identity')) {
    const met = bindsIdentity(claims, preset)
    const why = met ? 'acknowledged without need' : 'whoever takes over the names is let in'
    warnings.push(`mutable_identity: ${why}`)
  }
  if (acknowledge.includes('any_context')) {
    const met = bindsContext(claims, preset)
    const why = met ? 'acknowledged without need' : 'every ref, environment and event is let in'
    warnings.push(`any_context: ${why}`)
  }
  return warnings
}

const nameWarnings = (claims: readonly BoundClaim[], preset: Preset | null): string[] => {
  if (bindsIdentity(claims, preset)) return []
  return claims
    .filter(({ fact }) => fact?.naming !== undefined)
    .map(({ claim }) => `mutable_name: ${claim} can be renamed and then taken by somebody else`)
}

const isNarrowed = ({ matcher }: BoundClaim): boolean => narrows(matcher, () => true)

// One branch that is named is another risk than a pattern over many.
const cautionOf = ({ leaves }: BoundClaim, { caution, exactCaution, cure }: ClaimFact): string => {
  const isExact = leaves.every(({ kind }) => kind === 'exact')
  const words = (isExact ? exactCaution : undefined) ?? caution
  return cure === undefined ? String(words) : `${words}; ${cure}`
}

const factWarnings = (bound: BoundClaim, claims: readonly BoundClaim[]): string[] => {
  const { claim, fact, leaves } = bound
  if (fact === undefined) return []
  const backed = claims.some((each) => fact.backedBy?.includes(each.claim) && isNarrowed(each))
  const warnings: string[] = []
  if (fact.caution !== undefined && !backed && isNarrowed(bound)) {
    warnings.push(`weak_claim: ${claim}: ${cautionOf(bound, fact)}`)
  }
  if (fact.ignoresCase === true && leaves.some(({ negated }) => negated)) {
    warnings.push(`case_of_names: ${claim}: the platform ignores case, so \`not\` is easily evaded`)
  }
  for (const [value, why] of Object.entries(fact.risky ?? {})) {
    if (leaves.some((leaf) => admits(leaf, value)))
      warnings.push(`risky_value: ${claim} ${value}: ${why}`)
  }
  const { riskyPart: part } = fact // No wildcard reaches over a colon: it is written down.
  const holds = ({ negated, value }: Leaf) => !negated && String(value).includes(part?.holds ?? '')
  if (part === undefined || !leaves.some(holds)) return warnings
  return [...warnings, `risky_value: ${claim} with ${part.holds}: ${part.why}`]
}

const admits = (leaf: Leaf, value: string): boolean => {
  if (leaf.negated) return false
  const text = String(leaf.value)
  return leaf.kind === 'glob' ? globMatches(text, value) : text === value
}

const leafWarnings = ({ claim, fact, leaves }: BoundClaim): string[] =>
  leaves.flatMap((leaf) => {
    const warnings: string[] = []
    if (leaf.kind === 'exact' && String(leaf.value).includes('*')) {
      warnings.push(`literal_star: ${claim}: a star in a plain value is just a star; use \`glob\``)
    }
    const type = typeFor(leaf)
    if (fact?.type !== undefined && type !== null && type !== fact.type) {
      const never = `${claim} is ${withArticle(fact.type)} in these tokens, never ${withArticle(type)}`
      warnings.push(`type_mismatch: ${never}`)
    }
    return warnings
  })

/** The JSON type that a leaf can judge; null for `present`, which judges all. */
const typeFor = ({ kind, value }: Leaf): string | null => {
  if (kind === 'present') return null
  return kind === 'contains' ? 'array' : typeof value
}

const withArticle = (type: string): string =>
  type === 'array' || type === 'object' ? `an ${type}` : `a ${type}`

const unboundWarnings = (claims: readonly BoundClaim[], preset: Preset | null): string[] => {
  const bound = new Set(claims.map(({ claim }) => claim))
  return (preset?.claims ?? []).flatMap(({ name, advised }) => {
    if (advised === undefined || bound.has(name)) return []
    const applies = advised.beside === undefined || bound.has(advised.beside)
    return applies ? [`unbound_claim: ${name}: ${advised.why}`] : []
  })
}

const gateWarnings = (claims: readonly BoundClaim[], preset: Preset | null): string[] =>
  (preset?.gates ?? []).flatMap((gate) => {
    if (gate.kind !== 'deny') return []
    const leaves = claims.filter(({ claim }) => claim === gate.claim).flatMap((each) => each.leaves)
    return gate.values
      .filter((value) => leaves.some((leaf) => leaf.kind === 'exact' && admits(leaf, value)))
      .map((value) => `denied_value: ${gate.claim} ${value}: refused whatever a policy says`)
  })

const replayWarnings = ({ replay }: PolicyDraft, preset: Preset | null): string[] => {
  const warnings: string[] = []
  if ((replay ?? preset?.replay) === 'reusable') {
    warnings.push('reusable_token: a stolen token can be exchanged again until it expires')
  }
  if (preset?.fixedAudience !== undefined) {
    const always = `every token of this issuer names the audience ${preset.fixedAudience}`
    warnings.push(`fixed_audience: ${always}, which is not this gateway`)
  }
  return warnings
}
