import type { JsonObject } from './json.ts'

/** What living tokens can be named by when they are revoked. */
export const revocationKinds = [
  'token',
  'account',
  'policy',
  'issuer',
  'repository',
  'sha',
  'run',
] as const
export type RevocationKind = (typeof revocationKinds)[number]

/** What a mark names. */
export type MarkKind = 'account' | 'policy' | 'token' | 'key'

/**
 * A mark says which tokens are dead: those of an account or by a policy that were issued at or before
 * a time, one token by its `jti`, all under a key. Times in epoch seconds.
 */
export interface Mark {
  readonly kind: MarkKind
  /** An opaque id of ours; nothing that anybody chose. */
  readonly value: string
  readonly before: number
}

// Verifiers may accept a token that much late.
const verifierSkewSeconds = 60

/** Clocks of isolates differ by seconds, and less than this; more, and `/readyz` says so. */
export const clockMarginSeconds = 60

/** How long after its expiry a token may still be good for somebody. Its marks last as long. */
export const lateSeconds = verifierSkewSeconds + clockMarginSeconds

/**
 * Most `jti`s of one account in the feed of one audience; beyond that the account is named. Counted
 * per account, so that nobody makes another's revocations coarse.
 */
export const maxTokenMarks = 500

// Answers made within one minute are the same, so that they can be cached and compared.
const bucketSeconds = 60
/** How long a feed is good. */
export const feedSeconds = 600

const since = (marks: readonly Mark[], kind: MarkKind): JsonObject =>
  Object.fromEntries(
    marks.filter((mark) => mark.kind === kind).map(({ value, before }) => [value, before]),
  )

const named = (marks: readonly Mark[], kind: MarkKind): readonly string[] =>
  marks.filter((mark) => mark.kind === kind).map(({ value }) => value)

/** The claims of the revocation feed of one audience (semantics, section 3). */
export const feedClaims = (
  marks: readonly Mark[],
  {
    issuer,
    audience,
    now,
  }: { readonly issuer: string; readonly audience: string; readonly now: number },
): JsonObject => {
  const issuedAt = Math.floor(now / bucketSeconds) * bucketSeconds
  return {
    iss: issuer,
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + feedSeconds,
    accounts: since(marks, 'account'),
    policies: since(marks, 'policy'),
    tokens: named(marks, 'token'),
    keys: named(marks, 'key'),
  }
}
