import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { isAtOrBelow } from '../../core/namespace.ts'
import { invalidReference, notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { bindingsOfGroups, type GroupBinding } from '../../store/groups/group-bindings.ts'
import { findGroups, type Group } from '../../store/groups/groups.ts'
import { isManager } from '../roles/role-binding-draft.ts'
import { refuseGroup } from '../roles/role-powers.ts'
import { refuseVisibleChange } from '../visible.ts'
import { guarded } from './groups.ts'

/** Whether the actor may change who is in a group: only who could give all that it is bound to. */
export const refuseMembership = (
  actor: Actor,
  { namespacePath: path }: Group,
  bindings: readonly GroupBinding[],
): Problem | null => {
  const refused = refuseVisibleChange(actor, guarded(path))
  if (refused && !isManager(actor, refused, path)) return refused
  return refuseGroup(actor, bindings) ?? refused
}

/** The groups that a new account is to be in, and what they were bound to when that was judged. */
export interface Memberships {
  readonly groupIds: readonly string[]
  readonly judged: readonly GroupBinding[]
}

/** Judges the groups of a new account, each as a member is added. */
export const judgeMemberships = async (
  { db }: Context,
  actor: Actor,
  { namespace, groupIds }: { readonly namespace: string; readonly groupIds: readonly string[] },
): Promise<Result<Memberships, Problem>> => {
  if (groupIds.length === 0) return ok({ groupIds, judged: [] })
  const [found, judged] = await Promise.all([
    findGroups(db, groupIds),
    bindingsOfGroups(db, groupIds),
  ])
  for (const [i, id] of groupIds.entries()) {
    const group = found.find((each) => each.id === id)
    const visible = group !== undefined && isAtOrBelow(namespace, group.namespacePath)
    if (!visible) return err(invalidReference(`/groups/${i}`))
    const bindings = judged.filter(({ groupId }) => groupId === id)
    const refused = refuseMembership(actor, group, bindings)
    if (refused) return err(refused === notFound ? invalidReference(`/groups/${i}`) : refused)
  }
  return ok({ groupIds, judged })
}
