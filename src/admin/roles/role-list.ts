import type { Context } from '../../context.ts'
import { type Actor, placesOf } from '../../core/holding.ts'
import { invalidReference, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { listRoles, type RoleListQuery } from '../../store/roles/role-list.ts'
import type { StoredRole } from '../../store/roles/roles.ts'
import { findAccount } from '../../store/service-accounts.ts'
import { viewFor } from '../accounts/account-list.ts'
import { type Page, readPage, type SubtreeQuery, toPage } from '../page.ts'

/** Which roles are looked for. */
export interface RoleQuery extends SubtreeQuery {
  readonly resourceServerId?: string | undefined
  /** An account that they could be bound to where it lives, and that could have tokens for them. */
  readonly assignableTo?: string | undefined
}

const assignable = async (
  { db }: Context,
  actor: Actor,
  id: string | undefined,
): Promise<Result<Pick<RoleListQuery, 'ceiling' | 'visibleAt'>, Problem>> => {
  if (id === undefined) return ok({ ceiling: null, visibleAt: undefined })
  const account = await findAccount(db, id)
  // Which roles fit tells its ceiling, and that is for those who may read it.
  if (account === undefined || viewFor(actor, account)?.whole !== true) {
    return err(invalidReference('/assignable_to'))
  }
  return ok({ ceiling: account.resourceServerIds, visibleAt: account.namespacePath })
}

/** Lists the roles that the actor may read. */
export const list = async (
  context: Context,
  actor: Actor,
  query: RoleQuery,
): Promise<Result<Page<StoredRole>, Problem>> => {
  const page = await readPage(context, actor, query, 'roles')
  if (!page.ok) return page
  const fitting = await assignable(context, actor, query.assignableTo)
  if (!fitting.ok) return fitting
  const rows = await listRoles(context.db, {
    places: placesOf(actor, 'roles:read'),
    within: query.namespace,
    name: query.name,
    resourceServerId: query.resourceServerId,
    ...fitting.value,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection: 'roles' }))
}
