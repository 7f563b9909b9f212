import type { Naming, Preset } from '../preset.ts'
import type { BoundClaim, Leaf, LintError } from './claims.ts'

/** Words before a name or id in a subject made of `label:value` parts, whatever the issuer. */
const namingLabels = [
  'repo',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'project_path',
  'project_id',
  'namespace_path',
  'namespace_id',
]

/**
 * Refuses wildcards that look-alike names could slip through (R13): in an id, in what names an
 * owner, group, project or repository, and where nothing else is left of the value.
 */
export const lintWildcards = (claims: readonly BoundClaim[]): LintError[] =>
  claims.flatMap((bound) =>
    bound.leaves
      .filter(({ kind }) => kind === 'glob')
      .flatMap((leaf) => globFault(bound, leaf) ?? []),
  )

/**
 * Refuses the subject form of a withdrawn preview (`repo:acme-501/app-1001:…`): a hyphen is legal in
 * names, so anyone may register the name that reads like somebody else's ids.
 */
export const lintSubject = (claims: readonly BoundClaim[], preset: Preset | null): LintError[] => {
  if (preset !== null && preset.family !== 'github') return []
  const leaves = claims.filter(({ claim }) => claim === 'sub').flatMap((bound) => bound.leaves)
  return leaves
    .filter(({ value }) => namesWithHyphenIds(String(value)))
    .map(({ pointer }) => ({
      slug: 'ambiguous-subject',
      pointer,
      detail:
        'The form owner-id/repository-id was withdrawn: such names can be registered by anyone. ' +
        'Bind repository_id and repository_owner_id instead.',
    }))
}

/** The part of a glob or exact value that lies after the names in it, split as they are. */
export const partsPastNames = (text: string, naming: Naming | undefined): readonly string[] => {
  if (naming === undefined) return [text]
  if (typeof naming === 'string') return []
  return text.split(naming.by).slice(naming.parts)
}

const globFault = ({ fact, claim }: BoundClaim, leaf: Leaf): LintError | null => {
  const pattern = String(leaf.value)
  const unsafe = (detail: string): LintError => ({
    slug: 'unsafe-wildcard',
    pointer: leaf.pointer,
    detail,
  })
  if (fact?.anchor === true || fact?.immutable === true) {
    return unsafe(`${claim} is an id: it is compared as a whole, never by pattern.`)
  }
  if (!hasLiteral(pattern)) {
    const detail = 'Nothing of this pattern is fixed, so it admits every value.'
    return { slug: 'policy-too-broad', pointer: leaf.pointer, detail }
  }
  if (!starsInNames(pattern, fact?.naming) && !starsAfterLabel(pattern)) return null
  return unsafe('No wildcard may stand in the name of an owner, group, project or repository.')
}

const hasLiteral = (pattern: string): boolean =>
  pattern.replaceAll('*', '').replaceAll('/', '').replaceAll(':', '') !== ''

const starsInNames = (pattern: string, naming: Naming | undefined): boolean => {
  if (naming === undefined) return false
  if (naming === 'all') return pattern.includes('*')
  if (naming === 'groups') {
    const [first = '', ...below] = pattern.split('/')
    return first.includes('*') || below.some((group) => group !== '*' && group.includes('*'))
  }
  return pattern
    .split(naming.by)
    .slice(0, naming.parts)
    .some((part) => part.includes('*'))
}

const starsAfterLabel = (pattern: string): boolean => {
  const parts = pattern.split(':')
  return parts.some((part, at) => part.includes('*') && namingLabels.includes(parts[at - 1] ?? ''))
}

const namesWithHyphenIds = (subject: string): boolean => {
  const [label, names = ''] = subject.split(':')
  const [owner = '', repository = ''] = names.split('/')
  return label === 'repo' && endsWithHyphenId(owner) && endsWithHyphenId(repository)
}

const endsWithHyphenId = (name: string): boolean => {
  const digits = name.slice(name.lastIndexOf('-') + 1)
  return name.includes('-') && digits !== '' && [...digits].every((c) => c >= '0' && c <= '9')
}
