import { pause, within } from '../../patience.ts'
import type { Lifetime } from '../presented.ts'
import { load, type Source, type Surroundings } from './published-load.ts'
import {
  emptyState,
  isAway,
  isFresh,
  isLoading,
  mayAsk,
  type State,
  serves,
} from './published-state.ts'

const pollMs = 20
// With a document at hand whose time has just ended nobody waits longer than this.
const patienceMs = 1000

/** A document as of now, and whether the last attempt to refresh it failed. */
export interface Now<T> {
  /** What is known, however old; null: nothing ever was. */
  readonly value: T | null
  /** Whether it may be believed still. */
  readonly serves: boolean
  readonly refreshFailed: boolean
}

/** What a verifier keeps of a document that the gateway publishes. */
export interface Published<T> {
  /**
   * The document, which should be as `wanted`: from memory, the platform's cache or the network.
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

  const answer = (now: number): Now<T> => ({
    value: state.known === null ? null : state.known.value,
    serves: serves(state, now, source),
    refreshFailed: state.failedAt !== null || state.loader !== null,
  })

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
    const until = performance.now() + ms
    for (;;) {
      while (isLoading(state) && performance.now() < until) await pause(pollMs)
      if (isLoading(state) || isThere(wanted)) return
      // Nobody is fetching: nobody was, or whoever was is gone.
      if (!mayAsk(state, clock(), source.cooldownMs) || performance.now() >= until) return
      await within(until - performance.now(), start(wanted, lifetime), () => {})
    }
  }

  return {
    now: async (wanted, lifetime) => {
      const { known } = state
      const now = clock()
      const fits = known !== null && wanted(known.value)
      const isGood = fits && isFresh(state, now)
      if (isGood && now < known.refreshAt) return answer(now)
      // During an outage that has been noticed nobody waits for what will not come.
      const goesOn = source.isNeeded ? fits && serves(state, now, source) : true
      if (isGood || (goesOn && isAway(state, now, source))) {
        if (!isLoading(state) && mayAsk(state, now, source.cooldownMs)) start(wanted, lifetime)
        return answer(now)
      }
      const isJustOver = fits && isFresh(state, now, source.graceMs)
      await wait(wanted, { ms: isJustOver ? patienceMs : source.deadlineMs, lifetime })
      return answer(clock())
    },
  }
}
