import type { Context } from '../../context.ts'
import { type Actor, holdsAdmin, placesOf } from '../../core/holding.ts'
import { isAtOrBelow, rootPath } from '../../core/namespace.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import { type AccountRecord, listAccounts } from '../../store/service-accounts.ts'
import { type Page, readPage, type SubtreeQuery, toPage } from '../page.ts'

/** An account as its reader may see it: whole, or only its id, name and namespace. */
export type AccountView =
  | { readonly whole: true; readonly account: AccountRecord }
  | {
      readonly whole: false
      readonly account: Pick<AccountRecord, 'id' | 'name' | 'namespacePath'>
    }

/**
 * What the actor may see of an account. Within a tenant, accounts above can be found by name, so that a
 * project can refer to them; root accounts never (semantics, section 2).
 */
export const viewFor = (actor: Actor, account: AccountRecord): AccountView | null => {
  const path = account.namespacePath
  if (!actor.scope.has('service-accounts:read')) return null
  if (holdsAdmin(actor, 'service-accounts:read', path)) return { whole: true, account }
  const below = placesOf(actor, 'service-accounts:read').some((place) => isAtOrBelow(place, path))
  return below && path !== rootPath ? { whole: false, account } : null
}

/** Which accounts are looked for. */
export interface AccountQuery extends SubtreeQuery {
  readonly enabled?: boolean | undefined
  readonly kind?: AccountRecord['kind'] | undefined
}

/** Lists accounts: whole where the actor may read them, by name above that. */
export const list = async (
  context: Context,
  actor: Actor,
  query: AccountQuery,
): Promise<Result<Page<AccountView>, Problem>> => {
  const page = await readPage(context, actor, query, 'service-accounts')
  if (!page.ok) return page
  const rows = await listAccounts(context.db, {
    places: placesOf(actor, 'service-accounts:read'),
    within: query.namespace,
    name: query.name,
    enabled: query.enabled,
    kind: query.kind,
    ...page.value,
  })
  const request = { ...page.value, collection: 'service-accounts' }
  const { data, nextCursor } = await toPage(context, actor, rows, request)
  return ok({ data: data.flatMap((row) => viewFor(actor, row) ?? []), nextCursor })
}
