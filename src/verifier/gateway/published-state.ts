import { type AtWork, isAtWork } from './at-work.ts'
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
  /** When the last attempt failed; null: it did not, or none has ended. */
  failedAt: number | null
  /** Who is fetching; null: nobody is. */
  loader: AtWork | null
}

/** How a document ages, in milliseconds. */
export interface Ageing {
  /** Between two attempts, whether the first succeeded or not. */
  readonly cooldownMs: number
  /** How long past its time it still serves while a refresh is under way. */
  readonly graceMs: number
  /** How long it serves while refreshing fails. */
  readonly staleMs: number
}

// Without anything nobody is let in: a gateway that was away for a moment must not cost half a minute.
const coldCooldownMs = 3000
const clockMarginMs = 60_000

/** The state before anything was fetched. */
export const emptyState = <T>(): State<T> => ({
  known: null,
  attemptedAt: -Infinity,
  failedAt: null,
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

/** Whether what is known was good until so many milliseconds ago: without any, it is fresh. */
export const isFresh = <T>({ known }: State<T>, now: number, graceMs = 0): boolean =>
  known !== null && now < known.freshUntil + graceMs && !isAhead(known.copy.fetchedAt, now)

/** Whether somebody is fetching, as far as can be told. */
export const isLoading = <T>({ loader }: State<T>): boolean => isAtWork(loader)

/** Whether the gateway is known to be away *now*: what failed hours ago says nothing of it. */
export const isAway = <T>({ failedAt }: State<T>, now: number, { cooldownMs }: Ageing): boolean =>
  failedAt !== null && Math.abs(now - failedAt) < 2 * cooldownMs

/**
 * Whether what is known may be worked with. Beyond its time only a refresh that *failed* lets it: a
 * gateway that is merely slow must not make old keys and old revocations good for hours.
 */
export const serves = <T>(state: State<T>, now: number, ageing: Ageing): boolean =>
  state.known !== null &&
  Math.abs(now - state.known.copy.fetchedAt) < ageing.staleMs &&
  (isFresh(state, now, ageing.graceMs) || isAway(state, now, ageing))

/**
 * Whether the gateway may be asked. An attempt that nobody finished counts only while there is
 * something fresh: then it can have been made for any `kid` that a stranger made up.
 */
export const mayAsk = <T>(state: State<T>, now: number, cooldownMs: number): boolean => {
  const { known, loader, attemptedAt, failedAt } = state
  if (loader !== null && !isLoading(state) && !isFresh(state, now)) return true
  if (known !== null) return Math.abs(now - attemptedAt) >= cooldownMs
  // From its end: an attempt at a gateway that hangs takes as long as this pause.
  return Math.abs(now - (failedAt ?? attemptedAt)) >= Math.min(coldCooldownMs, cooldownMs)
}
