import { base64url } from 'jose'
import { type JsonObject, member } from '../core/json.ts'
import { algorithms, type KeySet, readKeySet, type VerifyingKey } from './gateway/key-set.ts'
import type { Published } from './gateway/published.ts'
import type { VerifierOptions } from './options.ts'
import type { Lifetime } from './presented.ts'
import { Refused } from './refused.ts'

/** A compact JWS of which nothing has been proven yet, and how it says it was signed. */
export interface Signed {
  readonly text: string
  readonly kid: string
  readonly alg: string
}

/** Checks a protected header before a key is looked for: nothing dear is done for what is wrong. */
export const readHeader = (text: string, header: JsonObject, type: string): Signed => {
  const alg = member(header, 'alg')
  const kid = member(header, 'kid')
  const typ = member(header, 'typ')
  if (typeof alg !== 'string' || !algorithms.has(alg)) throw new Refused('wrong_algorithm')
  if (Object.hasOwn(header, 'crit') || Object.hasOwn(header, 'b64')) {
    throw new Refused('critical_header')
  }
  if (typeof typ !== 'string' || typ.toLowerCase().replace(/^application\//, '') !== type) {
    throw new Refused('wrong_type')
  }
  if (typeof kid !== 'string' || kid === '') throw new Refused('unknown_key')
  return { text, kid, alg }
}

/** Checks a signature; throws `Refused` where it is none. */
export type Prove = (signed: Signed, lifetime: Lifetime | undefined) => Promise<void>

const unavailable = (retryAfterSeconds: number): Refused =>
  new Refused('keys_unavailable', { retryAfterSeconds })

type FindKey = (kid: string, lifetime: Lifetime | undefined) => Promise<VerifyingKey>

type Clock = () => number

// As long as a build may be behind: a snapshot cannot know which keys were revoked since.
const snapshotMs = 7 * 86_400_000

const snapshotReader = (snapshot: VerifierOptions['keys'], now: Clock) => {
  let read: KeySet | null | undefined
  return async (): Promise<KeySet | null> => {
    if (snapshot === undefined) return null
    const age = now() - Date.parse(snapshot.asOf)
    if (age < 0 || age >= snapshotMs) return null
    read ??= (await readKeySet(snapshot)) ?? null
    return read
  }
}

const keyFinder = (
  published: Published<KeySet>,
  snapshot: VerifierOptions['keys'],
  now: Clock,
): FindKey => {
  const readSnapshot = snapshotReader(snapshot, now)
  return async (kid, lifetime) => {
    const there = await published.now(({ listed }) => listed.has(kid), lifetime)
    // Once any set was known the build's is history: it would revive keys that were dropped since.
    const value = there.value ?? (await readSnapshot())
    if (value === null || (there.value !== null && !there.serves)) throw unavailable(3)
    const key = value.keys.get(kid)
    if (key !== undefined) return key
    // A new key cannot be told from a forged one while the set cannot be refreshed: ask to retry.
    const mayBeNew = there.value === null || there.refreshFailed
    throw mayBeNew && !value.listed.has(kid) ? unavailable(30) : new Refused('unknown_key')
  }
}

// What WebCrypto is told beside the key, which jose has imported for one algorithm and no other.
const parameters: Readonly<Record<string, { readonly name: string; readonly hash?: string }>> = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  Ed25519: { name: 'Ed25519' },
}

const utf8 = new TextEncoder()

// Not by jose's compactVerify: it reads the header and the payload a second time, which costs a tenth
// of the signature. What it refuses beyond that is refused above, and where keys are read.
const isSigned = (text: string, { alg, key }: VerifyingKey): Promise<boolean> => {
  const end = text.lastIndexOf('.')
  const signature = base64url.decode(text.slice(end + 1))
  const algorithm = parameters[alg] ?? alg
  return crypto.subtle.verify(
    algorithm,
    key,
    signature as BufferSource,
    utf8.encode(text.slice(0, end)),
  )
}

/** Makes what checks signatures: with the keys published now, or the build's while there are none. */
export const prover = (
  published: Published<KeySet>,
  snapshot: VerifierOptions['keys'],
  now: Clock,
): Prove => {
  const find = keyFinder(published, snapshot, now)
  return async ({ text, kid, alg }, lifetime) => {
    const key = await find(kid, lifetime)
    // The key's own algorithm; the header only has to agree.
    if (alg !== key.alg) throw new Refused('wrong_algorithm')
    if (!(await isSigned(text, key).catch(() => false))) throw new Refused('bad_signature')
  }
}
