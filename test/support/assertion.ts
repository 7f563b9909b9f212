import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { CLIENT_ASSERTION, now } from './baseline.ts'
import type { AdminOptions } from './clients.ts'
import type { Gateway } from './gateway.ts'
import type { Claims } from './issuer.ts'
import { jws } from './jws.ts'
import type { Jwk, TestKey } from './keys.ts'
import type { Made } from './maker.ts'
import { settings } from './settings.ts'

/** A registered key as the admin API answers it. */
export interface RegisteredKey extends Made {
  readonly kid: string
  readonly algorithm: string
  readonly jwk: Jwk
  readonly expires_at: string | null
  readonly warnings: readonly string[]
}

/** Asks for a key to be registered. */
export const postKey = (
  gateway: Gateway,
  accountId: string,
  body: unknown,
  options?: AdminOptions,
): Promise<Response> => gateway.admin('POST', `/service-accounts/${accountId}/keys`, body, options)

/** Registers a key and insists on 201. */
export async function registerKey(
  gateway: Gateway,
  accountId: string,
  body: unknown,
): Promise<RegisteredKey> {
  const response = await postKey(gateway, accountId, body)
  const answer = (await response.json()) as RegisteredKey
  expect([response.status, answer]).toEqual([201, expect.anything()])
  return answer
}

/** Claims of the baseline assertion; an undefined override removes a claim. */
export const assertionClaims = (clientId: string, overrides: Claims = {}): Claims => ({
  iss: clientId,
  sub: clientId,
  aud: settings.issuerUrl,
  exp: now() + 120,
  jti: randomUUID(),
  ...overrides,
})

/** Signs claims as a client does; header members may be overridden. */
export const signAssertion = (claims: Claims, key: TestKey, header: Claims = {}): string =>
  jws({ header: { alg: key.alg, kid: key.kid, ...header }, payload: claims, signer: key })

/** The parameters of a request that carries a client assertion. */
export const withAssertion = (assertion: string): Record<string, string> => ({
  client_assertion_type: CLIENT_ASSERTION,
  client_assertion: assertion,
})
