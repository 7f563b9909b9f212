import type { Context } from '../../context.ts'
import type { Warned } from '../../core/binding-warnings.ts'
import { type Actor, holdsAdmin, placesOf } from '../../core/holding.ts'
import { isAtOrBelow, rootPath } from '../../core/namespace.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { findGroup } from '../../store/groups/groups.ts'
import { addBinding } from '../../store/roles/role-binding-changes.ts'
import {
  findBinding,
  listBindings,
  type PrincipalType,
  type RoleBinding,
  type StoredBinding,
} from '../../store/roles/role-bindings.ts'
import { findAccount } from '../../store/service-accounts.ts'
import { mayReadVisible, refuseUnless } from '../actor.ts'
import { type ListQuery, type Page, readPage, toPage } from '../page.ts'
import { changedMeanwhile, refuseMaking } from '../visible.ts'
import { warn } from './binding-warnings.ts'
import { guarded, type Principal, prepareBinding, tooManyBindings } from './role-binding-draft.ts'

export type { PrincipalType, RoleBinding } from '../../store/roles/role-bindings.ts'

/** A binding as its reader may see it: a tenant learns of root accounts only that they are there. */
export type BindingView = StoredBinding & { readonly platform: boolean }

/** Whether a binding is one of a root account that the actor may not know of. */
export const isPlatform = (actor: Actor, binding: StoredBinding): boolean =>
  binding.serviceAccountId !== null &&
  binding.principalPath === rootPath &&
  !holdsAdmin(actor, 'service-accounts:read', rootPath)

const toView = (actor: Actor, binding: StoredBinding): BindingView => ({
  ...binding,
  platform: isPlatform(actor, binding),
})

/** Which bindings are looked for. */
export interface BindingQuery extends ListQuery {
  readonly namespace?: string | undefined
  readonly role_id?: string | undefined
  readonly resource_server_id?: string | undefined
  readonly service_account_id?: string | undefined
  readonly group_id?: string | undefined
  readonly principal_type?: PrincipalType | undefined
}

/** Lists the bindings that the actor may read. */
export const list = async (
  context: Context,
  actor: Actor,
  query: BindingQuery,
): Promise<Result<Page<BindingView>, Problem>> => {
  const page = await readPage(context, actor, query, 'role-bindings')
  if (!page.ok) return page
  const rows = await listBindings(context.db, {
    places: placesOf(actor, 'role-bindings:read'),
    within: query.namespace,
    roleId: query.role_id,
    resourceServerId: query.resource_server_id,
    serviceAccountId: query.service_account_id,
    groupId: query.group_id,
    principalType: query.principal_type,
    ...page.value,
  })
  const views = rows.map((row) => toView(actor, row))
  return ok(await toPage(context, actor, views, { ...page.value, collection: 'role-bindings' }))
}

/** Finds one binding that the actor may read. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<BindingView & Warned, Problem>> => {
  const binding = await findBinding(context.db, id)
  if (binding === undefined) return err(notFound)
  if (refuseUnless(actor, 'role-bindings:read', binding.namespacePath)) return err(notFound)
  const [warned] = await warn(context, [toView(actor, binding)])
  return warned === undefined ? err(notFound) : ok(warned)
}

/** Whether the actor may refer to accounts that live at a path: above, by name; root accounts never. */
export const mayRefer = (actor: Actor, path: string): boolean =>
  path === rootPath
    ? holdsAdmin(actor, 'service-accounts:read', rootPath)
    : mayReadVisible(actor, 'service-accounts:read', path)

/** A role to be bound to an account or a group that exists. */
export interface NewBinding {
  readonly roleId: string
  readonly namespace: string
  readonly principal: Pick<Principal, 'type' | 'id'>
}

interface Found extends Principal {
  readonly tenantId: string
}

/**
 * Whether the actor may bind roles at a place to a group: like a role it is used where it is visible.
 * But those of `/` are the house's own, which a tenant could load with roles of its making.
 */
export const mayBindGroup = (actor: Actor, groupPath: string, path: string): boolean =>
  isAtOrBelow(path, groupPath) &&
  (groupPath !== rootPath || path === rootPath || mayRefer(actor, rootPath))

const findPrincipal = async (
  { db }: Context,
  actor: Actor,
  { principal: { type, id }, namespace }: NewBinding,
): Promise<Found | undefined> => {
  const found = type === 'group' ? await findGroup(db, id) : await findAccount(db, id)
  if (found === undefined) return undefined
  const { namespacePath, tenantId } = found
  const usable =
    type === 'group'
      ? mayBindGroup(actor, namespacePath, namespace)
      : mayRefer(actor, namespacePath)
  return usable ? { type, id, namespacePath, tenantId } : undefined
}

/** Binds a role to an account or a group. */
export const create = async (
  context: Context,
  actor: Actor,
  wanted: NewBinding,
): Promise<Result<RoleBinding & Warned, Problem>> => {
  const principal = await findPrincipal(context, actor, wanted)
  if (principal === undefined) {
    return err(refuseMaking(actor, guarded(wanted.namespace)) ?? invalidReference('/principal/id'))
  }
  const prepared = await prepareBinding(context, actor, { ...wanted, principal })
  if (!prepared.ok) return prepared
  const [warned] = await warn(context, [prepared.value])
  const outcome = await addBinding(context.db, prepared.value, principal.tenantId)
  if (warned !== undefined && outcome.kind === 'done') return ok(warned)
  if (outcome.kind === 'guard') return err(outcome.index < 2 ? changedMeanwhile : tooManyBindings)
  return err(problem('name-taken', 'it has this role in this namespace already'))
}
