import { err, ok, type Result } from './result.ts'

/** Most scope tokens in one request. */
export const maxScopeTokens = 64

/** Most characters of a scope parameter. */
export const maxScopeLength = 2048

/** Most characters of a permission name. */
export const maxPermissionLength = 128

/**
 * Reads a scope parameter (RFC 6749 §3.3): tokens parted by single spaces, duplicates collapsed, at
 * most 64 tokens and 2048 characters.
 */
export const parseScope = (text: string): Result<string[], 'malformed'> => {
  if (text.length > maxScopeLength) return err('malformed')
  const tokens = text.split(' ')
  if (tokens.length > maxScopeTokens || !tokens.every(isScopeToken)) return err('malformed')
  return ok([...new Set(tokens)])
}

/** Tells whether a text can name a permission: `[a-z0-9][a-z0-9._:/-]{0,127}`. */
export const isPermissionName = (text: string): boolean =>
  text.length <= maxPermissionLength && permissionName.test(text)

// One class after one class and nothing to backtrack into: linear.
const permissionName = /^[a-z0-9][a-z0-9._:/-]*$/

/** Tells whether a text is one scope token: `%x21 / %x23-5B / %x5D-7E`: visible ASCII without quote and backslash. */
export const isScopeToken = (token: string): boolean => {
  if (token === '') return false
  for (let at = 0; at < token.length; at += 1) {
    const code = token.charCodeAt(at)
    if (code < 0x21 || code > 0x7e || code === 0x22 || code === 0x5c) return false
  }
  return true
}
