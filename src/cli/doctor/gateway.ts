import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { ask } from '../../pipeline/ask.ts'
import type { Cli } from '../cli.ts'
import { type Finding, fail, good, skip, warn } from './finding.ts'

const withinMs = 8000

/** What a public endpoint answered. */
export interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** Reads what anybody may read; a text says why nothing came. */
export const look = async (cli: Cli, url: string): Promise<Seen | string> => {
  const answer = await ask({ url, init: { redirect: 'manual' }, withinMs }, cli)
  if (answer.ok) return answer.value
  const silence = answer.error
  if (silence.kind === 'timeout') return `did not answer within ${withinMs / 1000} s`
  if (silence.kind === 'too_large') return 'answers with far more than it should'
  return `is out of reach${silence.cause && ` (${silence.cause})`}`
}

/** Reads JSON; null where it is none. */
export const jsonOf = (text: string): JsonObject | null => {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

const skewSeconds = 30

const clock = (seen: Seen, nowMs: number): Finding => {
  const theirs = Date.parse(seen.headers.get('date') ?? '')
  if (Number.isNaN(theirs))
    return skip(
      'clock',
      'the gateway tells no time; only an access token that seems expired at once would show a wrong clock',
    )
  const off = Math.round((nowMs - theirs) / 1000)
  if (Math.abs(off) <= skewSeconds) return good('clock', `within ${skewSeconds} s of the gateway's`)
  return warn('clock', [
    `this machine's clock is ${Math.abs(off)} s ${off > 0 ? 'ahead of' : 'behind'} the gateway's`,
    'synchronise it: tokens that it signs or judges may be refused',
  ])
}

const ready = async (cli: Cli, url: string): Promise<Finding> => {
  const seen = await look(cli, `${url}/readyz`)
  if (typeof seen !== 'string' && seen.status === 200) return good('ready', 'it can issue tokens')
  const checks =
    typeof seen === 'string' ? seen : JSON.stringify(jsonOf(seen.text)?.checks ?? seen.status)
  return fail('ready', [
    `it cannot issue tokens now: ${checks.slice(0, 200)}`,
    'see docs/operations.md',
  ])
}

/** The URL: does a gateway answer there, by that very name, with the right time? */
export const checkGateway = async (cli: Cli, url: string): Promise<readonly Finding[]> => {
  const seen = await look(cli, `${url}/.well-known/oauth-authorization-server`)
  if (typeof seen === 'string') {
    return [
      fail('url', [`${url} ${seen}`, `check the URL and the network: curl -sS ${url}/healthz`]),
    ]
  }
  const issuer = jsonOf(seen.text)?.issuer
  if (seen.status !== 200 || typeof issuer !== 'string') {
    return [
      fail('url', [`${url} is not a gateway (status ${seen.status})`, 'correct GATEHOUSE_URL']),
    ]
  }
  const named =
    issuer === url
      ? good('url', `a gateway answers at ${url}`)
      : fail('url', [
          `the gateway at ${url} calls itself ${issuer}: tokens and policies name that`,
          `use ${issuer}, or correct ISSUER_URL of the gateway`,
        ])
  return [named, await ready(cli, url), clock(seen, cli.now())]
}
