import { createHash, randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { now } from './baseline.ts'
import { expectB400 } from './expect.ts'
import type { Gateway } from './gateway.ts'
import type { Claims } from './issuer.ts'
import { jws } from './jws.ts'
import { type TestKey, without } from './keys.ts'
import { settings } from './settings.ts'

/** Where the proofs of these tests are for, unless they say otherwise. */
export const TOKEN_URL = `${settings.issuerUrl}/oauth/token`

/** Changes of a baseline proof; undefined leaves a member out. */
export interface ProofChanges {
  readonly claims?: Claims
  readonly header?: Claims
  /** What signs it, where that is not the key that it names. */
  readonly signer?: TestKey
}

/** The public members of a key and no more, as clients send them. */
export const bare = ({ jwk }: TestKey) => without(jwk, 'kid', 'alg', 'use')

/** A proof for the token endpoint by a key, as it should be but for the changes. */
export const proof = (
  key: TestKey,
  { claims = {}, header = {}, signer = key }: ProofChanges = {},
): string =>
  jws({
    header: { typ: 'dpop+jwt', alg: key.alg, jwk: bare(key), ...header },
    payload: { jti: randomUUID(), htm: 'POST', htu: TOKEN_URL, iat: now(), ...claims },
    signer,
  })

/** The `ath` of an access token. */
export const tokenHash = (token: string): string =>
  createHash('sha256').update(token).digest('base64url')

/** Expects a proof to be refused, in the one text that there is for that. */
export async function expectBadProof(response: Response): Promise<void> {
  const copy = response.clone()
  await expectB400(response, 'invalid_dpop_proof')
  const { error_description } = (await copy.json()) as { error_description: string }
  expect(error_description).toBe('the DPoP proof is not accepted for this request')
}

/** What the log says of a refusal. */
export async function loggedReason({ logs }: Gateway, response: Response): Promise<unknown> {
  const { decision_id } = (await response.clone().json()) as { decision_id: string }
  const line = logs.find((text) => text.includes(decision_id))
  return line === undefined ? undefined : JSON.parse(line.slice(line.indexOf('{'))).reason
}
