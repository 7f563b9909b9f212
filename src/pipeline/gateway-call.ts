import { isJsonObject, type JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Answer, ask, retryAfterSeconds, type Silence } from './ask.ts'
import type { Failure } from './failure.ts'
import { type Refusal, readRefusal } from './refusal.ts'
import type { Surroundings } from './surroundings.ts'

/** What came of a form sent to the gateway. */
export type GatewayReply =
  | { readonly kind: 'answer'; readonly body: JsonObject }
  | { readonly kind: 'refusal'; readonly refusal: Refusal }

/** A form for one of the gateway's OAuth endpoints. */
export interface FormCall {
  /** The gateway's origin. */
  readonly url: string
  readonly path: '/oauth/token' | '/oauth/revoke' | '/oauth/introspect' | '/oauth/pair'
  readonly form: Readonly<Record<string, string>>
  readonly withinMs: number
}

const seconds = (ms: number): string => `${Math.max(1, Math.round(ms / 1000))} s`

/** Says that the gateway did not answer, and how. */
export const silenceInWords = (silence: Silence, url: string, withinMs: number): Failure => {
  if (silence.kind === 'too_large') return notAGateway(url, 'answers with far more than a token')
  const what =
    silence.kind === 'timeout'
      ? `did not answer within ${seconds(withinMs)}`
      : `is out of reach${silence.cause && ` (${silence.cause})`}`
  return {
    code: 'unavailable',
    message: `The gateway ${url} ${what}`,
    next: `check the URL and the network: curl -sS ${url}/healthz`,
  }
}

/** Says that what answers there is something else. */
export const notAGateway = (url: string, what: string): Failure => ({
  code: 'not_a_gateway',
  message: `${url} is not a gateway: it ${what}`,
  next: `check the URL; a gateway answers ${url}/.well-known/oauth-authorization-server`,
})

const isPassingStatus = (status: number): boolean => status === 429 || status >= 500

const passing = (answer: Answer, url: string, now: number): Failure => {
  const wait = retryAfterSeconds(answer.headers, now)
  const limited = answer.status === 429
  return {
    code: limited ? 'rate_limited' : 'unavailable',
    message: limited
      ? `The gateway ${url} has had too many requests`
      : `The gateway ${url} cannot answer now (status ${answer.status})`,
    next: wait === null ? 'try again in a minute' : `try again in ${wait} s`,
    ...(wait !== null && { retryAfterSeconds: wait }),
  }
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const kindOf = ({ headers, status }: Answer): string => {
  const type = headers.get('content-type')?.split(';')[0]?.trim() ?? ''
  return /^[\w.+/-]{1,60}$/.test(type)
    ? `answers with ${type} and status ${status}`
    : `answers with status ${status} and no JSON`
}

const readReply = (answer: Answer, url: string, now: number): Result<GatewayReply, Failure> => {
  const { status, text } = answer
  if (status >= 300 && status < 400) return err(notAGateway(url, 'redirects to another place'))
  const body = parse(text)
  const refusal = isJsonObject(body) ? readRefusal(status, body) : null
  if (isPassingStatus(status)) {
    const { decisionId, error } = refusal ?? {}
    return err({
      ...passing(answer, url, now),
      ...(error !== undefined && { error }),
      ...(decisionId !== undefined && { decisionId }),
    })
  }
  if (!isJsonObject(body)) return err(notAGateway(url, kindOf(answer)))
  if (status === 200) return ok({ kind: 'answer', body })
  return refusal?.decisionId === undefined
    ? err(notAGateway(url, `answers with status ${status} in words of its own`))
    : ok({ kind: 'refusal', refusal })
}

/** Sends a form to the gateway, once, and tells its answers from those of anything else. */
export const callGateway = async (
  { url, path, form, withinMs }: FormCall,
  { fetch, now }: Pick<Surroundings, 'fetch' | 'now'>,
): Promise<Result<GatewayReply, Failure>> => {
  const init = {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(form),
  }
  const answer = await ask({ url: `${url}${path}`, init, withinMs }, { fetch })
  if (!answer.ok) return err(silenceInWords(answer.error, url, withinMs))
  return readReply(answer.value, url, now())
}
