import type { Context } from '../../context.ts'
import { expiryOf, type WantedLife } from '../../core/credential-life.ts'
import { dayMs } from '../../core/lifetime.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newNamedToken } from '../../crypto/random.ts'
import { type HashedSecret, hashSecret } from '../../crypto/secret-hash.ts'
import { namedTokenCeiling } from '../../store/credentials/named-token-ceiling.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'

/** How many days a named token lives that nobody limits: 3 years. */
export const defaultTokenDays = 1095

const noneAllowed = problem(
  'validation-failed',
  'named tokens are not allowed here: named_tokens_max_days is 0 in this namespace or above it; let the workload exchange its platform token, or authenticate with a key',
)

/** A named token in clear, which exists in one answer only, and what is kept of its value. */
export interface MadeToken {
  readonly clear: string
  readonly value: HashedSecret & { readonly expiresAt: number; readonly createdAt: number }
  /** The ceiling that it was judged by, in days. */
  readonly ceiling: number | null
}

/**
 * Makes the value of a named token, unless it is to live longer than the account's namespace, one
 * above it, or the deployment allows. `usualDays` is its life when nothing is said of it.
 */
export const makeToken = async (
  { config, db, nowMs }: Context,
  { namespaceId }: Pick<AccountRecord, 'namespaceId'>,
  { life, usualDays }: { readonly life: WantedLife; readonly usualDays: number },
): Promise<Result<MadeToken, Problem>> => {
  const ceiling = await namedTokenCeiling(db, namespaceId)
  const maxDays = Math.min(config.maxNamedTokenDays, ceiling ?? config.maxNamedTokenDays)
  if (maxDays === 0) return err(noneAllowed)
  const unsaid = life.inDays === null && life.at === null
  const wanted = unsaid ? { inDays: Math.min(usualDays, maxDays), at: null } : life
  const expiresAt = expiryOf(wanted, { nowMs, maxDays })
  if (!expiresAt.ok) return expiresAt
  const clear = newNamedToken()
  const hashed = await hashSecret(clear, config.secretPeppers)
  return ok({
    clear,
    value: { ...hashed, expiresAt: expiresAt.value, createdAt: nowMs },
    ceiling,
  })
}

/** The days that a token's value was given, as its next one is unless something else is asked. */
export const daysOf = (token: { readonly expiresAt: number; readonly createdAt: number }): number =>
  Math.max(1, Math.round((token.expiresAt - token.createdAt) / dayMs))
