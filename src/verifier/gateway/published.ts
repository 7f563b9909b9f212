import { pause, within } from '../../patience.ts'
import type { Lifetime } from '../presented.ts'
import { load, type Source, type Surroundings } from './published-load.ts'
import { emptyState, isFresh, isLoading, mayAsk, type State } from './published-state.ts'

const pollMs = 20
// With an old document at hand nobody waits longer than this.
const patienceMs = 1000

/** A document as of now, and whether the last attempt to refresh it failed. */
export interface Now<T> {
  readonly value: T | null
  readonly refreshFailed: boolean
}

/** What a verifier keeps of a document that the gateway publishes. */
export interface Published<T> {
  /**
   * The document, which should be as `wanted`: from memory, the platform's cache or the network. Null
   * when there is none, or only one that is too old to be believed.
   */
  now(wanted: (value: T) => boolean, lifetime?: Lifetime): Promise<Now<T>>
}

/**
 * Keeps a document: refreshed before it is old, at most once per 30 s, old ones serve while refreshing
 * fails. Requests share results, never promises: on Workers a promise ends with the request that
 * made it, and who waits for another's waits for ever.
 */
export const keepPublished = <T>(source: Source<T>, surroundings: Surroundings): Published<T> => {
  const state: State<T> = emptyState()
  const clock = surroundings.now

  const answer = (): Now<T> => {
    const { known } = state
    const serves = known !== null && clock() - known.copy.fetchedAt < source.staleMs
    return {
      value: serves ? known.value : null,
      refreshFailed: state.attemptFailed || state.loader !== null,
    }
  }

  const start = (wanted: (value: T) => boolean, lifetime: Lifetime | undefined): Promise<void> => {
    const loading = load(state, { source, surroundings, wanted, lifetime })
    lifetime?.waitUntil(loading)
    return loading
  }

  const isThere = (wanted: (value: T) => boolean): boolean =>
    state.known !== null && isFresh(state, clock()) && wanted(state.known.value)

  const wait = async (
    wanted: (value: T) => boolean,
    { ms, lifetime }: { readonly ms: number; readonly lifetime: Lifetime | undefined },
  ): Promise<void> => {
    const until = Date.now() + ms
    for (;;) {
      while (isLoading(state) && Date.now() < until) await pause(pollMs)
      if (isLoading(state) || isThere(wanted)) return
      // Nobody is fetching: nobody was, or whoever was is gone.
      if (!mayAsk(state, clock(), source.cooldownMs) || Date.now() >= until) return
      await within(until - Date.now(), start(wanted, lifetime), () => {})
    }
  }

  return {
    now: async (wanted, lifetime) => {
      const { known } = state
      const now = clock()
      const fits = known !== null && wanted(known.value)
      if (fits && isFresh(state, now) && now < known.refreshAt) return answer()
      const serves = fits && now - known.copy.fetchedAt < source.staleMs
      // During an outage that has been noticed nobody waits for what will not come.
      if (serves && (isFresh(state, now) || state.attemptFailed)) {
        if (!isLoading(state) && mayAsk(state, now, source.cooldownMs)) start(wanted, lifetime)
        return answer()
      }
      await wait(wanted, { ms: serves ? patienceMs : source.deadlineMs, lifetime })
      return answer()
    },
  }
}
