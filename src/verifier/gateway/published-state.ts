import type { Copy } from './platform-cache.ts'

/** A document in memory; times in milliseconds by the verifier's clock. */
export interface Known<T> {
  readonly value: T
  readonly copy: Copy
  /** From here on it is refreshed while nobody waits. */
  readonly refreshAt: number
  /** From here on it is waited for. */
  readonly freshUntil: number
}

/** What an isolate knows of a document: data only, never a pending promise. */
export interface State<T> {
  known: Known<T> | null
  attemptedAt: number
  attemptFailed: boolean
  /** Who is fetching, since when in real milliseconds; null: nobody is. */
  loader: { readonly since: number } | null
}

// A loader that is silent for so long may have ended with its request: another may start.
const loaderPatienceMs = 1000
// Without anything nobody is let in: a gateway that was away for a moment must not cost half a minute.
const coldCooldownMs = 3000
const clockMarginMs = 60_000

/** The state before anything was fetched. */
export const emptyState = <T>(): State<T> => ({
  known: null,
  attemptedAt: -Infinity,
  attemptFailed: false,
  loader: null,
})

/** Takes a document as what is known; `refreshMs` after it was fetched it is to be refreshed. */
export const accept = <T>(
  state: State<T>,
  value: T,
  { copy, refreshMs }: { readonly copy: Copy; readonly refreshMs: number },
): void => {
  const { fetchedAt, freshMs } = copy
  // 80 to 100 % of it: isolates that started together must not ask together.
  const refreshAt = fetchedAt + refreshMs * (0.8 + Math.random() * 0.2)
  state.known = { value, copy, refreshAt, freshUntil: fetchedAt + freshMs }
  state.loader = null
}

/** Whether a time lies in the future, further than clocks differ: then it says nothing of an age. */
export const isAhead = (time: number, now: number): boolean => time > now + clockMarginMs

/** Whether what is known need not be waited for. */
export const isFresh = <T>({ known }: State<T>, now: number): boolean =>
  known !== null && now < known.freshUntil && !isAhead(known.copy.fetchedAt, now)

/** Whether somebody is fetching, as far as can be told. */
export const isLoading = <T>({ loader }: State<T>): boolean =>
  loader !== null && Date.now() - loader.since < loaderPatienceMs

/**
 * Whether the gateway may be asked. An attempt that nobody finished counts only while there is
 * something fresh: then it can have been made for any `kid` that a stranger made up.
 */
export const mayAsk = <T>(state: State<T>, now: number, cooldownMs: number): boolean => {
  if (state.loader !== null && !isLoading(state) && !isFresh(state, now)) return true
  const pauseMs = state.known === null ? Math.min(coldCooldownMs, cooldownMs) : cooldownMs
  return Math.abs(now - state.attemptedAt) >= pauseMs
}
