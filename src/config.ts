import * as z from 'zod'
import { err, ok, type Result } from './core/result.ts'
import { type SigningAlgorithm, signingAlgorithms } from './core/signing-key.ts'

/** A 256-bit key with the version under which stored values name it. */
export interface VersionedKey {
  readonly version: number
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Everything the deployment decides, parsed and frozen. */
export interface Config {
  /** Our `iss`: an origin without trailing slash. */
  readonly issuerUrl: string
  readonly libsqlUrl: string
  readonly libsqlAuthToken: string | undefined
  /** Newest last: the last one wraps, all of them unwrap. */
  readonly keyEncryptionKeys: readonly [VersionedKey, ...VersionedKey[]]
  /** Newest last: the last one hashes, all of them verify. */
  readonly secretPeppers: readonly [VersionedKey, ...VersionedKey[]]
  readonly maxSecretDays: number
  readonly maxNamedTokenDays: number
  /** After so many days a signing key is replaced. */
  readonly signingKeyDays: number
  /** How many days decisions are kept. */
  readonly decisionDays: number
  /** The address that notices are sent from; undefined: no e-mail. */
  readonly notifyFrom: string | undefined
  readonly signingAlgorithm: SigningAlgorithm
  readonly trustedJwksOrigins: readonly string[]
  /** Most tokens that a tenant is issued in a minute; undefined: no ceiling, and nothing is counted. */
  readonly exchangesPerMinute: number | undefined
  /** Most events that an account may leave in the trail in a minute: changes, and refused calls. */
  readonly changesPerMinute: number
}

const keyEntry = /^([1-9][0-9]{0,5}):([A-Za-z0-9_-]{43})$/

const decodeKey = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))

const versionedKeys = z.string().transform((text, context) => {
  const entries = text.split(',').map((entry) => keyEntry.exec(entry.trim()))
  const keys = entries.map((match) => ({
    version: Number(match?.[1]),
    bytes: decodeKey(match?.[2] ?? ''),
  }))
  const [first, ...rest] = keys
  const versions = new Set(keys.map(({ version }) => version))
  if (entries.includes(null) || first === undefined || versions.size < keys.length) {
    context.addIssue('expected <version>:<32 bytes base64url>[,…], each version once')
    return z.NEVER
  }
  return [first, ...rest] as const
})

const isOrigin = (text: string, protocol: string): boolean => {
  const url = URL.parse(text)
  return url !== null && url.protocol === protocol && url.origin === text
}

// In clear only to this machine: the token travels with every request.
const isDatabaseUrl = (text: string): boolean => {
  const url = URL.parse(text)
  if (url === null || url.hostname === '' || /\s/.test(text)) return false
  if (url.protocol === 'libsql:' || url.protocol === 'https:') return true
  return url.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
}

const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine((list) => list.every((origin) => isOrigin(origin, 'https:')))

const days = (fallback: number, least = 1) =>
  z.coerce.number().int().min(least).max(3650).default(fallback)

const variables = (loopback: boolean) =>
  z.object({
    ISSUER_URL: z
      .string()
      .refine((text) => isOrigin(text, 'https:') || (loopback && isOrigin(text, 'http:'))),
    LIBSQL_URL: z.string().refine(isDatabaseUrl),
    LIBSQL_AUTH_TOKEN: z.string().optional(),
    KEY_ENCRYPTION_KEY: versionedKeys,
    SECRET_PEPPER: versionedKeys,
    MAX_SECRET_DAYS: days(90),
    MAX_NAMED_TOKEN_DAYS: days(1095),
    SIGNING_KEY_DAYS: days(90),
    // A decision is also the memory of a spent token, which may live for a day.
    DECISION_DAYS: days(90, 2),
    NOTIFY_FROM: z.email().optional(),
    SIGNING_ALGORITHM: z.enum(signingAlgorithms).default('ES256'),
    TRUSTED_JWKS_ORIGINS: origins.default([]),
    EXCHANGES_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).optional(),
    CHANGES_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(600),
  })

/**
 * Parses the environment's variables into a Config.
 * On failure says the name of the first variable that is missing or malformed, never its value.
 */
export const parseConfig = (
  environment: unknown,
  { loopback }: { readonly loopback: boolean },
): Result<Config, string> => {
  const parsed = variables(loopback).safeParse(environment)
  if (!parsed.success) return err(String(parsed.error.issues[0]?.path[0] ?? 'environment'))
  const values = parsed.data
  return ok(
    Object.freeze({
      issuerUrl: values.ISSUER_URL,
      libsqlUrl: values.LIBSQL_URL,
      libsqlAuthToken: values.LIBSQL_AUTH_TOKEN || undefined,
      keyEncryptionKeys: values.KEY_ENCRYPTION_KEY,
      secretPeppers: values.SECRET_PEPPER,
      maxSecretDays: values.MAX_SECRET_DAYS,
      maxNamedTokenDays: values.MAX_NAMED_TOKEN_DAYS,
      signingKeyDays: values.SIGNING_KEY_DAYS,
      decisionDays: values.DECISION_DAYS,
      notifyFrom: values.NOTIFY_FROM,
      signingAlgorithm: values.SIGNING_ALGORITHM,
      trustedJwksOrigins: values.TRUSTED_JWKS_ORIGINS,
      exchangesPerMinute: values.EXCHANGES_PER_MINUTE,
      changesPerMinute: values.CHANGES_PER_MINUTE,
    }),
  )
}
