import type { Issuer } from '../core/account-config.ts'
import { type KeySet, readKeySet } from './usable-keys.ts'

const freshSeconds = 300
/** How long old keys serve while refreshing fails, in seconds (R26). */
export const staleSeconds = 3600
/** Between two attempts, whether the first succeeded or not, in seconds (R26). */
export const cooldownSeconds = 30
// A loader that was cut off with its request must not block the issuer for ever.
const loaderLifeMs = 4000
const maxEntries = 500

/** What an isolate knows of one issuer object's keys: data only, never a pending promise. */
export interface Entry {
  keySet: KeySet | null
  fetchedAt: number
  freshFor: number
  attemptedAt: number
  attemptFailed: boolean
  /** Real milliseconds since which somebody is fetching; 0: nobody is. */
  loadingSince: number
}

const entries = new Map<string, Entry>()

/** Names an issuer object: siblings with one URL never share keys. */
export const keyOf = (issuer: Issuer): string => `${issuer.id}:${issuer.version}`

// ±10 %: isolates that started together must not refresh together.
const jittered = (): number => freshSeconds * (0.9 + Math.random() * 0.2)

/** What is known under a name; an empty entry at first. */
export const entryOf = (key: string): Entry => {
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

/** Replaces the keys whole: there is no union of old and new. */
export const accept = (entry: Entry, keySet: KeySet, fetchedAt: number): void => {
  entry.keySet = keySet
  entry.fetchedAt = fetchedAt
  entry.freshFor = jittered()
}

/** Whether somebody is fetching right now. */
export const isLoading = (entry: Entry): boolean =>
  entry.loadingSince !== 0 && Date.now() - entry.loadingSince < loaderLifeMs

/** Whether the set names the key that a token asks for. */
export const lists = (entry: Entry, kid: string | undefined): boolean =>
  entry.keySet !== null && (kid === undefined || entry.keySet.listedKids.has(kid))

/** Whether the network may and must be asked. */
export const needsRefresh = (entry: Entry, kid: string | undefined, now: number): boolean => {
  const fresh = now - entry.fetchedAt < entry.freshFor
  return !(fresh && lists(entry, kid)) && now - entry.attemptedAt >= cooldownSeconds
}

// Inline sets are parsed once per configuration that was read.
const inlineSets = new WeakMap<object, KeySet>()

/** The key set of an issuer whose keys are given inline. */
export const inlineSet = (document: object): KeySet => {
  const known = inlineSets.get(document)
  if (known) return known
  const keySet = readKeySet(document) ?? { keys: [], listedKids: new Set<string>(), exposed: false }
  inlineSets.set(document, keySet)
  return keySet
}
