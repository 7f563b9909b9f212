import type { Context } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import type { AdminPermission } from '../core/permission.ts'
import { notFound, type Problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type AccountRecord, findAccount } from '../store/service-accounts.ts'
import { refuseChange, refuseReading } from './actor.ts'
import { refuseActingAs } from './handing-out.ts'

/** Names what belongs to an account, a policy or a credential: the account, and its own id. */
export interface PartKey {
  readonly accountId: string
  readonly id: string
}

type Find = (
  context: Context,
  actor: Actor,
  accountId: string,
) => Promise<Result<AccountRecord, Problem>>

/**
 * Guards what belongs to accounts by the permissions of its collection. `readable` finds an account
 * whose parts the actor may list; `changeable` one whose parts it may make and end, which is as good
 * as being that account: it must hold all that the account holds, and not be it.
 */
export const guardParts = (read: AdminPermission, write: AdminPermission) => {
  const readable: Find = async (context, actor, accountId) => {
    const account = await findAccount(context.db, accountId)
    if (account === undefined) return err(notFound)
    const refused = refuseReading(actor, read, account.namespacePath)
    return refused ? err(refused) : ok(account)
  }
  const changeable: Find = async (context, actor, accountId) => {
    const account = await readable(context, actor, accountId)
    if (!account.ok) return account
    const path = account.value.namespacePath
    const refused =
      refuseChange(actor, { path, read, write }) ??
      (await refuseActingAs(context, actor, account.value))
    return refused ? err(refused) : account
  }
  return { readable, changeable }
}
