import { checkOutboundUrl, type OutboundUrlOptions, outboundUrlFaults } from './outbound-url.ts'
import { err, type Result } from './result.ts'

/** What is wrong with a URL, by fault, as a sentence for the one who registers it. */
export const issuerUrlFaults = {
  ...outboundUrlFaults,
  'own-origin': 'The gateway cannot be its own issuer.',
  'foreign-origin': 'The key set must live on the origin of the issuer or on a trusted one.',
} as const

/** Why a URL cannot be an issuer or a key set. */
export type IssuerUrlFault = keyof typeof issuerUrlFaults

/** Circumstances that change what is asked of an issuer's URL. */
export interface IssuerUrlOptions extends Pick<OutboundUrlOptions, 'loopback' | 'ownOrigin'> {
  /** The keys were registered with the issuer, so nothing is ever fetched from this URL. */
  readonly inlineKeys: boolean
}

// R7: the longest `iss` a token may carry.
const maxInlineLength = 1024

/**
 * Checks the URL of an issuer (R25), which is compared byte for byte ever after. `https://h`,
 * `https://h/`, `https://h/p` and `https://h/p/` are all legal, and four different issuers.
 */
export const checkIssuerUrl = (
  raw: string,
  { inlineKeys, ...options }: IssuerUrlOptions,
): Result<URL, IssuerUrlFault> =>
  checkOutboundUrl(
    raw,
    inlineKeys ? { ...options, anyHost: true, maxLength: maxInlineLength } : options,
  )

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
