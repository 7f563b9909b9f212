import type { Context } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import { notFound, type Problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type AccountRecord, findAccount } from '../store/service-accounts.ts'
import { refuseChange, refuseReading } from './actor.ts'
import { refuseActingAs } from './handing-out.ts'

/** Names a credential: the account it belongs to, and its id. */
export interface CredentialKey {
  readonly accountId: string
  readonly id: string
}

/** An account whose credentials the actor may list. */
export const readable = async (
  context: Context,
  actor: Actor,
  accountId: string,
): Promise<Result<AccountRecord, Problem>> => {
  const account = await findAccount(context.db, accountId)
  if (account === undefined) return err(notFound)
  const refused = refuseReading(actor, 'credentials:read', account.namespacePath)
  return refused ? err(refused) : ok(account)
}

/** An account whose credentials the actor may make and end: all that it holds, and not itself. */
export const changeable = async (
  context: Context,
  actor: Actor,
  accountId: string,
): Promise<Result<AccountRecord, Problem>> => {
  const account = await readable(context, actor, accountId)
  if (!account.ok) return account
  const refused =
    refuseChange(actor, {
      path: account.value.namespacePath,
      read: 'credentials:read',
      write: 'credentials:write',
    }) ?? (await refuseActingAs(context, actor, account.value))
  return refused ? err(refused) : account
}
