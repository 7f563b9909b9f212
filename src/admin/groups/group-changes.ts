import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { bindingsOfGroups, type GroupBinding } from '../../store/groups/group-bindings.ts'
import { isMember } from '../../store/groups/group-members.ts'
import {
  deleteGroup,
  findGroup,
  type Group,
  type GroupFields,
  updateGroup,
} from '../../store/groups/groups.ts'
import { refuseChange } from '../actor.ts'
import { lastOwner, ownedBy, refuseOwn } from '../roles/owners.ts'
import { guarded as guardedBinding } from '../roles/role-binding-draft.ts'
import { refuseGroup } from '../roles/role-powers.ts'
import { changedMeanwhile, refuseStale, refuseVisibleChange } from '../visible.ts'
import { groupNameTaken, guarded } from './groups.ts'

/** Names a group, and the version of it that the caller has read, if it says so. */
export interface GroupVersion {
  readonly id: string
  readonly ifMatch: number | null
}

const findChangeable = async (
  context: Context,
  actor: Actor,
  { id, ifMatch }: GroupVersion,
): Promise<Result<Group, Problem>> => {
  const group = await findGroup(context.db, id)
  if (group === undefined) return err(notFound)
  const refused =
    refuseVisibleChange(actor, guarded(group.namespacePath)) ?? refuseStale(ifMatch, group.version)
  return refused ? err(refused) : ok(group)
}

/** Changes what a group is called. */
export const update = async (
  context: Context,
  actor: Actor,
  { changes, ...which }: GroupVersion & { readonly changes: Partial<GroupFields> },
): Promise<Result<Group, Problem>> => {
  const found = await findChangeable(context, actor, which)
  if (!found.ok) return found
  const { name, displayName } = { ...found.value, ...changes }
  const outcome = await updateGroup(context.db, found.value, { name, displayName })
  if (outcome.kind === 'constraint') return err(groupNameTaken)
  if (outcome.kind === 'guard') return err(changedMeanwhile)
  return ok({ ...found.value, name, displayName, version: found.value.version + 1 })
}

const inUse = problem('in-use', 'the group is bound where you may not unbind it')

// Its bindings go with it, so each must be one that the actor could take away.
const refuseUnbinding = (actor: Actor, bindings: readonly GroupBinding[]): Problem | null => {
  const refusals = bindings.map(({ namespacePath }) =>
    refuseChange(actor, guardedBinding(namespacePath)),
  )
  const refused = refusals.find((each) => each !== null)
  if (refused === undefined) return refuseGroup(actor, bindings)
  return refused?.slug === 'tenant-suspended' ? refused : inUse
}

interface Judged {
  readonly group: Group
  readonly judged: readonly GroupBinding[]
}

/** Finds a group that the actor may delete, with the bindings that would go with it. */
export const removable = async (
  context: Context,
  actor: Actor,
  which: GroupVersion,
): Promise<Result<Judged, Problem>> => {
  const found = await findChangeable(context, actor, which)
  if (!found.ok) return found
  const { id: groupId } = found.value
  const own = await isMember(context.db, { groupId, serviceAccountId: actor.account.id })
  const detail = 'an account cannot delete a group that it is in'
  if (own) return err(await refuseOwn(context, { groupId }, detail))
  const judged = await bindingsOfGroups(context.db, [groupId])
  const refused = refuseUnbinding(actor, judged)
  return refused ? err(refused) : ok({ group: found.value, judged })
}

/** Deletes a group with its bindings, as one that could remove each of them. */
export const remove = async (
  context: Context,
  actor: Actor,
  which: GroupVersion,
): Promise<Result<null, Problem>> => {
  const found = await removable(context, actor, which)
  if (!found.ok) return found
  const { group, judged } = found.value
  const keepOwnersOf = ownedBy(actor, judged)
  const outcome = await deleteGroup(context.db, group, { judged, keepOwnersOf })
  if (outcome.kind === 'done') return ok(null)
  const changed = outcome.kind === 'guard' && outcome.index < 2
  return err(changed ? changedMeanwhile : lastOwner)
}
