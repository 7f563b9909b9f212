import { isJsonObject, type Json, type JsonObject, member } from './json.ts'

/**
 * Finds a claim by its exact top-level name, or by JSON Pointer (RFC 6901) when the name starts with
 * `/`. Own members only; a pointer walks through objects and never into an array. A name with dots
 * is one name: `kubernetes.io` never reads `io` of `kubernetes`.
 */
export const claimValue = (claims: JsonObject, name: string): Json | undefined => {
  if (!name.startsWith('/')) return member(claims, name)
  let value: Json | undefined = claims
  for (const token of name.slice(1).split('/')) {
    const key = unescapePointerToken(token)
    if (key === undefined || !isJsonObject(value)) return undefined
    value = member(value, key)
  }
  return value
}

/**
 * Gives a claim its one name: a pointer to a top-level claim becomes that claim's plain name, so
 * that `/iss` does not pass for something other than `iss`.
 */
export const canonicalClaimName = (name: string): string => {
  if (!name.startsWith('/') || name.indexOf('/', 1) !== -1) return name
  const key = unescapePointerToken(name.slice(1))
  return key === undefined || key.startsWith('/') ? name : key
}

/** A pointer's reference token in plain text; undefined when a `~` escapes nothing. */
const unescapePointerToken = (token: string): string | undefined => {
  if (!token.includes('~')) return token
  const [start = '', ...parts] = token.split('~')
  let plain = start
  for (const part of parts) {
    if (part.startsWith('0')) plain += `~${part.slice(1)}`
    else if (part.startsWith('1')) plain += `/${part.slice(1)}`
    else return undefined
  }
  return plain
}
