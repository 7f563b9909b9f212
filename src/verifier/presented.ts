/** What a request presents of itself, however its framework spells it. */
export interface Presented {
  /** The value of each `Authorization` header, in the order they came. */
  readonly authorization: readonly string[]
  /** The value of each `DPoP` header (RFC 9449). */
  readonly dpop: readonly string[]
  readonly method: string
  /**
   * Absolute, as clients know it: a proof names it. Behind a proxy, or where any `Host` is answered, its
   * origin is not to be taken from the request. Query and fragment do not matter.
   */
  readonly url: string
}

/** Keeps work alive after the answer has left, where the platform needs to be told (Workers). */
export interface Lifetime {
  waitUntil(work: Promise<unknown>): void
}

/** Reads what a standard `Request` presents. Repeated headers arrive joined, which no credential is. */
export const presentedBy = (request: Request): Presented => ({
  authorization: valuesOf(request.headers.get('authorization')),
  dpop: valuesOf(request.headers.get('dpop')),
  method: request.method,
  url: request.url,
})

const valuesOf = (header: string | null): readonly string[] => (header === null ? [] : [header])
