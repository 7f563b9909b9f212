import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { err, ok, type Result } from './result.ts'

/** How deep and how large a JSON document may be. */
export interface JsonLimits {
  /** Objects and arrays inside one another; the outermost object counts as 1. */
  readonly maxDepth: number
  /** Object members at all depths together. */
  readonly maxMembers: number
}

/** Why a document was refused. */
export type JsonFault =
  | 'encoding'
  | 'syntax'
  | 'not_an_object'
  | 'duplicate_member'
  | 'too_deep'
  | 'too_many_members'
  | 'number_range'

/** The limits of a token's header and claim set. */
export const tokenJsonLimits: JsonLimits = { maxDepth: 16, maxMembers: 512 }

const byteOrderMark = 0xfeff
const quote = 0x22
const colon = 0x3a
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Reads a JSON object that no two parsers can read differently. Strict UTF-8 without byte-order
 * mark, no duplicate member names at any depth, finite numbers, bounded depth and size (RFC 8259,
 * RFC 7493).
 */
export const parseStrictJson = (
  bytes: Uint8Array,
  limits: JsonLimits,
): Result<JsonObject, JsonFault> => {
  const text = decodeUtf8(bytes)
  return text === undefined ? err('encoding') : parseStrictJsonText(text, limits)
}

/** Reads a JSON object from text that is already decoded, as strictly as `parseStrictJson`. */
export const parseStrictJsonText = (
  text: string,
  limits: JsonLimits,
): Result<JsonObject, JsonFault> => {
  if (text.charCodeAt(0) === byteOrderMark) return err('encoding')
  // Before JSON.parse, so that neither it nor the walk below ever sees hostile depth.
  const written = countMembers(text, limits)
  if (!written.ok) return written
  const parsed = parseNative(text)
  if (!parsed.ok) return parsed
  if (!isJsonObject(parsed.value)) return err('not_an_object')
  const kept = countKept(parsed.value)
  if (Number.isNaN(kept)) return err('number_range')
  // JSON.parse keeps the last of two equal names, however they are escaped, and drops all that was
  // below the first. So a document whose names are unique is one that loses no member.
  return kept === written.value ? ok(parsed.value) : err('duplicate_member')
}

const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const parseNative = (text: string): Result<Json, 'syntax'> => {
  try {
    return ok(JSON.parse(text))
  } catch {
    return err('syntax')
  }
}

/** Members as written: one colon each, outside strings. Exact wherever JSON.parse agrees. */
const countMembers = (text: string, limits: JsonLimits): Result<number, JsonFault> => {
  let depth = 0
  let members = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfString(text, at)
    } else if (code === colon) {
      members += 1
      if (members > limits.maxMembers) return err('too_many_members')
    } else if (code === openBrace || code === openBracket) {
      depth += 1
      if (depth > limits.maxDepth) return err('too_deep')
    } else if (code === closeBrace || code === closeBracket) {
      depth -= 1
    }
  }
  return ok(members)
}

// Native search from quote to quote: half the time of looking at every character.
const endOfString = (text: string, start: number): number => {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end === -1 ? text.length : end
}

const isEscaped = (text: string, at: number): boolean => {
  let before = at - 1
  while (text.charCodeAt(before) === backslash) before -= 1
  return (at - before) % 2 === 0
}

/** Members that survived parsing, or NaN when a number is not finite. At most `maxDepth` deep. */
const countKept = (value: Json): number => {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : Number.NaN
  if (typeof value !== 'object' || value === null) return 0
  const children: readonly Json[] = isJsonObject(value) ? Object.values(value) : value
  let members = isJsonObject(value) ? children.length : 0
  for (const child of children) {
    if (typeof child !== 'string') members += countKept(child)
  }
  return members
}
