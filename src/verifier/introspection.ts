import { base64url } from 'jose'
import { boundedMemory } from '../core/bounded-memory.ts'
import { isJsonObject, type JsonObject, member } from '../core/json.ts'
import { pause } from '../patience.ts'
import type { Surroundings } from './gateway/published-load.ts'
import { askGateway } from './gateway/reach.ts'
import type { IntrospectionOptions } from './options.ts'
import { Refused } from './refused.ts'

/** Asks the gateway about a token: its claims, or throws `Refused`. */
export type Introspect = (token: string, kind: 'signed' | 'named') => Promise<JsonObject>

interface Answered {
  /** Null: not good. */
  readonly claims: JsonObject | null
  readonly until: number
  /** When it was answered, in real milliseconds. */
  readonly at: number
}

const defaultCacheSeconds = 10
// The checksum of a named token can be computed by anybody: so many made-up ones a minute are asked
// about. Those that were good before are not counted, and neither is one that proves good.
const strangersPerMinute = 120
const minuteMs = 60_000
const maxBytes = 65_536
const maxAsking = 1000
const patienceMs = 1000
const pollMs = 20
const memory = { weight: 1_000_000, weightEach: 32_768 }

const utf8 = new TextEncoder()
const hash = async (token: string): Promise<string> =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', utf8.encode(token))))

const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

const basic = ({ clientId, clientSecret }: IntrospectionOptions): string =>
  `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const asker = (options: IntrospectionOptions, { issuer, reach, tell }: Surroundings) => {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    authorization: basic(options),
  }
  const fail = (detail: string): Refused => {
    tell({ event: 'fetch_failed', document: 'introspection', detail })
    return new Refused('introspection_unavailable')
  }
  return async (token: string): Promise<JsonObject | null> => {
    const body = new URLSearchParams({ token }).toString()
    const url = `${issuer}/oauth/introspect`
    const reply = await askGateway(reach, url, { method: 'POST', headers, body, maxBytes })
    if ('fault' in reply) throw fail(reply.fault)
    if (reply.status !== 200) throw fail(`answered ${reply.status}`)
    const claims = parse(reply.text)
    const active = isJsonObject(claims) ? member(claims, 'active') : undefined
    if (!isJsonObject(claims) || typeof active !== 'boolean') throw fail('answered garbage')
    tell({ event: 'fetched', document: 'introspection' })
    return active ? claims : null
  }
}

/** Lets so many pass in a minute; whoever should not have been counted is given back. */
const strangers = (now: () => number) => {
  let since = -Infinity
  let count = 0
  return {
    admit: (): boolean => {
      if (Math.abs(now() - since) >= minuteMs) {
        since = now()
        count = 0
      }
      count += 1
      return count <= strangersPerMinute
    },
    giveBack: (): void => {
      count -= 1
    },
  }
}

/**
 * Makes what asks about tokens (RFC 7662), whose answers are good for seconds. Remembers tokens by
 * their hash only, and bad ones apart, so that made-up ones never push a good one out.
 */
export const introspector = (
  options: IntrospectionOptions,
  surroundings: Surroundings,
): Introspect => {
  const cacheMs = (options.cacheSeconds ?? defaultCacheSeconds) * 1000
  const { now } = surroundings
  const ask = asker(options, surroundings)
  const good = boundedMemory<Answered>(memory)
  const bad = boundedMemory<Answered>(memory)
  const limit = strangers(now)

  const asking = new Map<string, number>()

  // Who comes while somebody asks about the same token waits for the *answer*, for a while: the
  // promise is another request's, and may end with it.
  const awaitAnswer = async (key: string): Promise<Answered | undefined> => {
    const came = Date.now()
    while (came - patienceMs < (asking.get(key) ?? 0) && Date.now() - came < patienceMs) {
      await pause(pollMs)
    }
    const known = good.get(key) ?? bad.get(key)
    return known !== undefined && known.at >= came ? known : undefined
  }

  const askAnew = async (token: string, key: string, counted: boolean) => {
    if (counted && !limit.admit()) throw new Refused('introspection_unavailable')
    // Those whose request was cut off are never taken out.
    if (asking.size >= maxAsking) asking.clear()
    asking.set(key, Date.now())
    try {
      const claims = await ask(token)
      if (counted && claims !== null) limit.giveBack()
      const answered = { claims, until: now() + cacheMs, at: Date.now() }
      good.forget(key)
      if (claims === null) bad.keep(key, answered, key.length)
      else good.keep(key, answered, JSON.stringify(claims).length)
      return answered
    } finally {
      asking.delete(key)
    }
  }

  return async (token, kind) => {
    const key = await hash(token)
    const known = good.get(key) ?? bad.get(key)
    const isCurrent = known !== undefined && now() < known.until
    const counted = kind === 'named' && good.get(key) === undefined
    const { claims } = isCurrent
      ? known
      : ((asking.has(key) ? await awaitAnswer(key) : undefined) ??
        (await askAnew(token, key, counted)))
    if (claims === null) throw new Refused('inactive_token')
    return claims
  }
}
