import type { Context } from '../../context.ts'
import { maxBindings, maxBindingsBelow, maxBindingsOfAccount } from '../../core/binding-limits.ts'
import { type Actor, holdsAdmin } from '../../core/holding.ts'
import { isAtOrBelow } from '../../core/namespace.ts'
import { invalidReference, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import { isMember } from '../../store/groups/group-members.ts'
import type { PrincipalType, RoleBinding } from '../../store/roles/role-bindings.ts'
import { findRole } from '../../store/roles/roles.ts'
import { findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { refuseMaking } from '../visible.ts'
import { refuseBinding } from './role-powers.ts'

const here = 'a role is bound at the namespace of the account or group, or below it'
const tooHigh = problem('invalid-reference', here, [{ pointer: '/namespace', detail: here }])

const ownBinding = problem(
  'self-modification',
  'an account cannot bind roles to itself, nor to a group that it is in',
)

/** The problem of an account or a group that would have too many roles. */
export const tooManyBindings = problem(
  'quota-exceeded',
  `an account or a group is bound to at most ${maxBindings} roles, ${maxBindingsBelow} of them below each namespace right below its own; an account has at most ${maxBindingsOfAccount} with those of its groups. Delete some, or bind one role higher up`,
)

/** Where a binding lies, and the permissions of its collection. */
export const guarded = (path: string) =>
  ({ path, read: 'role-bindings:read', write: 'role-bindings:write' }) as const

/** Who is to have a role: an account, which may be about to be made, or a group. */
export interface Principal {
  readonly type: PrincipalType
  readonly id: string
  readonly namespacePath: string
}

/** A role to be bound. */
export interface WantedBinding {
  readonly roleId: string
  readonly namespace: string
  readonly principal: Principal
}

/**
 * Whether somebody is refused who manages accounts. Who does and reaches for more than it holds is told
 * so, and not that a permission is missing (AC-279); who manages nothing learns that first.
 */
export const isManager = (actor: Actor, { slug }: Problem, path: string): boolean =>
  slug === 'permission-denied' && holdsAdmin(actor, 'service-accounts:write', path)

/** Whether what is bound to a principal, an actor has: it is the principal, or in the group. */
export const isOwn = async (
  context: Context,
  { account }: Actor,
  { serviceAccountId, groupId }: Pick<RoleBinding, 'serviceAccountId' | 'groupId'>,
): Promise<boolean> =>
  groupId === null
    ? serviceAccountId === account.id
    : isMember(context.db, { groupId, serviceAccountId: account.id })

/**
 * Judges a binding and makes its row: the role is visible there, the account or group lives there or
 * above, and the actor holds all that it hands out. To be saved in one batch with `roleUnchanged`, for
 * it is judged by the role as it was read. Pointers are those of the bindings' own `POST`.
 */
export const prepareBinding = async (
  context: Context,
  actor: Actor,
  { roleId, namespace: path, principal }: WantedBinding,
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
  const whose = {
    serviceAccountId: principal.type === 'service_account' ? principal.id : null,
    groupId: principal.type === 'group' ? principal.id : null,
  }
  const forbidden =
    refuseBinding(actor, role, path) ??
    refused ??
    ((await isOwn(context, actor, whose)) ? ownBinding : null)
  if (forbidden) return err(forbidden)
  // Elsewhere a binding would hold nothing, or reach out of the principal's own house.
  if (!isAtOrBelow(path, principal.namespacePath)) return err(tooHigh)
  return ok({
    id: newId('rb', context.nowMs),
    roleId,
    ...whose,
    namespaceId: namespace.id,
    namespacePath: path,
    roleName: role.name,
    roleVersion: role.version,
    version: 1,
    createdAt: context.nowMs,
  })
}
