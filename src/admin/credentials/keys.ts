import type { Context } from '../../context.ts'
import { maxKeys } from '../../core/account-key.ts'
import type { Actor } from '../../core/holding.ts'
import { notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import {
  type AccountKeyRow,
  addKey,
  deleteKey,
  findKey,
  listKeys,
} from '../../store/credentials/account-keys.ts'
import { type CredentialKey, changeable, readable } from './access.ts'
import { duplicateKid, type KeyDraft, makeKey, refuseKey } from './key-draft.ts'

export type { AccountKeyRow } from '../../store/credentials/account-keys.ts'

/** Lists an account's keys, oldest first. There are at most five, so there is one page. */
export const list = async (
  context: Context,
  actor: Actor,
  accountId: string,
): Promise<Result<readonly AccountKeyRow[], Problem>> => {
  const account = await readable(context, actor, accountId)
  return account.ok ? ok(await listKeys(context.db, accountId)) : account
}

/** Finds one key of an account. */
export const find = async (
  context: Context,
  actor: Actor,
  { accountId, id }: CredentialKey,
): Promise<Result<AccountKeyRow, Problem>> => {
  const account = await readable(context, actor, accountId)
  if (!account.ok) return account
  const key = await findKey(context.db, { id, serviceAccountId: accountId })
  return key === undefined ? err(notFound) : ok(key)
}

/** Registers a public key. The private half stays where it was made, and is refused if it comes. */
export const create = async (
  context: Context,
  actor: Actor,
  { accountId, draft }: { readonly accountId: string; readonly draft: KeyDraft },
): Promise<Result<AccountKeyRow, Problem>> => {
  const account = await changeable(context, actor, accountId)
  if (!account.ok) return account
  const key = await makeKey(context, accountId, draft)
  if (!key.ok) return key
  const outcome = await addKey(context.db, account.value, key.value)
  if (outcome.kind === 'done') return key
  if (outcome.kind === 'constraint') {
    return err(refuseKey(draft, duplicateKid))
  }
  const full = refuseKey(
    draft,
    `an account has at most ${maxKeys} keys; remove one that is not used`,
  )
  return err(outcome.index === 1 ? full : notFound)
}

/** Removes a key; what it signed is refused from then on. */
export const remove = async (
  context: Context,
  actor: Actor,
  { accountId, id }: CredentialKey,
): Promise<Result<null, Problem>> => {
  const account = await changeable(context, actor, accountId)
  if (!account.ok) return account
  const key = { id, serviceAccountId: accountId }
  const outcome = await deleteKey(context.db, account.value, key)
  return outcome.kind === 'done' ? ok(null) : err(notFound)
}
