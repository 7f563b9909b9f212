import { isJsonObject, member } from '../../core/json.ts'
import { within } from '../../patience.ts'

/** A document as it was fetched; times in milliseconds. */
export interface Copy {
  readonly text: string
  readonly fetchedAt: number
  /** How long it is good without asking again. */
  readonly freshMs: number
  readonly etag: string | null
}

/** Copies that outlive the isolate. Failing costs speed, never an answer. */
export interface Copies {
  read(url: string): Promise<Copy | undefined>
  write(url: string, copy: Copy): Promise<void>
}

interface PlatformCache {
  match(key: string): Promise<Response | undefined>
  put(key: string, response: Response): Promise<void>
}

// A cache that hangs must not hang those who wait for keys.
const patienceMs = 250
const keepSeconds = 86_400

// A cache of this name alone, and a host that nothing can be fetched from: whatever else in this
// Worker caches answers under URLs that callers choose never writes here.
const cacheName = 'gatehouse-verify-1'
const keyOf = (url: string): string =>
  `https://gatehouse-verify.invalid/?of=${encodeURIComponent(url)}`

const open = async (): Promise<PlatformCache | undefined> => {
  const { caches } = globalThis as { caches?: { open(name: string): Promise<PlatformCache> } }
  return caches?.open(cacheName)
}

/** An entity tag (RFC 9110 §8.8.3) that can be sent back; null: it is none. Any other makes `Request` throw. */
export const goodEtag = (etag: unknown): string | null =>
  typeof etag === 'string' && /^(?:W\/)?"[!#-~]{0,200}"$/.test(etag) ? etag : null

const readCopy = (value: unknown): Copy | undefined => {
  if (!isJsonObject(value)) return undefined
  const text = member(value, 'text')
  const fetchedAt = member(value, 'fetchedAt')
  const freshMs = member(value, 'freshMs')
  if (typeof text !== 'string' || typeof fetchedAt !== 'number') return undefined
  if (typeof freshMs !== 'number') return undefined
  return { text, fetchedAt, freshMs, etag: goodEtag(member(value, 'etag')) }
}

const orNothing = <T>(work: Promise<T | undefined>): Promise<T | undefined> =>
  within(
    patienceMs,
    work.catch(() => undefined),
    () => undefined,
  )

/** The copies in the platform's cache (Workers, Deno); elsewhere there are none. */
export const platformCopies: Copies = {
  read: (url) =>
    orNothing(
      open().then(async (cache) => {
        const response = await cache?.match(keyOf(url))
        return response && readCopy(await response.json())
      }),
    ),
  write: (url, copy) =>
    orNothing(
      open().then((cache) =>
        cache?.put(
          keyOf(url),
          Response.json(copy, { headers: { 'cache-control': `max-age=${keepSeconds}` } }),
        ),
      ),
    ),
}

/** No copies. */
export const noCopies: Copies = {
  read: async () => undefined,
  write: async () => {},
}
