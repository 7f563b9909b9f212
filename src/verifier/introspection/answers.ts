import { boundedMemory } from '../../core/bounded-memory.ts'
import type { JsonObject } from '../../core/json.ts'

/** What the gateway said of a token. */
export interface Answered {
  /** Null: not good. */
  readonly claims: JsonObject | null
  /** Which question it answers: they are numbered as they are sent. */
  readonly question: number
  readonly answeredAt: number
  /** The same in monotone milliseconds. */
  readonly at: number
}

// Whatever the gateway may answer fits: what is not kept is asked about by each of those who wait.
const memory = { weight: 1_000_000, weightEach: 65_536 }

/** What is known of tokens by their hash; bad ones apart, so that made-up ones never push a good one out. */
export const answers = () => {
  const good = boundedMemory<Answered>(memory)
  const bad = boundedMemory<Answered>(memory)
  const get = (key: string): Answered | undefined => good.get(key) ?? bad.get(key)
  return {
    get,
    wasGood: (key: string): boolean => good.get(key) !== undefined,
    /** Keeps an answer, unless a later question was answered before: that one is what holds. */
    keep: (key: string, answered: Answered): Answered => {
      const known = get(key)
      if (known !== undefined && known.question > answered.question) return known
      good.forget(key)
      bad.forget(key)
      const { claims } = answered
      if (claims === null) bad.keep(key, answered, key.length)
      else good.keep(key, answered, JSON.stringify(claims).length)
      return answered
    },
  }
}
