import type { DocumentName, VerifierEvent } from '../event.ts'
import type { Lifetime } from '../presented.ts'
import { startWork } from './at-work.ts'
import { type Copies, type Copy, goodEtag } from './platform-cache.ts'
import { type Ageing, accept, isAhead, isFresh, type State } from './published-state.ts'
import { askGateway, type Reach } from './reach.ts'

/** Where a document comes from, and what makes it a good one. */
export interface Source<T> extends Ageing {
  readonly name: Exclude<DocumentName, 'introspection'>
  readonly url: string
  readonly maxBytes: number
  /** Undefined: garbage, which never replaces a good one. */
  readonly read: (text: string, lifetime: Lifetime | undefined) => Promise<T | undefined>
  /** How long an answer with such headers is good. */
  readonly freshMs: (headers: Headers) => number
  readonly mostFreshMs: number
  /** After which part of that time it is refreshed while nobody waits. */
  readonly refreshShare: number
  /** How long it is waited for where there is none. */
  readonly deadlineMs: number
  /** Whether nobody goes on without it: else it is not waited for during an outage. */
  readonly isNeeded: boolean
  /** What is known after it; undefined where it may not follow: an older one must not come back. */
  readonly follow: (next: T, known: T) => T | undefined
}

/** What a verifier works with. Times are epoch milliseconds. */
export interface Surroundings {
  readonly issuer: string
  readonly audience: string
  readonly reach: Reach
  readonly copies: Copies
  readonly now: () => number
  readonly tell: (event: VerifierEvent) => void
}

const take = async <T>(
  state: State<T>,
  source: Source<T>,
  { copy, lifetime }: { readonly copy: Copy; readonly lifetime: Lifetime | undefined },
): Promise<boolean> => {
  const next = await source.read(copy.text, lifetime).catch(() => undefined)
  if (next === undefined) return false
  const value = state.known === null ? next : source.follow(next, state.known.value)
  if (value === undefined) return false
  // A copy comes from a cache that others may write to: it does not say how long it is believed.
  const freshMs = Math.min(copy.freshMs, source.mostFreshMs)
  accept(state, value, { copy: { ...copy, freshMs }, refreshMs: freshMs * source.refreshShare })
  return true
}

const isUseful = <T>(copy: Copy, { known }: State<T>, staleMs: number, now: number): boolean =>
  !isAhead(copy.fetchedAt, now) &&
  now - copy.fetchedAt < staleMs &&
  (known === null || copy.fetchedAt > known.copy.fetchedAt)

const fetchCopy = async <T>(
  { known }: State<T>,
  source: Source<T>,
  { reach, now }: Surroundings,
): Promise<Copy | string> => {
  const fetchedAt = now()
  const etag = known?.copy.etag ?? null
  const reply = await askGateway(reach, source.url, {
    maxBytes: source.maxBytes,
    headers: { accept: '*/*', ...(etag !== null && { 'if-none-match': etag }) },
  })
  if ('fault' in reply) return reply.fault
  const { status, headers, text } = reply
  const freshMs = source.freshMs(headers)
  if (status === 304 && known !== null) return { ...known.copy, fetchedAt, freshMs }
  if (status !== 200) return `answered ${status}`
  return { text, fetchedAt, freshMs, etag: goodEtag(headers.get('etag')) }
}

/** What a loader works for. */
export interface Errand<T> {
  readonly source: Source<T>
  readonly surroundings: Surroundings
  readonly wanted: (value: T) => boolean
  readonly lifetime: Lifetime | undefined
}

const fromCopies = async <T>(state: State<T>, errand: Errand<T>): Promise<boolean> => {
  const { source, surroundings, wanted, lifetime } = errand
  const now = surroundings.now()
  const copy = await surroundings.copies.read(source.url)
  if (copy === undefined || !isUseful(copy, state, source.staleMs, now)) return false
  if (!(await take(state, source, { copy, lifetime })) || state.known === null) return false
  if (!isFresh(state, now) || now >= state.known.refreshAt) return false
  return wanted(state.known.value)
}

const fromNetwork = async <T>(
  state: State<T>,
  { source, surroundings, lifetime }: Errand<T>,
): Promise<void> => {
  const { copies, tell } = surroundings
  const copy = await fetchCopy(state, source, surroundings)
  const fault = typeof copy === 'string' ? copy : 'answered garbage'
  if (typeof copy !== 'string' && (await take(state, source, { copy, lifetime }))) {
    state.failedAt = null
    tell({ event: 'fetched', document: source.name })
    // Not awaited: a cache that does not answer must not hold up who waits for the document.
    const writing = copies.write(source.url, copy)
    lifetime?.waitUntil(writing)
    return
  }
  state.failedAt = surroundings.now()
  tell({ event: 'fetch_failed', document: source.name, detail: fault })
}

/** Loads a document into the state: from a copy that others left, else from the network. Never throws. */
export const load = async <T>(state: State<T>, errand: Errand<T>): Promise<void> => {
  const loader = startWork()
  state.loader = loader
  state.attemptedAt = errand.surroundings.now()
  if (await fromCopies(state, errand)) {
    // The attempt was another's, and made when the copy was.
    state.attemptedAt = state.known?.copy.fetchedAt ?? state.attemptedAt
    state.failedAt = null
  } else {
    // A copy that is not enough has ended the wait, too early.
    state.loader = loader
    await fromNetwork(state, errand)
  }
  loader.stop()
  if (state.loader === loader) state.loader = null
}
