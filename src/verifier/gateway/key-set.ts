import { importJWK, type JWK } from 'jose'
import { isJsonObject, type Json, type JsonObject, member } from '../../core/json.ts'
import { isExposed, isForSignatures, isStrong } from '../../core/public-jwk.ts'
import type { Source } from './published-load.ts'
import { reachMs } from './reach.ts'

/** A public key of the gateway. Its own `alg` is the only one that it verifies. */
export interface VerifyingKey {
  readonly alg: string
  readonly key: CryptoKey
}

/** The keys of the gateway that can be used, and every id that it lists. */
export interface KeySet {
  readonly keys: ReadonlyMap<string, VerifyingKey>
  readonly listed: ReadonlySet<string>
}

/** The algorithms that a gateway signs with. */
export const algorithms: ReadonlySet<string> = new Set(['ES256', 'RS256', 'Ed25519'])

// Shorter ones can be factored (R2).
const leastModulusBits = 2048

const isUsable = (jwk: JsonObject): boolean =>
  !isExposed(jwk) && isForSignatures(jwk) && isStrong(jwk)

const importKey = async (jwk: JsonObject, alg: string): Promise<VerifyingKey | null> => {
  if (!algorithms.has(alg) || !isUsable(jwk)) return null
  try {
    // jose refuses key types and curves that do not fit the algorithm.
    const key = await importJWK(jwk as JWK, alg)
    if (key instanceof Uint8Array || key.type !== 'public') return null
    const { modulusLength } = key.algorithm as { readonly modulusLength?: number }
    return (modulusLength ?? leastModulusBits) < leastModulusBits ? null : { alg, key }
  } catch {
    return null
  }
}

const parse = (text: string): Json => {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/**
 * Reads a key-set document (RFC 7517). What cannot be used is skipped: one null entry must not spoil
 * the set. Undefined when nothing is left, for that is no answer of a gateway.
 */
export const readKeySet = async (document: unknown): Promise<KeySet | undefined> => {
  const entries = isJsonObject(document) ? member(document, 'keys') : undefined
  if (!Array.isArray(entries)) return undefined
  const listed = new Set<string>()
  const keys = new Map<string, VerifyingKey>()
  for (const jwk of entries.filter(isJsonObject)) {
    const kid = member(jwk, 'kid')
    const alg = member(jwk, 'alg')
    if (typeof kid !== 'string' || kid === '') continue
    const key = await importKey(jwk, typeof alg === 'string' ? alg : '')
    // Two keys of one name: nobody can tell which is meant.
    if (listed.has(kid)) keys.delete(kid)
    else if (key !== null) keys.set(kid, key)
    listed.add(kid)
  }
  return keys.size === 0 ? undefined : { keys, listed }
}

const defaultFreshSeconds = 300
const leastFreshSeconds = 30

const secondsIn = (text: string | null, pattern: RegExp): number | null => {
  const found = pattern.exec(text ?? '')?.[1]
  return found === undefined ? null : Number(found)
}

/** For how long an answer lay in a cache on the way (RFC 9111 §5.1). */
export const ageSeconds = (headers: Headers): number =>
  secondsIn(headers.get('age'), /^(\d{1,9})$/) ?? 0

// At most 300 s whatever the gateway says, so that a revoked key is gone everywhere in five minutes;
// less what a cache on the way has already used up.
const freshMs = (headers: Headers): number => {
  const maxAge = secondsIn(headers.get('cache-control'), /(?:^|[\s,])max-age=(\d{1,9})/i)
  const seconds = Math.min(maxAge ?? defaultFreshSeconds, defaultFreshSeconds) - ageSeconds(headers)
  return Math.max(seconds, leastFreshSeconds) * 1000
}

/** The key set of a gateway: good for five minutes, a day while it is out of reach. */
export const keySetOf = (issuer: string): Source<KeySet> => ({
  name: 'keys',
  url: `${issuer}/.well-known/jwks.json`,
  maxBytes: 65_536,
  read: (text) => readKeySet(parse(text)),
  freshMs,
  mostFreshMs: defaultFreshSeconds * 1000,
  refreshShare: 1,
  cooldownMs: 30_000,
  deadlineMs: reachMs + 500,
  graceMs: 30_000,
  staleMs: 86_400_000,
  isNeeded: true,
  follow: (next) => next,
})
