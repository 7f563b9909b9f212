import type { Issuer } from '../core/account-config.ts'
import type { KeySetCopies } from '../core/key-set-copies.ts'
import { Unavailable } from '../core/unavailable.ts'
import { pause } from '../patience.ts'
import { type FetchedKeys, fetchKeySet, type KeySource } from './key-fetch.ts'
import {
  accept,
  cooldownSeconds,
  type Entry,
  entryOf,
  inlineSet,
  isLoading,
  keyOf,
  lists,
  needsRefresh,
  staleSeconds,
} from './key-set-cache.ts'
import { type KeySet, readKeySet } from './usable-keys.ts'

const pollMs = 20

/** What fetching keys needs of its surroundings. */
export interface KeySetsEnvironment {
  readonly fetcher: typeof fetch
  /** Epoch seconds. */
  readonly now: number
  readonly copies: KeySetCopies
  readonly sourceOf: (issuer: Issuer) => KeySource
  /** Keeps work alive after the response. */
  readonly defer: (work: Promise<unknown>) => void
  readonly alert: (issuer: Issuer, detail: string) => void
  /** Milliseconds left of the request. */
  readonly remainingMs: () => number
}

/** Keys as of now, and whether the last attempt to refresh them failed. */
export interface KeysNow {
  readonly keySet: KeySet
  readonly refreshFailed: boolean
}

type Keeping = Pick<KeySetsEnvironment, 'now' | 'copies'>

const keepCopy = (issuer: Issuer, { document }: FetchedKeys, env: Keeping): Promise<void> =>
  env.copies.write(keyOf(issuer), { fetchedAt: env.now, document })

/** Takes keys fetched at an issuer's registration as its first cached set. */
export const rememberKeys = async (
  issuer: Issuer,
  fetched: FetchedKeys,
  environment: Keeping,
): Promise<void> => {
  accept(entryOf(keyOf(issuer)), fetched.keySet, environment.now)
  await keepCopy(issuer, fetched, environment)
}

const loadCopy = async (issuer: Issuer, entry: Entry, env: KeySetsEnvironment): Promise<void> => {
  const copy = await env.copies.read(keyOf(issuer))
  const keySet = copy && readKeySet(copy.document)
  if (copy && keySet && copy.fetchedAt <= env.now) accept(entry, keySet, copy.fetchedAt)
}

const load = async (issuer: Issuer, entry: Entry, env: KeySetsEnvironment): Promise<void> => {
  try {
    if (entry.keySet === null) await loadCopy(issuer, entry, env)
    if (env.now - entry.fetchedAt < entry.freshFor && entry.attemptedAt === -Infinity) {
      entry.attemptedAt = entry.fetchedAt
      return
    }
    entry.attemptedAt = env.now
    const fetched = await fetchKeySet(env.fetcher, env.sourceOf(issuer))
    entry.attemptFailed = !fetched.ok
    if (!fetched.ok) return env.alert(issuer, `${fetched.error.kind}: ${fetched.error.detail}`)
    accept(entry, fetched.value.keySet, env.now)
    const { keys, exposed } = fetched.value.keySet
    if (exposed) env.alert(issuer, 'a private key is published')
    else if (keys.length === 0) env.alert(issuer, 'no usable key')
    // Not awaited: a KV that does not answer must not hold up whoever waits for the keys.
    env.defer(keepCopy(issuer, fetched.value, env))
  } finally {
    entry.loadingSince = 0
  }
}

// Concurrent requests wait for the *result*: a promise belongs to the request that made it, and
// awaiting another's hangs workerd.
const refresh = async (issuer: Issuer, entry: Entry, env: KeySetsEnvironment): Promise<void> => {
  if (!isLoading(entry)) {
    entry.loadingSince = Date.now()
    const loading = load(issuer, entry, env)
    env.defer(loading)
    return loading
  }
  while (isLoading(entry) && env.remainingMs() > pollMs) await pause(pollMs)
}

/**
 * The keys of an issuer, for a token that names `kid`: from memory, its copy, or the network (R26).
 * At most one attempt per 30 s, whether it succeeded or not; old keys serve up to an hour while
 * refreshing fails; without usable keys Unavailable.
 */
export const keysOf = async (
  issuer: Issuer,
  kid: string | undefined,
  env: KeySetsEnvironment,
): Promise<KeysNow> => {
  if (issuer.jwks !== null) return { keySet: inlineSet(issuer.jwks), refreshFailed: false }
  const entry = entryOf(keyOf(issuer))
  // A known key serves while somebody refreshes; the second round is for a copy that lacked the key.
  for (let round = 0; round < 2; round++) {
    if (isLoading(entry) ? !lists(entry, kid) : needsRefresh(entry, kid, env.now)) {
      await refresh(issuer, entry, env)
    }
  }
  if (entry.keySet === null || env.now - entry.fetchedAt > staleSeconds) {
    throw new Unavailable('issuer_keys', 'the issuer keys are out of reach', cooldownSeconds)
  }
  return { keySet: entry.keySet, refreshFailed: entry.attemptFailed || isLoading(entry) }
}
