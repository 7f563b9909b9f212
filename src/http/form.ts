import type { RequestFault } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'

/** Longest request body of the token endpoint, in bytes (R24). */
export const maxFormBytes = 32_768
const maxParameters = 64

const authenticating = [
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
] as const

/** Parameters that the token endpoint knows. */
export const tokenParameters = [
  'grant_type',
  ...authenticating,
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'assertion',
  'scope',
  'resource',
  'audience',
] as const

/** Parameters that introspection and revocation know. */
export const tokenFateParameters = ['token', 'token_type_hint', ...authenticating] as const

/** Parameters that pairing knows. */
export const pairingParameters = ['pairing_code', 'subject_token'] as const

/** Parameters that must never stand in a query: they would end up in logs (AC-182, AC-246). */
const oauthParameters = [
  ...new Set<string>([
    ...tokenParameters,
    ...tokenFateParameters,
    ...pairingParameters,
    'actor_token',
    'actor_token_type',
  ]),
]

/** Whether the content type is `application/x-www-form-urlencoded`, in UTF-8 if it says so. */
export const isForm = (contentType: string | undefined): boolean => {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';')
  return (
    type.trim() === 'application/x-www-form-urlencoded' &&
    parameters.every((parameter) => {
      const [name = '', value = ''] = parameter.split('=').map((part) => part.trim())
      return name !== 'charset' || value === 'utf-8' || value === '"utf-8"'
    })
  )
}

/** Whether a URL's query carries an OAuth parameter. */
export const queryHasParameters = (url: string): boolean => {
  const start = url.indexOf('?')
  if (start < 0) return false
  const query = new URLSearchParams(url.slice(start + 1))
  return oauthParameters.some((name) => query.has(name))
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Parses a form body into a map. Empty values are absent; a repeated parameter is refused
 * (RFC 6749 §3.2), as are more than 64 of them.
 */
export const parseForm = (body: Uint8Array): Result<ReadonlyMap<string, string>, RequestFault> => {
  let text: string
  try {
    text = utf8.decode(body)
    // The form parser turns what is no UTF-8 into one character for all; two inputs become one.
    if (text.includes('%')) decodeURIComponent(text)
  } catch {
    return err('malformed_form')
  }
  const seen = new Set<string>()
  const parameters = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(`&${text}`)) {
    if (seen.has(name)) return err('repeated_parameter')
    if (seen.size >= maxParameters) return err('too_many_parameters')
    seen.add(name)
    if (value !== '') parameters.set(name, value)
  }
  return ok(parameters)
}
