import type { Preset } from '../preset.ts'
import type { BoundClaim, Leaf } from './claims.ts'

/** What is risky about a bound `sub`, whose shape issuers change and authors may rewrite. */
export const subjectWarnings = (claims: readonly BoundClaim[], preset: Preset | null): string[] => {
  const leaves = claims
    .filter(({ claim }) => claim === 'sub')
    .flatMap((bound) => bound.leaves)
    .filter(({ kind, negated }) => (kind === 'exact' || kind === 'glob') && !negated)
  const github = preset?.family === 'github' ? leaves.flatMap(githubWarnings) : []
  return leaves.some(isWide) ? [...github, wide] : github
}

const wide = 'wide_subject: sub: ** also fits names with any number of / in them'

const isWide = ({ kind, value }: Leaf): boolean => kind === 'glob' && String(value).includes('**')

/** What a part of GitHub's `sub` says when the part behind it names who. */
export const identityLabels = [
  'repo',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'enterprise',
  'enterprise_id',
]

const githubWarnings = ({ value }: Leaf): string[] => {
  const parts = String(value).split(':')
  const [label, names = '', context] = parts
  if (!parts.some((part) => identityLabels.includes(part))) {
    return ['foreign_subject: sub: it names no repository, so any organisation can issue the same']
  }
  const warnings: string[] = []
  if (label === 'repo' && !names.includes('@')) {
    warnings.push('legacy_subject: sub: names without ids change on a rename or transfer')
  }
  if (context === 'pull_request') {
    warnings.push('pull_request_subject: sub: pull requests run what their author wrote')
  }
  return warnings
}
