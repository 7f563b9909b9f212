import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { rootNamespaceId, rootPath } from '../../core/namespace.ts'
import { type Problem, type ProblemError, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import { namedById } from '../../store/account-roles.ts'
import { resourceServersOf, type StoredResourceServer } from '../../store/resource-servers.ts'
import type { StoredRole } from '../../store/roles/roles.ts'
import { refuseUnless } from '../actor.ts'
import { refusePowers } from '../roles/role-powers.ts'
import { existing } from '../roles/roles.ts'

// A name that two resource servers carry means neither: this API has no way to say which.
const refuseUnclear = (
  permissions: readonly string[],
  servers: readonly StoredResourceServer[],
): Problem | null => {
  const errors = permissions.flatMap((permission, i): ProblemError[] => {
    const bearers = servers.filter((server) => server.permissions.includes(permission))
    if (bearers.length === 1) return []
    const named = bearers.map(({ id }) => id).join(' and ')
    const detail = named
      ? `${named} both have it: leave it out here, and bind a role of the one that you mean`
      : 'no resource server of / has this permission'
    return [{ pointer: `/permissions/${i}`, detail }]
  })
  if (errors.length === 0) return null
  return problem('validation-failed', 'a permission is one of one resource server of /', errors)
}

/**
 * Makes one role in `/` for each resource server of `/` that some of these permissions belong to.
 * Tenants see roles of `/` and may bind them, so these are called by their own ids: they tell nothing
 * of the account, and one that is bound elsewhere keeps no name from anybody.
 */
export const makeRootRoles = async (
  context: Context,
  actor: Actor,
  permissions: readonly string[],
): Promise<Result<readonly StoredRole[], Problem>> => {
  if (permissions.length === 0) return ok([])
  const servers = await resourceServersOf(context.db, rootNamespaceId)
  const roles = servers.map((server) => ({
    ...namedById(newId('role', context.nowMs)),
    namespaceId: rootNamespaceId,
    namespacePath: rootPath,
    tenantId: rootNamespaceId,
    displayName: null,
    resourceServerId: server.id,
    serverPath: rootPath,
    permissions: existing(permissions, server),
    version: 1,
    createdAt: context.nowMs,
  }))
  const refused =
    refuseUnless(actor, 'roles:write', rootPath) ??
    refuseUnless(actor, 'role-bindings:write', rootPath) ??
    roles.map((role) => refusePowers(actor, role, [rootPath])).find((no) => no !== null) ??
    refuseUnclear(permissions, servers)
  return refused ? err(refused) : ok(roles.filter((role) => role.permissions.length > 0))
}
