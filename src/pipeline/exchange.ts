import { err, ok, type Result } from '../core/result.ts'
import type { Failure } from './failure.ts'
import type { Surroundings } from './surroundings.ts'

/** What a job asks the gateway for. */
export interface ExchangeRequest {
  /** The gateway's origin. */
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

const form = (request: ExchangeRequest, idToken: string): URLSearchParams => {
  const parameters = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    client_id: request.clientId,
    subject_token: idToken,
  })
  if (request.audience !== undefined) parameters.set('audience', request.audience)
  if (request.scopes?.length) parameters.set('scope', request.scopes.join(' '))
  return parameters
}

/** Exchanges an ID token (RFC 8693): one attempt. */
export const exchange = async (
  request: ExchangeRequest,
  idToken: string,
  surroundings: Pick<Surroundings, 'fetch' | 'now'>,
): Promise<Result<AccessToken, Failure>> => {
  const asked = surroundings.now()
  const response = await surroundings.fetch(
    new Request(`${request.url}/oauth/token`, { method: 'POST', body: form(request, idToken) }),
  )
  const body = (await response.json()) as Record<string, unknown>
  if (!response.ok) {
    const message = `the gateway refused: ${body.error_description}`
    return err({ code: 'denied', message, next: `gatehouse decisions show ${body.decision_id}` })
  }
  const expiresIn = Number(body.expires_in)
  return ok({
    token: String(body.access_token),
    tokenType: String(body.token_type),
    expiresIn,
    expiresAt: asked + expiresIn * 1000,
    scopes: String(body.scope).split(' '),
  })
}
