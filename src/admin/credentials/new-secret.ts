import type { Context } from '../../context.ts'
import { expiryOf, type WantedLife } from '../../core/credential-life.ts'
import { timeOfId } from '../../core/id-time.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import { newClientSecret, newId } from '../../crypto/random.ts'
import { hashSecret } from '../../crypto/secret-hash.ts'
import type { NewSecret } from '../../store/credentials/client-secrets.ts'

/** A secret in clear, which exists in one answer only, and as it is kept. */
export interface MadeSecret {
  readonly clear: string
  readonly row: NewSecret
}

/** Makes a secret for an account, unless it is to live too short or too long. */
export const makeSecret = async (
  { config, nowMs }: Context,
  serviceAccountId: string,
  life: WantedLife,
): Promise<Result<MadeSecret, Problem>> => {
  const expiresAt = expiryOf(life, { nowMs, maxDays: config.maxSecretDays })
  if (!expiresAt.ok) return expiresAt
  const clear = newClientSecret()
  const row = {
    id: newId('sec', nowMs),
    serviceAccountId,
    ...(await hashSecret(clear, config.secretPeppers)),
    expiresAt: expiresAt.value,
    createdAt: nowMs,
  }
  return ok({ clear, row })
}

/** A secret just made, together with the client id that it goes with. */
export interface ShownSecret extends MadeSecret {
  readonly accountId: string
  readonly clientId: string
  /** Epoch milliseconds. */
  readonly clientIdIssuedAt: number
}

/** Puts a new secret beside the client id that it is shown with. */
export const showWith = (
  made: MadeSecret,
  account: { readonly id: string; readonly clientId: string },
): ShownSecret => ({
  ...made,
  accountId: account.id,
  clientId: account.clientId,
  clientIdIssuedAt: timeOfId(account.clientId),
})
