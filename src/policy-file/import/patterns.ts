import { maxAlternatives } from '../../core/matcher.ts'
import type { Matcher } from '../../core/trust-policy.ts'

interface Piece {
  readonly text: string
  readonly wild: boolean
}

const asMatcher = (pieces: readonly Piece[]): Matcher | null => {
  const wild = pieces.some((piece) => piece.wild)
  // In a glob a star cannot be written as itself.
  if (wild && pieces.some((piece) => !piece.wild && piece.text.includes('*'))) return null
  const text = pieces.map((piece) => piece.text).join('')
  // Two wildcards in a row would read as another one.
  if (pieces.some((piece, i) => piece.wild && pieces[i + 1]?.wild)) return null
  return wild ? { glob: text } : text
}

const oneOf = (matchers: readonly (Matcher | null)[]): Matcher | null => {
  const known = matchers.filter((matcher) => matcher !== null)
  if (known.length < matchers.length || known.length > maxAlternatives) return null
  const [only] = known
  if (only === undefined) return null
  return known.length === 1 ? only : { any_of: known }
}

// What a wildcard of ours stands for, as regular expressions write it.
const wildcards: readonly (readonly [string, string])[] = [
  ['[^/:]+', '*'],
  ['[^:/]+', '*'],
  ['[^:]+', '**'],
]

interface Read {
  readonly piece: Piece
  readonly length: number
}

const readPiece = (pattern: string, at: number): Read | null => {
  const wildcard = wildcards.find(([written]) => pattern.startsWith(written, at))
  if (wildcard) {
    return { piece: { text: wildcard[1], wild: true }, length: wildcard[0].length }
  }
  const char = pattern[at] ?? ''
  const next = pattern[at + 1] ?? ''
  if (char === '\\') {
    return /[^A-Za-z0-9]/.test(next) ? { piece: { text: next, wild: false }, length: 2 } : null
  }
  if ('.[]{}()|?*+^$'.includes(char) || '?*+{'.includes(next || ' ')) return null
  return { piece: { text: char, wild: false }, length: 1 }
}

const readSequence = (pattern: string): readonly Piece[] | null => {
  const pieces: Piece[] = []
  for (let at = 0; at < pattern.length; ) {
    const read = readPiece(pattern, at)
    if (read === null) return null
    pieces.push(read.piece)
    at += read.length
  }
  return pieces
}

/** The text parted at its groups; a group may be neither nested nor repeated. */
const readGroups = (pattern: string): readonly (readonly string[])[] | null => {
  const parts: string[][] = []
  let rest = pattern
  for (;;) {
    const group = /^((?:[^\\()]|\\.)*)\((?:\?:)?((?:[^\\()]|\\.)*)\)(?![?*+{])/.exec(rest)
    if (group === null) break
    parts.push([group[1] ?? ''], (group[2] ?? '').split('|'))
    rest = rest.slice(group[0].length)
  }
  return /(?:^|[^\\])[()|]/.test(rest) ? null : [...parts, [rest]]
}

/**
 * The matcher that accepts just what a regular expression for the whole value accepts, or null where
 * that is not certain. `.` is any character to it, and any number of them is more than a glob says.
 */
export const matcherOfRegex = (pattern: string): Matcher | null => {
  const bare = pattern.replace(/^\^/, '').replace(/(^|[^\\])\$$/, '$1')
  const groups = readGroups(bare)
  if (groups === null) return null
  let texts: (readonly Piece[])[] = [[]]
  for (const alternatives of groups) {
    const sequences = alternatives.map(readSequence)
    if (sequences.some((each) => each === null)) return null
    texts = texts.flatMap((text) => sequences.map((each) => [...text, ...(each ?? [])]))
    if (texts.length > maxAlternatives) return null
  }
  return oneOf(texts.map(asMatcher))
}

/** What a pattern with `*` for anything becomes. */
export interface Like {
  readonly matcher: Matcher
  /** True where the result accepts less than the pattern did. */
  readonly narrowed: boolean
}

// The forms of GitHub's own subject: what `repo:owner/name:*` was written for.
const contexts = (repository: string): Matcher => ({
  any_of: [
    { glob: `${repository}ref:refs/**` },
    { glob: `${repository}environment:**` },
    `${repository}pull_request`,
  ],
})

/**
 * The matcher for a pattern in which `*` is any number of any characters, which no glob is: ours
 * stops at `:` and is never empty. Never wider than the pattern; null where not even that is certain.
 */
export const matcherOfLike = (pattern: string, questionIsWild: boolean): Like | null => {
  if (questionIsWild && pattern.includes('?')) return null
  if (!pattern.includes('*')) return { matcher: pattern, narrowed: false }
  const repository = /^(repo:[^/:*]+\/[^/:*]+:)\*$/.exec(pattern)?.[1]
  if (repository !== undefined) return { matcher: contexts(repository), narrowed: true }
  return { matcher: { glob: pattern.replaceAll(/\*+/g, '**') }, narrowed: true }
}
