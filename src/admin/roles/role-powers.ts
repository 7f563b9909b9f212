import type { Actor } from '../../core/holding.ts'
import type { Problem } from '../../core/problem.ts'
import type { GroupBinding } from '../../store/groups/group-bindings.ts'
import type { StoredRole } from '../../store/roles/roles.ts'
import { refuseHandingOut, refuseImplied } from '../handing-out.ts'

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

/** Whether the actor may bind a role at a path, or take it away from there. */
export const refuseBinding = (
  actor: Actor,
  role: RolePowers & Pick<StoredRole, 'id'>,
  path: string,
): Problem | null => refuseImplied(actor, role.id, path) ?? refusePowers(actor, role, [path])

/** Whether the actor may give all that a group is bound to, or take it away. */
export const refuseGroup = (actor: Actor, bindings: readonly GroupBinding[]): Problem | null =>
  bindings
    .map((binding) =>
      refuseBinding(actor, { ...binding, id: binding.roleId }, binding.namespacePath),
    )
    .find((refused) => refused !== null) ?? null
