import type { Context } from '../context.ts'
import { type Actor, holdsAdmin, placesOf } from '../core/holding.ts'
import { isAtOrBelow, rootPath } from '../core/namespace.ts'
import { invalidReference, notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { newId } from '../crypto/random.ts'
import { findNamespaceByPath } from '../store/namespaces.ts'
import {
  addBinding,
  findBinding,
  listBindings,
  type RoleBinding,
  type StoredBinding,
} from '../store/role-bindings.ts'
import { findRole } from '../store/roles.ts'
import { findAccount } from '../store/service-accounts.ts'
import { mayReadVisible, refuseUnless } from './actor.ts'
import { type Page, readPage, toPage } from './page.ts'
import { refuseBinding } from './role-powers.ts'
import { changedMeanwhile, refuseMaking } from './visible.ts'

export { type RoleBinding, roleUnchanged } from '../store/role-bindings.ts'

const here = 'a role is bound at the namespace of the account, or below it'
const tooHigh = problem('invalid-reference', here, [{ pointer: '/namespace', detail: here }])

/** A binding as its reader may see it: a tenant learns of root accounts only that they are there. */
export type BindingView = StoredBinding & { readonly platform: boolean }

const guarded = (path: string) =>
  ({ path, read: 'role-bindings:read', write: 'role-bindings:write' }) as const

const toView = (actor: Actor, binding: StoredBinding): BindingView => ({
  ...binding,
  platform:
    binding.accountPath === rootPath && !holdsAdmin(actor, 'service-accounts:read', rootPath),
})

/** Lists the bindings that the actor may read. */
export const list = async (
  context: Context,
  actor: Actor,
  query: Readonly<Record<string, string>>,
): Promise<Result<Page<BindingView>, Problem>> => {
  const page = await readPage(context, actor, query, 'role-bindings')
  if (!page.ok) return page
  const rows = await listBindings(context.db, {
    places: placesOf(actor, 'role-bindings:read'),
    within: query.namespace,
    roleId: query.role_id,
    serviceAccountId: query.service_account_id,
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
): Promise<Result<BindingView, Problem>> => {
  const binding = await findBinding(context.db, id)
  if (binding === undefined) return err(notFound)
  const refused = refuseUnless(actor, 'role-bindings:read', binding.namespacePath)
  return refused ? err(notFound) : ok(toView(actor, binding))
}

/** A role to be bound to an account, which may be about to be made. */
export interface WantedBinding {
  readonly roleId: string
  readonly namespace: string
  readonly account: { readonly id: string; readonly namespacePath: string }
}

// Who manages accounts and reaches for more than it holds is told so, and not that a permission is
// missing (AC-279); who manages nothing learns that first.
const isManager = (actor: Actor, { slug }: Problem, path: string): boolean =>
  slug === 'permission-denied' && holdsAdmin(actor, 'service-accounts:write', path)

/**
 * Judges a binding and makes its row: the role is visible there, the account lives there or above,
 * and the actor holds all that it hands out. To be saved in one batch with `roleUnchanged`, for it
 * is judged by the role as it was read. Pointers are those of the bindings' own `POST`.
 */
export const prepareBinding = async (
  context: Context,
  actor: Actor,
  { roleId, namespace: path, account }: WantedBinding,
): Promise<Result<RoleBinding, Problem>> => {
  const refused = refuseMaking(actor, guarded(path))
  if (refused && !isManager(actor, refused, path)) return err(refused)
  const [role, namespace] = await Promise.all([
    findRole(context.db, roleId),
    findNamespaceByPath(context.db, path),
  ])
  if (namespace === undefined) return err(refused ?? invalidReference('/namespace'))
  if (role === undefined || !isAtOrBelow(path, role.namespacePath)) {
    return err(refused ?? invalidReference('/role_id'))
  }
  const forbidden =
    refuseBinding(actor, role, path) ??
    refused ??
    (account.id === actor.account.id
      ? problem('self-modification', 'an account cannot bind roles to itself')
      : null)
  if (forbidden) return err(forbidden)
  // Elsewhere a binding would hold nothing, or reach out of the account's own house.
  if (!isAtOrBelow(path, account.namespacePath)) return err(tooHigh)
  return ok({
    id: newId('rb', context.nowMs),
    roleId,
    namespaceId: namespace.id,
    namespacePath: path,
    serviceAccountId: account.id,
    roleVersion: role.version,
    version: 1,
    createdAt: context.nowMs,
  })
}

// Accounts above are readable by name from within their tenant; root accounts never.
const mayRefer = (actor: Actor, path: string): boolean =>
  path === rootPath
    ? holdsAdmin(actor, 'service-accounts:read', rootPath)
    : mayReadVisible(actor, 'service-accounts:read', path)

/** Binds a role to an account that exists. */
export const create = async (
  context: Context,
  actor: Actor,
  wanted: {
    readonly roleId: string
    readonly namespace: string
    readonly serviceAccountId: string
  },
): Promise<Result<RoleBinding, Problem>> => {
  const account = await findAccount(context.db, wanted.serviceAccountId)
  if (account === undefined || !mayRefer(actor, account.namespacePath)) {
    return err(refuseMaking(actor, guarded(wanted.namespace)) ?? invalidReference('/principal/id'))
  }
  const prepared = await prepareBinding(context, actor, { ...wanted, account })
  if (!prepared.ok) return prepared
  const outcome = await addBinding(context.db, prepared.value, account.tenantId)
  if (outcome.kind === 'done') return prepared
  if (outcome.kind === 'guard') return err(changedMeanwhile)
  return err(problem('name-taken', 'the account has this role in this namespace already'))
}
