import type { Actor } from '../core/holding.ts'
import { isAtOrBelow } from '../core/namespace.ts'
import { deployerRoleId, ownerRoleId } from '../core/permission.ts'
import { type Problem, problem } from '../core/problem.ts'
import type { StoredRole } from '../store/roles.ts'
import { refuseHandingOut } from './handing-out.ts'

/** What is handed out with a role: permissions of one API. */
export type RolePowers = Pick<StoredRole, 'resourceServerId' | 'serverPath' | 'permissions'>

/** Whether the actor holds all of a role's permissions at each of these paths. */
export const refusePowers = (
  actor: Actor,
  { permissions, resourceServerId, serverPath }: RolePowers,
  paths: readonly string[],
): Problem | null =>
  refuseHandingOut(
    actor,
    paths.flatMap((path) =>
      permissions.map((permission) => ({ permission, resourceServerId, serverPath, path })),
    ),
  )

// `owner` and `deployer` imply more than the permissions they list, so a custom role that lists the
// same ones is not enough to bind them.
const impliers: Readonly<Record<string, readonly string[]>> = {
  [ownerRoleId]: [ownerRoleId],
  [deployerRoleId]: [ownerRoleId, deployerRoleId],
}

/** Whether the actor may bind a role at a path, or take it away from there. */
export const refuseBinding = (actor: Actor, role: StoredRole, path: string): Problem | null => {
  const enough = Object.hasOwn(impliers, role.id) ? impliers[role.id] : undefined
  const has = actor.roles.some(
    ({ roleId, namespacePath }) => enough?.includes(roleId) && isAtOrBelow(path, namespacePath),
  )
  if (enough !== undefined && !has) {
    return problem('privilege-escalation', `you do not have the role ${role.name} in ${path}`)
  }
  return refusePowers(actor, role, [path])
}
