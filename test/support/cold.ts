import { expect } from 'vitest'
import type { Fixture } from './fixture.ts'

/**
 * Makes the gateway forget the keys of F1, and when it last asked for them: cached keys belong to
 * one version of an issuer object, and this makes another version.
 */
export async function chill({ gateway, issuers }: Fixture): Promise<void> {
  const name = `F1 ${crypto.randomUUID()}`
  const response = await gateway.admin('PATCH', `/issuers/${issuers.a.id}`, { name })
  expect(response.status, 'F1 becomes another version').toBe(200)
}

/** The contract's bound on any answer of the token endpoint, in milliseconds. */
export const ANSWER_WITHIN_MS = 5000

/** Waits for an answer and insists on the contract's bound. */
export async function withinBound(answer: Promise<Response>): Promise<Response> {
  const start = performance.now()
  const response = await answer
  expect(performance.now() - start).toBeLessThan(ANSWER_WITHIN_MS)
  return response
}
