import type { Context } from '../../context.ts'
import { type EffectiveAccess, effectiveAccess } from '../../core/effective-access.ts'
import { type Actor, boundRoles, holdsAdmin } from '../../core/holding.ts'
import { lineOf, rootPath } from '../../core/namespace.ts'
import type { Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { ServiceAccount } from '../../core/service-account.ts'
import { listHolders, type PlaceHolder } from '../../store/roles/holders.ts'
import { mayReadVisible, refuseUnless } from '../actor.ts'
import { type ListQuery, type Page, readPage, toPage } from '../page.ts'
import * as namespaces from '../tree/namespaces.ts'
import { mayReadBindings, type SeenBinding } from './effective-access.ts'

/** Who holds something, as far as the reader may know. */
export interface SeenHolder {
  /** Null: one or more root accounts, of whom a tenant learns no more. */
  readonly id: string | null
  /** Told where the reader may find the account. */
  readonly named: { readonly name: string; readonly namespacePath: string } | null
  /** Told where the reader may read the whole account. */
  readonly whole: { readonly kind: PlaceHolder['kind']; readonly enabled: boolean } | null
  readonly access: EffectiveAccess<SeenBinding>
}

/** Which holders are looked for. */
export interface HolderListQuery extends ListQuery {
  readonly kind?: string | undefined
  readonly resource_server_id?: string | undefined
  readonly permission?: string | undefined
}

const mayReadWhole = (actor: Actor, path: string): boolean =>
  refuseUnless(actor, 'service-accounts:read', path) === null

// Switches and ceiling of an account are not for those who may only know its name: neither by an
// obstacle nor by what would then not count.
const withoutSwitches = (account: ServiceAccount): ServiceAccount => ({
  ...account,
  enabled: true,
  resourceServerIds: null,
})

const toSeen = (actor: Actor, holder: PlaceHolder): SeenHolder => {
  const { account, platform } = holder
  const path = account.namespacePath
  // Bindings above the account's own namespace give it nothing here.
  const bindings = boundRoles(holder).map((binding) => ({
    ...binding,
    hidden: !mayReadBindings(actor, binding.namespacePath),
  }))
  const findable = !platform && mayReadVisible(actor, 'service-accounts:read', path)
  const readable = findable && mayReadWhole(actor, path)
  const judged = readable || platform ? account : withoutSwitches(account)
  return {
    id: platform ? null : account.id,
    named: findable ? { name: account.name, namespacePath: path } : null,
    whole: readable ? { kind: holder.kind, enabled: account.enabled } : null,
    access: effectiveAccess({ ...holder, account: judged, bindings }),
  }
}

const givesAnything = ({ access }: SeenHolder): boolean =>
  access.servers.some(({ places }) => places.some(({ permissions }) => permissions.length > 0))

/** Who may do what at a place: by bindings there and above it, of accounts that live no lower. */
export const atNamespace = async (
  context: Context,
  actor: Actor,
  { id, query }: { readonly id: string; readonly query: HolderListQuery },
): Promise<Result<Page<SeenHolder>, Problem>> => {
  const namespace = await namespaces.find(context, actor, id)
  if (!namespace.ok) return namespace
  const { path } = namespace.value
  const refused = refuseUnless(actor, 'role-bindings:read', path)
  if (refused) return err(refused)
  const collection = `effective-access ${id}`
  const page = await readPage(context, actor, query, collection)
  if (!page.ok) return page
  const rows = await listHolders(context.db, {
    path,
    kind: query.kind,
    kindsKnownAt: lineOf(path).filter((above) => mayReadWhole(actor, above)),
    resourceServerId: query.resource_server_id,
    permission: query.permission,
    withRoot: holdsAdmin(actor, 'service-accounts:read', rootPath),
    ...page.value,
  })
  const own = rows.filter(({ platform }) => !platform)
  const { limit } = page.value
  const { data, nextCursor } = await toPage(context, actor, own, { limit, collection })
  const root = rows.filter(({ platform }) => platform).map((row) => toSeen(actor, row))
  const seen = data.map((row) => toSeen(actor, row))
  return ok({ data: [...root.filter(givesAnything), ...seen], nextCursor })
}
