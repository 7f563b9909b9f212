import type { Context } from 'hono'
import { type Denial, denialWord } from '../core/denial.ts'
import { err, ok, type Result } from '../core/result.ts'
import { readBody } from './body.ts'
import type { HttpEnv } from './env.ts'
import { isForm, maxFormBytes, parseForm, queryHasParameters } from './form.ts'
import { denialToWire, httpFaultToWire, type OAuthError } from './oauth-wire.ts'
import { jsonReply, noStore } from './reply.ts'

/** What the log calls a refusal at each of the endpoints of OAuth. */
export type RefusalEvent =
  | 'token_refused'
  | 'introspection_refused'
  | 'revocation_refused'
  | 'feed_refused'
  | 'pairing_refused'

/** Sends an OAuth error. */
export const sendError = ({ status, headers, body }: OAuthError): Response =>
  jsonReply(status, body, { ...noStore, ...headers })

const refuseHttp = (c: Context<HttpEnv>): 405 | 415 | null => {
  if (c.req.method !== 'POST') return 405
  const encoded = c.req.header('content-encoding') !== undefined
  return encoded || !isForm(c.req.header('content-type')) ? 415 : null
}

// Every error's decision id opens at least a log line.
const logRefusal = (c: Context<HttpEnv>, event: RefusalEvent, reason: string): void =>
  c.env.gatehouse.log({ event, decision_id: c.env.decisionId, reason })

const refuseFault = (c: Context<HttpEnv>, event: RefusalEvent, status: 405 | 413 | 415) => {
  logRefusal(c, event, `http_${status}`)
  return sendError(httpFaultToWire(status, c.env.decisionId))
}

/** Logs a denial and answers it, in the words that all of OAuth shares. */
export const refuse = (c: Context<HttpEnv>, event: RefusalEvent, denial: Denial): Response => {
  logRefusal(c, event, denialWord(denial))
  return sendError(denialToWire(denial, 'invalid_request', c.env.decisionId))
}

/** Reads the form of a POST (R24), or answers what is wrong with the request. */
export const readForm = async (
  c: Context<HttpEnv>,
  event: RefusalEvent,
): Promise<Result<ReadonlyMap<string, string>, Response>> => {
  const fault = refuseHttp(c)
  if (fault !== null) return err(refuseFault(c, event, fault))
  if (queryHasParameters(c.req.url)) {
    return err(refuse(c, event, { reason: 'invalid_request', fault: 'query_parameter' }))
  }
  const body = await readBody(c.req.raw, maxFormBytes)
  if (body === undefined) return err(refuseFault(c, event, 413))
  const parameters = parseForm(body)
  if (parameters.ok) return ok(parameters.value)
  return err(refuse(c, event, { reason: 'invalid_request', fault: parameters.error }))
}
