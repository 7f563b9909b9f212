import type { House } from './attack.ts'
import { type Form, formBody } from './clients.ts'

export const FORM = 'application/x-www-form-urlencoded'
export const TOKEN_PATH = '/oauth/token'

/** Ways to send the baseline request in a body, a spelling or a size of one's own. */
export interface RawRequests {
  /** Sends it changed; an undefined override leaves a parameter out. */
  request(overrides: Record<string, string | undefined>): Promise<Response>
  /** Sends it with further entries behind it. */
  appended(...entries: [string, string][]): Promise<Response>
  /** Posts any body under any content type. */
  post(
    body: NonNullable<RequestInit['body']>,
    contentType?: string,
    further?: Record<string, string>,
  ): Promise<Response>
  /** Its entries. */
  entries(): [string, string][]
  /** It, or another form, as bytes, which bring no content type of their own. */
  bytes(form?: Form): Uint8Array<ArrayBuffer>
  /** It with a filler that makes it more than 32 KiB long. */
  large(): Uint8Array<ArrayBuffer>
}

/** Makes these ways for the gateway of a test file. */
export function rawRequests(house: () => House): RawRequests {
  const entries = (): [string, string][] => [...formBody(house().BR())]
  const bytes: RawRequests['bytes'] = (form = house().BR()) =>
    new TextEncoder().encode(formBody(form).toString())
  return {
    request: (overrides) => house().gateway.token(house().BR(overrides)),
    appended: (...further) => house().gateway.token([...entries(), ...further]),
    post: (body, contentType, further = {}) => {
      const headers = new Headers(further)
      if (contentType !== undefined) headers.set('content-type', contentType)
      return house().gateway.fetch(TOKEN_PATH, { method: 'POST', body, headers })
    },
    entries,
    bytes,
    large: () => bytes({ ...house().BR(), filler: 'x'.repeat(33 * 1024) }),
  }
}

/** Sends a body in two chunks, of which only the last can exceed a limit. */
export function chunked(body: Uint8Array): ReadableStream<Uint8Array> {
  const half = Math.floor(body.length / 2)
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(body.slice(0, half))
      controller.enqueue(body.slice(half))
      controller.close()
    },
  })
}
