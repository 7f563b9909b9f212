import { err, ok, type Result } from './result.ts'

/** What is wrong with a URL, by fault, as a sentence for the one who registers it. */
export const outboundUrlFaults = {
  'too-long': 'The URL is too long.',
  malformed: 'This is not a URL.',
  'not-https': 'The URL must begin with https://.',
  'user-info': 'The URL must not carry a user name or password.',
  'query-or-fragment': 'The URL must have no query and no fragment.',
  port: 'The URL must not name a port; 443 is used.',
  'ip-literal': 'The host must be a name, not an IP address in any notation.',
  host: 'The host must be a full domain name in lower-case ASCII, without a trailing dot.',
  'special-use-name': 'The host is a special-use name that no public host has.',
  path: 'The path must have no empty or dot segment and only plain characters.',
  'not-canonical': 'The URL must be spelled in its canonical form.',
  'own-origin': "The URL must not lie on the gateway's own origin.",
} as const

/** Why nothing may be sent to a URL. */
export type OutboundUrlFault = keyof typeof outboundUrlFaults

/** Circumstances that change what is asked of a URL. */
export interface OutboundUrlOptions {
  /** Nothing is ever sent there, so that any host will do. */
  readonly anyHost?: boolean
  readonly maxLength?: number
  /** Development entry only: `http://127.0.0.1:<port>` and `http://localhost:<port>` pass as well. */
  readonly loopback: boolean
  /** The gateway's `ISSUER_URL`; nothing on its origin passes (R18). */
  readonly ownOrigin?: string
}

const secure = 'https://'
const loopbackBases = ['http://127.0.0.1:', 'http://localhost:']
// RFC 6761, 6762, 7686, 8375 and 9476, and names that are private by use: none is ever public.
// `test` and `example` are not among them: they resolve nowhere, and documents are full of them.
const specialNames = [
  ...['localhost', 'local', 'invalid', 'onion', 'home.arpa', 'alt'],
  ...['internal', 'localdomain', 'lan', 'corp', 'home', 'intranet', 'private'],
]

const defaultMaxLength = 255

const hostCharacters = /^[a-z0-9.-]+$/
// RFC 3986 path characters without percent-encoding, which would give one path several spellings.
const pathCharacters = /^[A-Za-z0-9._~!$&'()*+,;=:@/-]*$/

const isLabel = (label: string): boolean =>
  label.length > 0 && label.length <= 63 && !label.startsWith('-') && !label.endsWith('-')

// A URL parser reads any host whose last label begins with a digit as an IPv4 number, or fails.
const beginsWithDigit = (label: string): boolean => label >= '0' && label < ':'

const hostFault = (host: string): OutboundUrlFault | null => {
  if (host.startsWith('[')) return 'ip-literal'
  if (host.includes(':')) return 'port'
  const labels = host.split('.')
  if (!hostCharacters.test(host) || !labels.every(isLabel)) return 'host'
  if (beginsWithDigit(labels.at(-1) ?? '')) return 'ip-literal'
  const special = specialNames.some((name) => host === name || host.endsWith(`.${name}`))
  if (special) return 'special-use-name'
  return labels.length < 2 ? 'host' : null
}

const pathFault = (path: string): OutboundUrlFault | null => {
  const segments = path.split('/')
  if (!pathCharacters.test(path) || path.includes('//')) return 'path'
  return segments.some((segment) => segment === '.' || segment === '..') ? 'path' : null
}

/** Judges the raw text: `127.1`, `0x7f000001`, full-width dots and `/..` are gone once parsed. */
const textFault = (raw: string, options: OutboundUrlOptions): OutboundUrlFault | null => {
  if (raw.length > (options.maxLength ?? defaultMaxLength)) return 'too-long'
  const isLoopback = options.loopback && loopbackBases.some((base) => raw.startsWith(base))
  if (!isLoopback && !raw.startsWith(secure)) return 'not-https'
  if (raw.includes('?') || raw.includes('#')) return 'query-or-fragment'
  const start = raw.indexOf('//') + 2
  const slash = raw.indexOf('/', start)
  const end = slash === -1 ? raw.length : slash
  const host = raw.slice(start, end)
  if (host.includes('@')) return 'user-info'
  const anyHost = isLoopback || options.anyHost
  return (anyHost ? null : hostFault(host)) ?? pathFault(raw.slice(end))
}

/**
 * Checks a URL that the gateway will send requests to (R25): https on port 443, a public host name,
 * and exactly one spelling.
 */
export const checkOutboundUrl = (
  raw: string,
  options: OutboundUrlOptions,
): Result<URL, OutboundUrlFault> => {
  const fault = textFault(raw, options)
  if (fault !== null) return err(fault)
  if (!URL.canParse(raw)) return err('malformed')
  const url = new URL(raw)
  const bare = url.pathname === '/' && raw === url.origin
  if (!bare && raw !== url.origin + url.pathname) return err('not-canonical')
  return url.origin === options.ownOrigin ? err('own-origin') : ok(url)
}
