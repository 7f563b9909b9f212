import { err, ok, type Result } from './result.ts'

/** Most wildcards in one pattern. */
export const maxGlobWildcards = 8

/** Most characters (UTF-16 code units) in one pattern. */
export const maxGlobLength = 256

/**
 * One piece of a pattern. `star` (`*`) stands for one or more characters other than `/` and `:`,
 * `double_star` (`**`) for one or more other than `:`.
 */
export type GlobToken =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'star' }
  | { readonly kind: 'double_star' }

/** Why a text is not a pattern. */
export type GlobFault = 'three_stars' | 'too_many_wildcards' | 'too_long'

/** Reads a pattern into its pieces. Only `*` and `**` mean anything but themselves. */
export const parseGlob = (pattern: string): Result<GlobToken[], GlobFault> => {
  if (pattern.length > maxGlobLength) return err('too_long')
  const tokens: GlobToken[] = []
  let wildcards = 0
  let at = 0
  while (at < pattern.length) {
    const star = pattern.indexOf('*', at)
    const end = star === -1 ? pattern.length : star
    if (end > at) tokens.push({ kind: 'literal', text: pattern.slice(at, end) })
    at = end
    if (star === -1) break
    if (pattern.startsWith('***', at)) return err('three_stars')
    const double = pattern.startsWith('**', at)
    tokens.push({ kind: double ? 'double_star' : 'star' })
    wildcards += 1
    if (wildcards > maxGlobWildcards) return err('too_many_wildcards')
    at += double ? 2 : 1
  }
  return ok(tokens)
}

/**
 * Tells whether a pattern describes a whole value, by UTF-16 code unit. False for a text that is
 * not a pattern. All places a match could have got to are followed at once, so that the work is at
 * most pattern times value and stars cannot multiply (minimatch CVE-2026-26996).
 */
export const globMatches = (pattern: string, value: string): boolean => {
  const tokens = parseGlob(pattern)
  if (!tokens.ok) return false
  let places = new Uint8Array(value.length + 1)
  places[0] = 1
  for (const token of tokens.value) {
    places =
      token.kind === 'literal'
        ? afterLiteral(places, token.text, value)
        : afterWildcard(places, token.kind === 'star', value)
  }
  return places[value.length] === 1
}

const afterLiteral = (places: Uint8Array, text: string, value: string) => {
  const next = new Uint8Array(places.length)
  for (let at = 0; at + text.length <= value.length; at += 1) {
    if (places[at] === 1 && value.startsWith(text, at)) next[at + text.length] = 1
  }
  return next
}

const afterWildcard = (places: Uint8Array, stopsAtSlash: boolean, value: string) => {
  const next = new Uint8Array(places.length)
  let open = false
  for (let at = 0; at < value.length; at += 1) {
    const code = value.charCodeAt(at)
    const stops = code === 0x3a || (stopsAtSlash && code === 0x2f)
    open = !stops && (open || places[at] === 1)
    if (open) next[at + 1] = 1
  }
  return next
}
