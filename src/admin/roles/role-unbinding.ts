import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { deleteBinding } from '../../store/roles/role-binding-changes.ts'
import { findBinding, type StoredBinding } from '../../store/roles/role-bindings.ts'
import { findRole } from '../../store/roles/roles.ts'
import { refuseChange } from '../actor.ts'
import { refuseUnlessCurrent, staleOr } from '../visible.ts'
import { lastOwner, mustKeepOwner, refuseOwn } from './owners.ts'
import { guarded, isOwn } from './role-binding-draft.ts'
import { refuseBinding } from './role-powers.ts'

/** Whether the actor may take a role away: null, or the problem. */
const refuseRemoval = async (
  context: Context,
  actor: Actor,
  binding: StoredBinding,
): Promise<Problem | null> => {
  const { id, namespacePath: path } = binding
  const refused = refuseChange(actor, guarded(path))
  if (refused) return refused
  if (await isOwn(context, actor, binding)) {
    const detail = 'an account cannot remove its own bindings, nor those of its groups'
    return refuseOwn(context, { bindingId: id }, detail)
  }
  const role = await findRole(context.db, binding.roleId)
  return role === undefined ? notFound : refuseBinding(actor, role, path)
}

/** Finds a binding that the actor may take away. */
export const removable = async (
  context: Context,
  actor: Actor,
  { id, ifMatch }: { readonly id: string; readonly ifMatch: number | null },
): Promise<Result<StoredBinding, Problem>> => {
  const binding = await findBinding(context.db, id)
  if (binding === undefined) return err(notFound)
  const refused =
    (await refuseRemoval(context, actor, binding)) ?? refuseUnlessCurrent(ifMatch, binding.version)
  return refused ? err(refused) : ok(binding)
}

/** Takes a role away, as one that the actor could have given. */
export const remove = async (
  context: Context,
  actor: Actor,
  which: { readonly id: string; readonly ifMatch: number | null },
): Promise<Result<null, Problem>> => {
  const binding = await removable(context, actor, which)
  if (!binding.ok) return binding
  const keepOwner = mustKeepOwner(actor, binding.value)
  const outcome = await deleteBinding(context.db, binding.value, { keepOwner })
  return outcome.kind === 'done' ? ok(null) : err(staleOr(outcome, lastOwner))
}
