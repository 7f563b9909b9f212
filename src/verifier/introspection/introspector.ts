import { base64url } from 'jose'
import type { JsonObject } from '../../core/json.ts'
import { pause } from '../../patience.ts'
import { type AtWork, isAtWork, startWork } from '../gateway/at-work.ts'
import type { Surroundings } from '../gateway/published-load.ts'
import { reachMs } from '../gateway/reach.ts'
import type { IntrospectionOptions } from '../options.ts'
import { Refused } from '../refused.ts'
import { type Answered, answers } from './answers.ts'
import { asker } from './ask.ts'
import { restraint } from './restraint.ts'

/** Asks the gateway about a token: its claims, or throws `Refused`. */
export type Introspect = (token: string, kind: 'signed' | 'named') => Promise<JsonObject>

const defaultCacheSeconds = 10
const maxAsking = 1000
const pollMs = 20

const utf8 = new TextEncoder()
const hash = async (token: string): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(token))))

const unavailable = (): Refused => new Refused('introspection_unavailable')

const counter = (): (() => number) => {
  let count = 0
  return () => {
    count += 1
    return count
  }
}

// Of an answer from the future nobody knows the age: the clock was set back.
const isYoung = ({ answeredAt }: Answered, now: number, cacheMs: number): boolean =>
  now >= answeredAt && now - answeredAt < cacheMs

/** Makes what asks about tokens (RFC 7662), whose answers are good for seconds. */
export const introspector = (
  options: IntrospectionOptions,
  surroundings: Surroundings,
): Introspect => {
  const cacheMs = (options.cacheSeconds ?? defaultCacheSeconds) * 1000
  const { now } = surroundings
  const ask = asker(options, surroundings)
  const known = answers()
  const limits = restraint(now)
  const asking = new Map<string, AtWork>()
  const nextQuestion = counter()

  const askAnew = async (token: string, key: string, kind: 'signed' | 'named') => {
    const asks = startWork()
    try {
      if (kind === 'named' && !known.wasGood(key) && !limits.admit(asks)) throw unavailable()
      if (!limits.mayAsk(key)) throw unavailable()
      // Those whose request was cut off are never taken out.
      if (asking.size >= maxAsking) asking.clear()
      asking.set(key, asks)
      const question = nextQuestion()
      const claims = await ask(token).catch((thrown) => {
        limits.failed(key)
        throw thrown
      })
      limits.answered(asks, claims === null)
      return known.keep(key, { claims, question, answeredAt: now(), at: performance.now() })
    } finally {
      asks.stop()
      limits.done(asks)
      if (asking.get(key) === asks) asking.delete(key)
    }
  }

  // Who comes while somebody asks about the same token waits for the *answer*: the promise is another's
  // request's, and may end with it. Then one of those who wait asks, and never all.
  const answerTo = async (token: string, key: string, kind: 'signed' | 'named') => {
    const came = performance.now()
    while (isAtWork(asking.get(key))) {
      if (performance.now() - came >= reachMs) throw unavailable()
      await pause(pollMs)
      const answered = known.get(key)
      if (answered !== undefined && answered.at >= came) return answered
    }
    return askAnew(token, key, kind)
  }

  return async (token, kind) => {
    const key = await hash(token)
    const before = known.get(key)
    const isKnown = before !== undefined && isYoung(before, now(), cacheMs)
    const { claims } = isKnown ? before : await answerTo(token, key, kind)
    if (claims === null) throw new Refused('inactive_token')
    return claims
  }
}
