import { readBoundedText } from '../bounded-text.ts'
import { err, ok, type Result } from '../core/result.ts'
import { bounded } from './bounded.ts'
import type { Surroundings } from './surroundings.ts'

/** What came back, whatever it is. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Why nothing usable came back. */
export type Silence =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'too_large' }
  /** `cause` is the system's word for it, such as ECONNREFUSED; empty when it has none. */
  | { readonly kind: 'unreachable'; readonly cause: string }

/** A call to one place. */
export interface Call {
  readonly url: string
  readonly init: RequestInit
  /** Milliseconds for all of it, the body too. */
  readonly withinMs: number
}

// A token endpoint answers in a few kilobytes; what is longer is something else.
const maxBytes = 64 * 1024

/** What a failed call came to. */
export const silenceOf = (thrown: unknown): Silence => {
  const { name, cause, code } = thrown as Error & { cause?: { code?: unknown }; code?: unknown }
  if (name === 'TimeoutError' || name === 'AbortError') return { kind: 'timeout' }
  const word = cause?.code ?? code
  const known = typeof word === 'string' && /^[A-Z0-9_]{1,60}$/.test(word)
  return { kind: 'unreachable', cause: known ? word : '' }
}

/**
 * Calls once, bounded in time and in size. Redirects are not followed: what is sent holds a
 * credential, and it is for this host only.
 */
export const ask = async (
  { url, init, withinMs }: Call,
  { fetch }: Pick<Surroundings, 'fetch'>,
): Promise<Result<Answer, Silence>> => {
  const once = async (signal: AbortSignal): Promise<Result<Answer, Silence>> => {
    const response = await fetch(new Request(url, { ...init, redirect: 'manual', signal }))
    const text = await readBoundedText(response.body, maxBytes, { fatal: false })
    if (text === undefined) return err({ kind: 'too_large' })
    return ok({ status: response.status, headers: response.headers, text })
  }
  try {
    return await bounded(withinMs, once)
  } catch (thrown) {
    return err(silenceOf(thrown))
  }
}

/** The seconds of a Retry-After header (RFC 9110 §10.2.3), given either way; null without one. */
export const retryAfterSeconds = (headers: Headers, nowMs: number): number | null => {
  const text = headers.get('retry-after')
  if (text === null) return null
  if (/^\d{1,9}$/.test(text)) return Number(text)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - nowMs) / 1000))
}
