import { globMatches } from '../glob.ts'
import { nearestName } from '../nearest-name.ts'
import type { ClaimFact, Preset } from '../preset.ts'
import type { BoundClaim, Leaf } from './claims.ts'

const isOpen = (claim: string, { openPrefixes = [] }: Preset): boolean =>
  openPrefixes.some((prefix) => claim.startsWith(prefix))

const meant = (text: string, names: readonly string[]): string => {
  const nearest = nearestName(text, names)
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`
}

/** A misspelt claim is never there, so the policy would never match. */
export const unknownWarnings = (
  claims: readonly BoundClaim[],
  preset: Preset | null,
): readonly string[] => {
  if (preset === null) return []
  const names = preset.claims.map(({ name }) => name)
  return claims
    .filter(({ claim, fact }) => fact === undefined && !isOpen(claim, preset))
    .map(({ claim }) => {
      const known = 'is not known of tokens of this issuer'
      return `unknown_claim: ${claim} ${known}${meant(claim, names)}`
    })
}

// What every text that the leaf matches begins with.
const beginningOf = ({ kind, value }: Leaf): string =>
  kind === 'glob' ? (String(value).split('*')[0] ?? '') : String(value)

const prefixFault = (leaf: Leaf, { prefix, never }: ClaimFact): string | null => {
  const begins = beginningOf(leaf)
  if (never !== undefined && begins.startsWith(never)) {
    return `it never begins with ${never} in these tokens`
  }
  if (prefix === undefined || begins.startsWith(prefix)) return null
  const open = leaf.kind === 'glob' && prefix.startsWith(begins)
  return open ? null : `it begins with ${prefix} in these tokens`
}

const valueFault = ({ kind, value }: Leaf, { known }: ClaimFact): string | null => {
  const text = String(value)
  if (known === undefined) return null
  const found =
    kind === 'glob' ? known.some((each) => globMatches(text, each)) : known.includes(text)
  return found ? null : `no such value is known of these tokens${meant(text, known)}`
}

/** Values that tokens of the issuer never have, as far as is known: the policy would never match. */
export const neverMatches = ({ claim, fact, leaves }: BoundClaim): readonly string[] =>
  leaves.flatMap((leaf) => {
    if (fact === undefined || (leaf.kind !== 'exact' && leaf.kind !== 'glob')) return []
    const why = prefixFault(leaf, fact) ?? valueFault(leaf, fact)
    return why === null ? [] : [`never_matches: ${claim} ${String(leaf.value)}: ${why}`]
  })
