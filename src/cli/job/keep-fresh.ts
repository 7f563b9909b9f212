import type { Result } from '../../core/result.ts'
import type { AccessToken } from '../../pipeline/exchange.ts'
import { type Failure, isPassing } from '../../pipeline/failure.ts'
import type { Cli } from '../cli.ts'

/** What keeps a token file fresh while a program runs. */
export interface Freshness {
  /** Gets another token, within so many seconds. */
  readonly renew: (withinSeconds: number) => Promise<Result<AccessToken, Failure>>
  readonly write: (token: AccessToken) => Promise<void>
  /** Whether the platform gives another identity token. */
  readonly renewable: boolean
  readonly sourceName: string
  /** Resolves after so long, or as soon as the program has ended. */
  readonly pause: (milliseconds: number) => Promise<void>
  readonly ended: () => boolean
}

const longestMarginMs = 60_000
const againMs = 5000
const longestSeconds = 60

/** Renews with a third of the life left, at most a minute: time for an outage to pass. */
const renewAt = ({ expiresAt, expiresIn }: AccessToken): number =>
  expiresAt - Math.min(longestMarginMs, (expiresIn * 1000) / 3)

const timeOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

type Voice = Pick<Cli, 'warn' | 'say' | 'detail' | 'now'>

const waitUntil = async (
  at: number,
  { now }: Voice,
  { pause, ended }: Freshness,
): Promise<void> => {
  // A timer holds 24 days at most, and a suspended machine wakes up late: the clock decides.
  while (!ended() && now() < at) await pause(Math.min(at - now(), longestMarginMs))
}

const tellExpiry = async (
  token: AccessToken,
  voice: Voice,
  freshness: Freshness,
): Promise<void> => {
  await waitUntil(token.expiresAt, voice, freshness)
  if (!freshness.ended()) {
    voice.warn('warning: the access token has expired, and the file holds no other')
  }
}

const renewOnce = async (
  token: AccessToken,
  voice: Voice,
  freshness: Freshness,
): Promise<AccessToken | Failure> => {
  const left = (token.expiresAt - voice.now()) / 1000
  const renewed = await freshness.renew(Math.min(longestSeconds, Math.max(9, left)))
  if (!renewed.ok) return renewed.error
  await freshness.write(renewed.value)
  voice.detail(`renewed the access token; it now ends at ${timeOf(renewed.value.expiresAt)}`)
  return renewed.value
}

/**
 * Keeps the file fresh until the program ends. What may pass is tried again, before the expiry and
 * after it; a refusal is told once and stands.
 */
export const keepFresh = async (
  first: AccessToken,
  voice: Voice,
  freshness: Freshness,
): Promise<void> => {
  let token = first
  if (!freshness.renewable) {
    voice.warn(
      `warning: ${freshness.sourceName} gives no second identity token, so the access token ends at ${timeOf(token.expiresAt)} for good`,
    )
    return tellExpiry(token, voice, freshness)
  }
  while (true) {
    await waitUntil(renewAt(token), voice, freshness)
    if (freshness.ended()) return
    const renewed = await renewOnce(token, voice, freshness)
    if ('token' in renewed) {
      token = renewed
      continue
    }
    if (freshness.ended()) return
    voice.warn(`warning: the access token was not renewed: ${renewed.message}`)
    if (!isPassing(renewed)) {
      voice.warn(`next: ${renewed.next}; the token ends at ${timeOf(token.expiresAt)}`)
      return tellExpiry(token, voice, freshness)
    }
    await freshness.pause(againMs)
  }
}
