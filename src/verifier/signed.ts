import { compactVerify } from 'jose'
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

/** Checks a signature: the bytes that were signed, or throws `Refused`. */
export type Prove = (signed: Signed, lifetime: Lifetime | undefined) => Promise<Uint8Array>

const unavailable = (retryAfterSeconds: number): Refused =>
  new Refused('keys_unavailable', { retryAfterSeconds })

type FindKey = (kid: string, lifetime: Lifetime | undefined) => Promise<VerifyingKey>

const keyFinder = (published: Published<KeySet>, snapshot: VerifierOptions['keys']): FindKey => {
  const now = async (kid: string, lifetime: Lifetime | undefined) => {
    const there = await published.now(({ listed }) => listed.has(kid), lifetime)
    if (there.value !== null || snapshot === undefined) return there
    return { value: (await readKeySet(snapshot)) ?? null, refreshFailed: true }
  }
  return async (kid, lifetime) => {
    const { value, refreshFailed } = await now(kid, lifetime)
    if (value === null) throw unavailable(3)
    const key = value.keys.get(kid)
    if (key !== undefined) return key
    // A new key cannot be told from a forged one while the set cannot be refreshed: ask to retry.
    throw refreshFailed && !value.listed.has(kid) ? unavailable(30) : new Refused('unknown_key')
  }
}

/** Makes what checks signatures: with the keys published now, or the build's while there are none. */
export const prover = (published: Published<KeySet>, snapshot: VerifierOptions['keys']): Prove => {
  const find = keyFinder(published, snapshot)
  return async ({ text, kid, alg }, lifetime) => {
    const { alg: expected, key } = await find(kid, lifetime)
    // The key's own algorithm; the header only has to agree.
    if (alg !== expected) throw new Refused('wrong_algorithm')
    try {
      return (await compactVerify(text, key, { algorithms: [expected] })).payload
    } catch {
      throw new Refused('bad_signature')
    }
  }
}
