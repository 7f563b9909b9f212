import { decodeJwt, decodeProtectedHeader } from 'jose'
import { isJsonObject, type Json, type JsonObject, member } from '../core/json.ts'
import { feedSeconds } from '../core/revocation.ts'
import { ageSeconds } from './gateway/key-set.ts'
import { keepPublished } from './gateway/published.ts'
import type { Source, Surroundings } from './gateway/published-load.ts'
import { isAhead } from './gateway/published-state.ts'
import { reachMs } from './gateway/reach.ts'
import type { FeedOptions } from './options.ts'
import type { Lifetime } from './presented.ts'
import type { EssentialClaims } from './principal-of.ts'
import { Refused } from './refused.ts'
import { type Prove, readHeader } from './signed.ts'

/** Which living tokens of one API are dead; times in epoch seconds. */
interface Feed {
  readonly accounts: JsonObject
  readonly policies: JsonObject
  readonly tokens: ReadonlySet<Json>
  readonly keys: ReadonlySet<Json>
  readonly issuedAt: number
  readonly expiresAt: number
}

const marks = (value: Json | undefined): JsonObject => (isJsonObject(value) ? value : {})
const names = (value: Json | undefined): ReadonlySet<Json> =>
  new Set(Array.isArray(value) ? value : [])

const readFeed =
  ({ issuer, audience, now }: Surroundings, prove: Prove): Source<Feed>['read'] =>
  async (text, lifetime) => {
    // Larger than any token may be, and the gateway's own: jose reads it, and its signature comes first.
    const header = decodeProtectedHeader(text) as JsonObject
    await prove(readHeader(text, header, 'revocations+jwt'), lifetime)
    const claims = decodeJwt(text) as JsonObject
    const issuedAt = member(claims, 'iat')
    const expiresAt = member(claims, 'exp')
    if (member(claims, 'iss') !== issuer || member(claims, 'aud') !== audience) return undefined
    if (typeof issuedAt !== 'number' || typeof expiresAt !== 'number') return undefined
    // From the future: nothing that is true would follow it.
    if (isAhead(issuedAt * 1000, now())) return undefined
    return {
      accounts: marks(member(claims, 'accounts')),
      policies: marks(member(claims, 'policies')),
      tokens: names(member(claims, 'tokens')),
      keys: names(member(claims, 'keys')),
      issuedAt,
      expiresAt: Math.min(expiresAt, issuedAt + feedSeconds),
    }
  }

const later = (one: JsonObject, other: JsonObject): JsonObject => {
  const both = Object.entries(one).map(([name, before]): [string, Json] => {
    const known = member(other, name)
    return [name, typeof known === 'number' && Number(before) < known ? known : before]
  })
  return { ...other, ...Object.fromEntries(both) }
}

const union = (one: Feed, other: Feed): Feed => ({
  ...one,
  accounts: later(one.accounts, other.accounts),
  policies: later(one.policies, other.policies),
  tokens: new Set([...one.tokens, ...other.tokens]),
  keys: new Set([...one.keys, ...other.keys]),
})

// An earlier feed, whoever kept it, must not bring a dead token back to life. Within one minute nobody
// can tell which is earlier. What came from a clock that ran ahead is followed by anything.
const followAt =
  (now: () => number) =>
  (next: Feed, known: Feed): Feed | undefined => {
    if (next.issuedAt > known.issuedAt || isAhead(known.issuedAt * 1000, now())) return next
    return next.issuedAt === known.issuedAt ? union(next, known) : undefined
  }

const isSince = (known: JsonObject, name: string, issuedAt: number): boolean => {
  const before = member(known, name)
  return typeof before === 'number' && issuedAt <= before
}

/** A verified token that may have been revoked. */
export interface Suspect {
  readonly kid: string
  readonly claims: JsonObject
  readonly essential: EssentialClaims
}

const isDead = (feed: Feed, { kid, claims, essential }: Suspect): boolean => {
  const { sub, jti, iat } = essential
  const policy = member(claims, 'policy')
  return (
    feed.tokens.has(jti) ||
    feed.keys.has(kid) ||
    isSince(feed.accounts, sub, iat) ||
    (typeof policy === 'string' && isSince(feed.policies, policy.split('@')[0] ?? '', iat))
  )
}

/** Refuses tokens that were revoked. */
export type CheckRevocation = (suspect: Suspect, lifetime: Lifetime | undefined) => Promise<void>

const defaultPollSeconds = 30

/** Makes what refuses revoked tokens by the gateway's feed, polled by the requests that need it. */
export const feedCheck = (
  { feed: fault, pollSeconds = defaultPollSeconds }: FeedOptions,
  surroundings: Surroundings,
  prove: Prove,
): CheckRevocation => {
  const { issuer, audience, now } = surroundings
  const pollMs = pollSeconds * 1000
  const cooldownMs = pollMs * 0.8
  const published = keepPublished<Feed>(
    {
      name: 'revocations',
      url: `${issuer}/oauth/revocations?audience=${encodeURIComponent(audience)}`,
      maxBytes: 1_048_576,
      read: readFeed(surroundings, prove),
      // Asked for after one interval while nobody waits, waited for after two: 60 s at most, which is
      // how soon a revocation has to be obeyed. Less what a cache on the way has used up.
      freshMs: (headers) => Math.max(2 * pollMs - ageSeconds(headers) * 1000, cooldownMs),
      mostFreshMs: 2 * pollMs,
      refreshShare: 0.5,
      cooldownMs,
      deadlineMs: reachMs + 500,
      graceMs: 0,
      staleMs: 86_400_000,
      isNeeded: fault === 'fail-closed',
      follow: followAt(now),
    },
    surroundings,
  )
  const lives = ({ expiresAt }: Feed): boolean => now() < expiresAt * 1000
  const isEnough = fault === 'fail-closed' ? lives : () => true
  return async (suspect, lifetime) => {
    const { value, serves } = await published.now(isEnough, lifetime)
    // An old mark is as true as it was: dead tokens do not come back.
    if (value !== null && isDead(value, suspect)) throw new Refused('revoked')
    if (fault === 'fail-closed' && (value === null || !serves || !lives(value))) {
      throw new Refused('revocations_unavailable', { retryAfterSeconds: pollSeconds })
    }
  }
}
