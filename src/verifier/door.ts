import { type Answer, metadataAnswer, refusalAnswer } from './answer.ts'
import { dpopOf } from './dpop/options.ts'
import { teller } from './event.ts'
import type { VerifierOptions } from './options.ts'
import type { Lifetime, Presented } from './presented.ts'
import type { Principal } from './principal.ts'
import { Refused } from './refused.ts'
import type { Requirement } from './requirements.ts'
import { createVerifier } from './verifier.ts'

/** What every adapter takes. */
export interface DoorOptions extends VerifierOptions {
  /**
   * The origin under which clients know this API, as `https://api.example.com`: what a DPoP proof
   * names. `Host` is what the client says, and behind a proxy it is another's name. Left out: that of
   * the audience, where it is a URL.
   */
  readonly origin?: string
}

/** Let in as somebody, or what to answer instead. */
export type Entry = { readonly principal: Principal } | { readonly answer: Answer }

/** What stands before an API, whatever its framework. */
export interface Door {
  /**
   * Lets a request in, or says what to answer. `visit` is the framework's object for the request;
   * requirements find there who was let in. Throws what is no refusal, and lets nobody in.
   */
  enter(visit: object, presented: Presented, lifetime?: Lifetime): Promise<Entry>
  /** What to answer to what a handler threw; throws again what is no refusal. */
  refusal(thrown: unknown): Answer
}

interface Visit {
  readonly principal: Principal
  readonly refuse: (thrown: unknown) => Answer
}

// By the request and not in it: no framework copies it along to where it was not checked.
const visits = new WeakMap<object, Visit>()

/** Puts a door before an API. Throws a TypeError when an option is missing, unsafe or unknown. */
export const openDoor = ({ origin: given, ...options }: DoorOptions): Door => {
  const verifier = createVerifier(options)
  const { metadata } = verifier
  checkOrigin(given)
  const bearerOnly = dpopOf(options.dpop).mode === 'off'
  const origin = bearerOnly ? given : originOf({ ...options, ...(given && { origin: given }) })
  const answerTo = (thrown: unknown): Answer => {
    if (!(thrown instanceof Refused)) throw thrown
    return refusalAnswer(thrown, verifier)
  }
  // The verifier tells of whom it refuses; of requirements it does not know.
  const tell = teller(options.onEvent)
  const refuse = (thrown: unknown): Answer => {
    const answer = answerTo(thrown)
    const { reason, status } = thrown as Refused
    tell({ event: 'refused', reason, status })
    return answer
  }
  return {
    enter: async (visit, presented, lifetime) => {
      const { pathname, search } = new URL(presented.url)
      if (pathname === metadata?.path && /^(?:GET|HEAD)$/.test(presented.method)) {
        return { answer: metadataAnswer(metadata) }
      }
      const url = origin === undefined ? presented.url : origin + pathname + search
      try {
        const principal = await verifier.authenticate({ ...presented, url }, lifetime)
        visits.set(visit, { principal, refuse })
        return { principal }
      } catch (thrown) {
        return { answer: answerTo(thrown) }
      }
    },
    refusal: refuse,
  }
}

/** Holds a requirement against whom a door has let in: null, or what to answer instead. */
export const judge = (visit: object, requirement: Requirement): Answer | null => {
  const found = visits.get(visit)
  // No door was passed: a mistake of the API's, and nobody may profit from it.
  if (found === undefined) throw new TypeError('gatehouse() has to come before a requirement')
  try {
    requirement(found.principal)
    return null
  } catch (thrown) {
    return found.refuse(thrown)
  }
}

/** Where clients reach an API: as it says, or else at its own identifier, where that is a URL. */
export const originOf = ({ origin, audience }: DoorOptions): string => {
  if (origin !== undefined) return origin
  const url = URL.canParse(audience) ? new URL(audience) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url.origin
  throw new TypeError('gatehouse: origin is missing: where clients reach this API')
}

const checkOrigin = (origin: string | undefined): void => {
  if (origin === undefined) return
  const isOrigin = URL.canParse(origin) && new URL(origin).origin === origin
  if (!isOrigin || !/^https?:/.test(origin)) {
    throw new TypeError('gatehouse: origin has to be as in https://api.example.com, without a path')
  }
}
