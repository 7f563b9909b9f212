import { err, ok, type Result } from './result.ts'

/** What is wrong with a URL, by fault, as a sentence for the one who registers it. */
export const issuerUrlFaults = {
  'too-long': 'The URL is too long.',
  malformed: 'This is not a URL.',
  'not-https': 'The URL must begin with https://.',
  'user-info': 'The URL must not carry a user name or password.',
  'query-or-fragment': 'The URL must have no query and no fragment.',
  port: 'The URL must not name a port; 443 is used.',
  'ip-literal': 'The host must be a name, not an IP address in any notation.',
  host: 'The host must be a full domain name in lower-case ASCII, without a trailing dot.',
  'special-use-name': 'The host is a special-use name that no public issuer has.',
  path: 'The path must have no empty or dot segment and only plain characters.',
  'not-canonical': 'The URL must be spelled in its canonical form.',
  'own-origin': 'The gateway cannot be its own issuer.',
  'foreign-origin': 'The key set must live on the origin of the issuer or on a trusted one.',
} as const

/** Why a URL cannot be an issuer or a key set. */
export type IssuerUrlFault = keyof typeof issuerUrlFaults

/** Circumstances that change what is asked of an issuer's URL. */
export interface IssuerUrlOptions {
  /** The keys were registered with the issuer, so nothing is ever fetched from this URL. */
  readonly inlineKeys: boolean
  /** Development entry only: `http://127.0.0.1:<port>` and `http://localhost:<port>` pass as well. */
  readonly loopback: boolean
  /** The gateway's `ISSUER_URL`; nothing on its origin passes (R18). */
  readonly ownOrigin?: string
}

const secure = 'https://'
const loopbackBases = ['http://127.0.0.1:', 'http://localhost:']
const specialNames = ['localhost', 'local', 'internal', 'home.arpa', 'onion', 'invalid']

const maxFetchedLength = 255
// R7: the longest `iss` a token may carry.
const maxInlineLength = 1024

const hostCharacters = /^[a-z0-9.-]+$/
// RFC 3986 path characters without percent-encoding, which would give one path several spellings.
const pathCharacters = /^[A-Za-z0-9._~!$&'()*+,;=:@/-]*$/

const isLabel = (label: string): boolean =>
  label.length > 0 && label.length <= 63 && !label.startsWith('-') && !label.endsWith('-')

// A URL parser reads any host whose last label begins with a digit as an IPv4 number, or fails.
const beginsWithDigit = (label: string): boolean => label >= '0' && label < ':'

const hostFault = (host: string): IssuerUrlFault | null => {
  if (host.startsWith('[')) return 'ip-literal'
  if (host.includes(':')) return 'port'
  const labels = host.split('.')
  if (!hostCharacters.test(host) || !labels.every(isLabel)) return 'host'
  if (beginsWithDigit(labels.at(-1) ?? '')) return 'ip-literal'
  const special = specialNames.some((name) => host === name || host.endsWith(`.${name}`))
  if (special) return 'special-use-name'
  return labels.length < 2 ? 'host' : null
}

const pathFault = (path: string): IssuerUrlFault | null => {
  const segments = path.split('/')
  if (!pathCharacters.test(path) || path.includes('//')) return 'path'
  return segments.some((segment) => segment === '.' || segment === '..') ? 'path' : null
}

/** Judges the raw text: `127.1`, `0x7f000001`, full-width dots and `/..` are gone once parsed. */
const textFault = (raw: string, options: IssuerUrlOptions): IssuerUrlFault | null => {
  if (raw.length > (options.inlineKeys ? maxInlineLength : maxFetchedLength)) return 'too-long'
  const isLoopback = options.loopback && loopbackBases.some((base) => raw.startsWith(base))
  if (!isLoopback && !raw.startsWith(secure)) return 'not-https'
  if (raw.includes('?') || raw.includes('#')) return 'query-or-fragment'
  const start = raw.indexOf('//') + 2
  const slash = raw.indexOf('/', start)
  const end = slash === -1 ? raw.length : slash
  const host = raw.slice(start, end)
  if (host.includes('@')) return 'user-info'
  const anyHost = isLoopback || options.inlineKeys
  return (anyHost ? null : hostFault(host)) ?? pathFault(raw.slice(end))
}

/**
 * Checks the URL of an issuer (R25), which is compared byte for byte ever after: https on port 443,
 * a public host name, and exactly one spelling. `https://h`, `https://h/`, `https://h/p` and
 * `https://h/p/` are all legal, and four different issuers.
 */
export const checkIssuerUrl = (
  raw: string,
  options: IssuerUrlOptions,
): Result<URL, IssuerUrlFault> => {
  const fault = textFault(raw, options)
  if (fault !== null) return err(fault)
  if (!URL.canParse(raw)) return err('malformed')
  const url = new URL(raw)
  const bare = url.pathname === '/' && raw === url.origin
  if (!bare && raw !== url.origin + url.pathname) return err('not-canonical')
  return url.origin === options.ownOrigin ? err('own-origin') : ok(url)
}

/** Where a key set may live: on the issuer's own origin, or on one that somebody vouched for. */
export interface KeySetUrlOptions {
  readonly issuer: string
  /** The preset's `keySetOrigins` and the operator's `TRUSTED_JWKS_ORIGINS`. */
  readonly allowedOrigins: readonly string[]
  readonly loopback: boolean
}

/** Checks the URL of a key set: the rules of an issuer's URL, and its origin (R25). */
export const checkKeySetUrl = (
  raw: string,
  { issuer, allowedOrigins, loopback }: KeySetUrlOptions,
): Result<URL, IssuerUrlFault> => {
  const checked = checkIssuerUrl(raw, { inlineKeys: false, loopback })
  if (!checked.ok) return checked
  const home = URL.canParse(issuer) ? new URL(issuer).origin : null
  const { origin } = checked.value
  return origin === home || allowedOrigins.includes(origin) ? checked : err('foreign-origin')
}

/** The discovery document of an issuer (OpenID Connect Discovery 1.0, section 4). */
export const discoveryUrl = (issuer: string): string =>
  `${issuer.endsWith('/') ? issuer.slice(0, -1) : issuer}/.well-known/openid-configuration`
