import type { Seal } from '../../core/seal.ts'
import { within } from '../../patience.ts'

/** What the edge remembers of spent tokens: it may say "seen", never "not seen". */
export interface ReplayMemory {
  /** Whether any of the keys is known to be spent; gives up after 50 ms, and an outage is a miss. */
  seen(keys: readonly string[]): Promise<ReadonlySet<string>>
  /** Remembers a key until a time in epoch seconds, at least 60 s. */
  remember(key: string, until: number): Promise<void>
}

/** The KV calls that are used here; a subset of the platform's binding. */
export interface KeyValueStore {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options: { readonly expirationTtl: number }): Promise<void>
}

// KV refuses shorter lives.
const minTtlSeconds = 60
const patienceMs = 50
const maxRemembered = 10_000

// One isolate's memory, in order of insertion: an accelerator, bounded, and never asked for "no".
const remembered = new Map<string, number>()

const keep = (key: string, until: number): void => {
  const oldest = remembered.keys().next()
  if (remembered.size >= maxRemembered && !oldest.done) remembered.delete(oldest.value)
  remembered.set(key, until)
}

const name = (key: string): string => `spent:${key}`

/**
 * The edge's memory of spent tokens over KV. Entries carry a tag over their own key, so that who can
 * write to KV still cannot make a token look spent (R39).
 */
export const createReplayMemory = (
  kv: KeyValueStore | undefined,
  seal: Seal,
  now: number,
): ReplayMemory => {
  const ask = async (key: string): Promise<boolean> => {
    if ((remembered.get(key) ?? 0) > now) return true
    try {
      const value = (await kv?.get(name(key))) ?? null
      return value !== null && (await seal.check(value, 'spent', key))
    } catch {
      return false
    }
  }
  return {
    async seen(keys) {
      const answers = Promise.all(keys.map(ask))
      const known = await within(patienceMs, answers, () => [])
      return new Set(keys.filter((_, i) => known[i] === true))
    },
    async remember(key, until) {
      keep(key, until)
      const expirationTtl = Math.max(minTtlSeconds, until - now)
      await kv?.put(name(key), await seal.tag('spent', key), { expirationTtl })
    },
  }
}
