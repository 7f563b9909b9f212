import type { Context } from '../context.ts'
import { type Actor, ownsAt } from '../core/holding.ts'
import { parentPath, rootPath } from '../core/namespace.ts'
import { ownerRoleId } from '../core/permission.ts'
import { notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import { wouldKeepOwner } from '../store/owners.ts'
import { deleteBinding, findBinding, type StoredBinding } from '../store/role-bindings.ts'
import { findRole } from '../store/roles.ts'
import { refuseChange } from './actor.ts'
import { refuseBinding } from './role-powers.ts'
import { refuseUnlessCurrent, staleOr } from './visible.ts'

const guarded = (path: string) =>
  ({ path, read: 'role-bindings:read', write: 'role-bindings:write' }) as const

const lastOwner = (path: string): Problem =>
  problem('last-owner', `this is the last owner of ${path} who can act; bind another one first`)

// Tenants must not lock themselves out; an owner of `/` may shut a tenant, but never the house.
const mustKeepOwner = (actor: Actor, { roleId, namespacePath: path }: StoredBinding): boolean =>
  roleId === ownerRoleId &&
  (path === rootPath || (parentPath(path) === rootPath && !ownsAt(actor, rootPath)))

const refuseRemoval = async (
  context: Context,
  actor: Actor,
  binding: StoredBinding,
): Promise<Problem | null> => {
  const { id, namespaceId, namespacePath: path } = binding
  const refused = refuseChange(actor, guarded(path))
  if (refused) return refused
  const own = binding.serviceAccountId === actor.account.id
  // The last owner of all always removes itself: the reason worth telling is that it is the last.
  if (own && mustKeepOwner(actor, binding) && path === rootPath) {
    if (!(await wouldKeepOwner(context.db, { namespaceId, lost: { bindingId: id } }))) return lastOwner(path)
  }
  if (own) return problem('self-modification', 'an account cannot remove its own bindings')
  const role = await findRole(context.db, binding.roleId)
  return role === undefined ? notFound : refuseBinding(actor, role, path)
}

/** Takes a role away, as one that the actor could have given. */
export const remove = async (
  context: Context,
  actor: Actor,
  { id, ifMatch }: { readonly id: string; readonly ifMatch: number | null },
): Promise<Result<null, Problem>> => {
  const binding = await findBinding(context.db, id)
  if (binding === undefined) return err(notFound)
  const refused =
    (await refuseRemoval(context, actor, binding)) ?? refuseUnlessCurrent(ifMatch, binding.version)
  if (refused) return err(refused)
  const keepOwner = mustKeepOwner(actor, binding)
  const outcome = await deleteBinding(context.db, binding, { keepOwner })
  return outcome.kind === 'done'
    ? ok(null)
    : err(staleOr(outcome, lastOwner(binding.namespacePath)))
}
