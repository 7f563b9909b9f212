import type { JsonObject } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Credential, unverifiedClaims } from './credential.ts'
import type { Failure } from './failure.ts'
import { callGateway, notAGateway } from './gateway-call.ts'
import { type Patience, patienceOfJobs, withRetries } from './retry.ts'
import type { Surroundings } from './surroundings.ts'
import { refusalInWords } from './words/refusal-in-words.ts'

/** What a job asks the gateway for. */
export interface ExchangeRequest {
  /** The gateway's origin, as `readGatewayUrl` gives it. */
  readonly url: string
  readonly clientId: string
  /** The API that the token is for; left out: the account's only one. */
  readonly audience?: string
  readonly scopes?: readonly string[]
}

/** What the gateway gave. */
export interface AccessToken {
  readonly token: string
  readonly tokenType: string
  /** Seconds from when it was asked for. */
  readonly expiresIn: number
  /** Epoch milliseconds. */
  readonly expiresAt: number
  readonly scopes: readonly string[]
}

type Outside = Pick<Surroundings, 'fetch' | 'now' | 'sleep'>

const wanted = ({ clientId, audience, scopes }: ExchangeRequest): Record<string, string> => ({
  client_id: clientId,
  ...(audience !== undefined && audience !== '' && { audience }),
  ...(scopes?.length && { scope: scopes.join(' ') }),
})

const readToken = (body: JsonObject, askedAt: number): AccessToken | null => {
  const { access_token: token, token_type: tokenType, expires_in: expiresIn, scope } = body
  if (typeof token !== 'string' || !/^[\x21-\x7e]{8,}$/.test(token)) return null
  if (typeof tokenType !== 'string' || typeof expiresIn !== 'number') return null
  const expiresAt = askedAt + expiresIn * 1000
  const scopes = typeof scope === 'string' && scope !== '' ? scope.split(' ') : []
  return { token, tokenType, expiresIn, expiresAt, scopes }
}

/**
 * Asks for an access token. Each attempt shows a fresh credential where there is one; only network
 * faults, 429 and 5xx are tried again.
 */
export const exchange = (
  request: ExchangeRequest,
  credential: Credential,
  surroundings: Outside,
  patience: Patience = patienceOfJobs,
): Promise<Result<AccessToken, Failure>> => {
  let answerLost = false
  const attempt = async (withinMs: number): Promise<Result<AccessToken, Failure>> => {
    const askedAt = surroundings.now()
    const shown = await credential.parameters(withinMs)
    if (!shown.ok) return shown
    const form = { ...wanted(request), ...shown.value }
    const left = Math.max(1, withinMs - (surroundings.now() - askedAt))
    const call = { url: request.url, path: '/oauth/token', form, withinMs: left } as const
    const reply = await callGateway(call, surroundings)
    if (!reply.ok) {
      answerLost = true
      return reply
    }
    if (reply.value.kind === 'refusal') {
      const { refusal } = reply.value
      const ownClaims = unverifiedClaims(shown.value.subject_token)
      const { renewable } = credential
      return err(refusalInWords({ ...request, refusal, ownClaims, renewable, answerLost }))
    }
    const token = readToken(reply.value.body, askedAt)
    return token === null ? err(notAGateway(request.url, 'answers without a token')) : ok(token)
  }
  return withRetries(attempt, patience, surroundings)
}
