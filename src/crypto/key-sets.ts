import type { Issuer } from '../core/account-config.ts'
import { Unavailable } from '../core/unavailable.ts'
import { type FetchedKeys, fetchKeySet, type KeySource } from './key-fetch.ts'
import { type KeySet, readKeySet } from './usable-keys.ts'

const freshSeconds = 300
const staleSeconds = 3600
const cooldownSeconds = 30
const pollMs = 20
// A loader that was cut off with its request must not block the issuer for ever.
const loaderLifeMs = 4000
const maxEntries = 500

/** What an isolate knows of one issuer object's keys: data only, never a pending promise. */
interface Entry {
  keySet: KeySet | null
  fetchedAt: number
  freshFor: number
  attemptedAt: number
  attemptFailed: boolean
  /** Real milliseconds since which somebody is fetching; 0: nobody is. */
  loadingSince: number
}

/** A copy of key sets that outlives the isolate; authenticated, and never authoritative. */
export interface KeySetCopies {
  read(key: string): Promise<{ readonly fetchedAt: number; readonly document: unknown } | undefined>
  write(
    key: string,
    copy: { readonly fetchedAt: number; readonly document: unknown },
  ): Promise<void>
}

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

const entries = new Map<string, Entry>()

const keyOf = (issuer: Issuer): string => `${issuer.id}:${issuer.version}`

// ±10 %: isolates that started together must not refresh together.
const jittered = (): number => freshSeconds * (0.9 + Math.random() * 0.2)

const entryOf = (key: string): Entry => {
  const known = entries.get(key)
  if (known) return known
  const oldest = entries.keys().next()
  if (entries.size >= maxEntries && !oldest.done) entries.delete(oldest.value)
  const entry: Entry = {
    keySet: null,
    fetchedAt: -Infinity,
    freshFor: freshSeconds,
    attemptedAt: -Infinity,
    attemptFailed: false,
    loadingSince: 0,
  }
  entries.set(key, entry)
  return entry
}

const accept = (entry: Entry, keySet: KeySet, fetchedAt: number): void => {
  entry.keySet = keySet
  entry.fetchedAt = fetchedAt
  entry.freshFor = jittered()
}

/** Takes keys fetched at an issuer's registration as its first cached set. */
export const rememberKeys = async (
  issuer: Issuer,
  fetched: FetchedKeys,
  environment: Pick<KeySetsEnvironment, 'now' | 'copies'>,
): Promise<void> => {
  accept(entryOf(keyOf(issuer)), fetched.keySet, environment.now)
  await environment.copies.write(keyOf(issuer), {
    fetchedAt: environment.now,
    document: fetched.document,
  })
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
    if (fetched.value.keySet.keys.length === 0) env.alert(issuer, 'no usable key')
    await env.copies.write(keyOf(issuer), {
      fetchedAt: env.now,
      document: fetched.value.document,
    })
  } finally {
    entry.loadingSince = 0
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

const isLoading = (entry: Entry): boolean =>
  entry.loadingSince !== 0 && Date.now() - entry.loadingSince < loaderLifeMs

const lists = (entry: Entry, kid: string | undefined): boolean =>
  entry.keySet !== null && (kid === undefined || entry.keySet.listedKids.has(kid))

const needsRefresh = (entry: Entry, kid: string | undefined, now: number): boolean => {
  const fresh = now - entry.fetchedAt < entry.freshFor
  return !(fresh && lists(entry, kid)) && now - entry.attemptedAt >= cooldownSeconds
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

// Inline sets are parsed once per configuration that was read.
const inlineSets = new WeakMap<object, KeySet>()

const inlineSet = (document: object): KeySet => {
  const known = inlineSets.get(document)
  if (known) return known
  const keySet = readKeySet(document) ?? { keys: [], listedKids: new Set<string>() }
  inlineSets.set(document, keySet)
  return keySet
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
