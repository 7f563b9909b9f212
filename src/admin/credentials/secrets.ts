import type { Context } from '../../context.ts'
import type { WantedLife } from '../../core/credential-life.ts'
import type { Actor } from '../../core/holding.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import {
  addSecret,
  deleteSecret,
  findSecret,
  listSecrets,
  maxSecrets,
  type SecretRow,
} from '../../store/credentials/client-secrets.ts'
import { changedMeanwhile } from '../visible.ts'
import { type CredentialKey, changeable, readable } from './access.ts'
import { makeSecret, type ShownSecret, showWith } from './new-secret.ts'

export type { SecretRow } from '../../store/credentials/client-secrets.ts'

const tooMany = problem(
  'quota-exceeded',
  `an account has at most ${maxSecrets} live secrets; delete one, or reset them`,
)

/** Lists an account's secrets, oldest first, never their values. They are few: there is one page. */
export const list = async (
  context: Context,
  actor: Actor,
  accountId: string,
): Promise<Result<readonly SecretRow[], Problem>> => {
  const account = await readable(context, actor, accountId)
  return account.ok ? ok(await listSecrets(context.db, accountId)) : account
}

/** Finds one secret of an account. */
export const find = async (
  context: Context,
  actor: Actor,
  { accountId, id }: CredentialKey,
): Promise<Result<SecretRow, Problem>> => {
  const account = await readable(context, actor, accountId)
  if (!account.ok) return account
  const secret = await findSecret(context.db, { id, serviceAccountId: accountId })
  return secret === undefined ? err(notFound) : ok(secret)
}

/**
 * Makes a secret beside those that there are, and switches client credentials on. Those that were kept
 * while they were off end.
 */
export const create = async (
  context: Context,
  actor: Actor,
  { accountId, life }: { readonly accountId: string; readonly life: WantedLife },
): Promise<Result<ShownSecret, Problem>> => {
  const account = await changeable(context, actor, accountId)
  if (!account.ok) return account
  const made = await makeSecret(context, accountId, life)
  if (!made.ok) return made
  const outcome = await addSecret(context.db, account.value, made.value.row)
  if (outcome.kind === 'done') return ok(showWith(made.value, account.value))
  return err(outcome.kind === 'guard' && outcome.index === 1 ? tooMany : changedMeanwhile)
}

/** Ends a secret at once. */
export const remove = async (
  context: Context,
  actor: Actor,
  key: CredentialKey,
): Promise<Result<null, Problem>> => {
  const account = await changeable(context, actor, key.accountId)
  if (!account.ok) return account
  const secret = await find(context, actor, key)
  if (!secret.ok) return secret
  const outcome = await deleteSecret(context.db, account.value, secret.value)
  return outcome.kind === 'done' ? ok(null) : err(notFound)
}
