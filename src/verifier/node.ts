import { type Door, type DoorOptions, openDoor, originOf } from './door.ts'
import type { Presented } from './presented.ts'

/** What Node says of a request, before a framework has changed anything. */
export interface NodeRequest {
  readonly method?: string | undefined
  /** The request target as it came: mostly path and query. */
  readonly target: string
  readonly rawHeaders: readonly string[]
}

/** A door on Node, and how it reads a request. */
export interface NodeDoor extends Door {
  read(request: NodeRequest): Presented
}

/**
 * Puts a door before an API on Node. There no request knows its origin, so it has to be said, unless
 * the identifier of the API is a URL and has it.
 */
export const openNodeDoor = (options: DoorOptions): NodeDoor => {
  const origin = originOf(options)
  const door = openDoor({ ...options, origin })
  return {
    ...door,
    read: ({ method = 'GET', target, rawHeaders }) => ({
      // Node drops all but the first `Authorization` from `headers`; here are all (AC-268).
      authorization: valuesOf(rawHeaders, 'authorization'),
      dpop: valuesOf(rawHeaders, 'dpop'),
      method,
      url: origin + pathOf(target),
    }),
  }
}

// A target may be a whole URL (RFC 9112 §3.2.2): its host is the client's word, and does not count.
const pathOf = (target: string): string => {
  if (target.startsWith('/')) return target
  const url = URL.canParse(target) ? new URL(target) : undefined
  return url === undefined ? '/' : url.pathname + url.search
}

const valuesOf = (rawHeaders: readonly string[], name: string): string[] =>
  rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name)
