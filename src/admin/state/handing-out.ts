import { type Problem, problem } from '../../core/problem.ts'
import type { Step } from '../../core/state/diff.ts'
import type { Ref } from '../../core/state/entry.ts'
import { refKey } from '../../core/state/keys.ts'
import { refuseUnless } from '../actor.ts'
import { refuseImplied } from '../handing-out.ts'
import { isManager } from '../roles/role-binding-draft.ts'
import { refusePowers } from '../roles/role-powers.ts'
import { refuseSuspended } from '../tree/suspension.ts'
import type { Book, Bound } from './book.ts'
import type { Judging } from './judging.ts'

const self = (detail: string): Problem => problem('self-modification', detail)

const refuseRoleAt = ({ actor }: Judging, book: Book, { role, path }: Bound): Problem | null =>
  refuseImplied(actor, role.id, path) ?? refusePowers(actor, book.powersOf(role), [path])

const refuseAll = (judging: Judging, held: (book: Book) => readonly Bound[]): Problem | null => {
  for (const book of [judging.before, judging.after]) {
    for (const bound of held(book)) {
      const refused = refuseRoleAt(judging, book, bound)
      if (refused !== null) return refused
    }
  }
  return null
}

const isActor = ({ actor, before }: Judging, ref: Ref): boolean =>
  before.world.service_account.get(refKey(ref))?.id === actor.account.id

/** Guards what lets somebody act as an account: not itself, and only who holds all that it has or gets. */
export const refuseActing = (judging: Judging, account: Ref): Problem | null =>
  isActor(judging, account)
    ? self('an account cannot change its own access')
    : refuseAll(judging, (book) => book.heldBy(account))

const movedMembers = ({ before, after }: Step<'group'>): readonly Ref[] => {
  const [old, fresh] = [before?.entry.members ?? [], after?.entry.members ?? []]
  const [oldKeys, freshKeys] = [new Set(old.map(refKey)), new Set(fresh.map(refKey))]
  return [
    ...old.filter((ref) => !freshKeys.has(refKey(ref))),
    ...fresh.filter((ref) => !oldKeys.has(refKey(ref))),
  ]
}

/** Guards who is in a group: nobody moves themselves, and only who holds all that the group is bound to. */
export const refuseMembers = (judging: Judging, step: Step<'group'>): Problem | null => {
  const moved = movedMembers(step)
  const { id, entry } = step.after ?? step.before
  const goes = step.action === 'delete'
  if (moved.some((ref) => isActor(judging, ref)) || (goes && judging.ownGroups.has(id))) {
    return self('an account cannot change its own memberships')
  }
  const suspended = moved.map((ref) => refuseSuspended(judging.actor, ref.namespace))
  const refused = suspended.find((no) => no !== null)
  if (refused || (moved.length === 0 && !goes)) return refused ?? null
  return refuseAll(judging, (book) => book.boundTo('group', entry))
}

const isOwn = (judging: Judging, step: Step<'role_binding'>): boolean => {
  const { principal } = (step.after ?? step.before).entry
  if (principal.type === 'service_account') return isActor(judging, principal)
  const group = judging.before.world.group.get(refKey(principal))
  return group !== undefined && judging.ownGroups.has(group.id)
}

/** Guards giving a role and taking it away: nobody to or from themselves, and only who holds it there. */
export const refuseBound = (judging: Judging, step: Step<'role_binding'>): Problem | null => {
  const { actor, before, after } = judging
  const { role: ref, namespace: path } = (step.after ?? step.before).entry
  const refused = refuseUnless(actor, 'role-bindings:write', path)
  if (refused && !isManager(actor, refused, path)) return refused
  const book = step.after === null ? before : after
  const role = book.roleOf(ref)
  // What is not there holds nothing: the rules refuse it.
  const forbidden = role === undefined ? null : refuseRoleAt(judging, book, { role, path })
  return (
    forbidden ??
    refused ??
    (isOwn(judging, step) ? self('an account cannot change its own bindings') : null)
  )
}
