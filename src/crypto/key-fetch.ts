import { readBoundedText } from '../bounded-text.ts'
import { checkKeySetUrl, discoveryUrl } from '../core/issuer-url.ts'
import { isJsonObject, type JsonObject, member } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type KeySet, readKeySet } from './usable-keys.ts'

/** Discovery and key set together may take this long (R26). */
export const fetchDeadlineMs = 3000
const maxDocumentBytes = 65_536

/** Where an issuer's keys are fetched from, and what the operator allows beyond its own origin. */
export interface KeySource {
  readonly issuer: string
  /** Null: from discovery. */
  readonly jwksUri: string | null
  readonly allowedOrigins: readonly string[]
  /** The development entry's freedom: issuers on loopback. */
  readonly loopback: boolean
}

/** Why no keys were had; `url` is the one that answered, `detail` what it answered. */
export interface FetchFault {
  readonly kind: 'unreachable' | 'issuer_mismatch' | 'invalid_url' | 'garbage'
  readonly url: string
  readonly detail: string
}

/** What a fetch brought: the filtered set and the document it came from. */
export interface FetchedKeys {
  readonly keySet: KeySet
  readonly document: JsonObject
}

const unreachable = (url: string, detail: string) =>
  err<FetchFault>({ kind: 'unreachable', url, detail })

// Nothing but the method and these headers leaves: no credentials, no tenant data (R25).
const fetchJson = async (
  fetcher: typeof fetch,
  url: string,
  signal: AbortSignal,
): Promise<Result<JsonObject, FetchFault>> => {
  try {
    const response = await fetcher(url, {
      headers: { accept: 'application/json' },
      redirect: 'manual',
      signal,
    })
    if (response.status !== 200) {
      await response.body?.cancel()
      return unreachable(url, `answered ${response.status}`)
    }
    const text = await readBoundedText(response.body, maxDocumentBytes, { fatal: true })
    if (text === undefined) return unreachable(url, `answered more than ${maxDocumentBytes} bytes`)
    const document: unknown = JSON.parse(text)
    if (isJsonObject(document)) return ok(document)
    return err({ kind: 'garbage', url, detail: 'answered no JSON object' })
  } catch (thrown) {
    if (signal.aborted) return unreachable(url, `did not answer within ${fetchDeadlineMs} ms`)
    if (thrown instanceof SyntaxError || thrown instanceof TypeError) {
      return err({ kind: 'garbage', url, detail: 'could not be reached or answered no JSON' })
    }
    return unreachable(url, 'could not be reached')
  }
}

const discover = async (
  fetcher: typeof fetch,
  source: KeySource,
  signal: AbortSignal,
): Promise<Result<string, FetchFault>> => {
  const url = discoveryUrl(source.issuer)
  const discovered = await fetchJson(fetcher, url, signal)
  if (!discovered.ok) return discovered
  const issuer = member(discovered.value, 'issuer')
  const jwksUri = member(discovered.value, 'jwks_uri')
  if (issuer !== source.issuer) {
    return err({ kind: 'issuer_mismatch', url, detail: 'names another issuer' })
  }
  if (typeof jwksUri !== 'string') return err({ kind: 'garbage', url, detail: 'has no jwks_uri' })
  return ok(jwksUri)
}

/** Fetches an issuer's key set, through discovery unless its URL is known, within one deadline. */
export const fetchKeySet = async (
  fetcher: typeof fetch,
  source: KeySource,
): Promise<Result<FetchedKeys, FetchFault>> => {
  const signal = AbortSignal.timeout(fetchDeadlineMs)
  const located =
    source.jwksUri === null ? await discover(fetcher, source, signal) : ok(source.jwksUri)
  if (!located.ok) return located
  const url = located.value
  // Re-checked at every fetch: a discovery document may change after it was registered (R25).
  if (!checkKeySetUrl(url, source).ok) {
    return err({ kind: 'invalid_url', url, detail: 'is not a key-set URL of this issuer' })
  }
  const document = await fetchJson(fetcher, url, signal)
  if (!document.ok) return document
  const keySet = readKeySet(document.value)
  if (keySet === undefined) return err({ kind: 'garbage', url, detail: 'is not a key set' })
  return ok({ keySet, document: document.value })
}
