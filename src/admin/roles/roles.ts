import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { isAtOrBelow } from '../../core/namespace.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import { findResourceServer, type StoredResourceServer } from '../../store/resource-servers.ts'
import { addRole, findRole, type StoredRole } from '../../store/roles/roles.ts'
import { findNamespaceByPath } from '../../store/tree/namespaces.ts'
import { mayReadVisible } from '../actor.ts'
import { refuseMaking } from '../visible.ts'
import { refusePowers } from './role-powers.ts'

export type { StoredRole } from '../../store/roles/roles.ts'

const guarded = (path: string) => ({ path, read: 'roles:read', write: 'roles:write' }) as const

/** What of a role can be chosen at any time. */
export type RoleFields = Pick<StoredRole, 'name' | 'displayName' | 'permissions'>

/** What a new role is made of. */
export interface NewRole extends RoleFields {
  readonly namespace: string
  readonly resourceServerId: string
}

/** Finds one role that the actor may read. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<StoredRole, Problem>> => {
  const role = await findRole(context.db, id)
  const readable = role !== undefined && mayReadVisible(actor, 'roles:read', role.namespacePath)
  return readable ? ok(role) : err(notFound)
}

/** The problem with permissions that the resource server does not have, by position. */
export const refuseUnknownPermissions = (
  permissions: readonly string[],
  known: readonly string[],
): Problem | null => {
  const errors = permissions.flatMap((permission, i) =>
    known.includes(permission)
      ? []
      : [{ pointer: `/permissions/${i}`, detail: 'the resource server has no such permission' }],
  )
  return errors.length === 0
    ? null
    : problem('validation-failed', 'a role takes permissions of its resource server', errors)
}

/** The problem of a role whose name is not free. */
export const roleNameTaken = problem(
  'name-taken',
  'the namespace has a role of this name for the resource server already',
)

/** Makes a role of permissions that the actor holds in the role's own namespace. */
export const create = async (
  context: Context,
  actor: Actor,
  { namespace: path, ...wanted }: NewRole,
): Promise<Result<StoredRole, Problem>> => {
  const refused = refuseMaking(actor, guarded(path))
  if (refused) return err(refused)
  const [namespace, server] = await Promise.all([
    findNamespaceByPath(context.db, path),
    findResourceServer(context.db, wanted.resourceServerId),
  ])
  if (namespace === undefined) return err(invalidReference('/namespace'))
  const unusable = refuseRole(actor, server, { ...wanted, path })
  if (unusable) return err(unusable)
  const role: StoredRole = {
    id: newId('role', context.nowMs),
    ...wanted,
    namespaceId: namespace.id,
    namespacePath: path,
    tenantId: namespace.tenantId,
    serverPath: server?.namespacePath ?? path,
    version: 1,
    createdAt: context.nowMs,
  }
  const outcome = await addRole(context.db, role)
  if (outcome.kind === 'done') return ok(role)
  if (outcome.kind === 'constraint') return err(roleNameTaken)
  return err(invalidReference(outcome.index === 0 ? '/namespace' : '/resource_server_id'))
}

/** Those of the permissions that exist; nobody holds the others, which the rules refuse. */
export const existing = (
  permissions: readonly string[],
  server: Pick<StoredResourceServer, 'permissions'>,
): readonly string[] => permissions.filter((name) => server.permissions.includes(name))

const refuseRole = (
  actor: Actor,
  server: StoredResourceServer | undefined,
  wanted: { readonly path: string; readonly permissions: readonly string[] },
): Problem | null => {
  const { path, permissions } = wanted
  if (server === undefined || !isAtOrBelow(path, server.namespacePath)) {
    return invalidReference('/resource_server_id')
  }
  const powers = {
    resourceServerId: server.id,
    serverPath: server.namespacePath,
    permissions: existing(permissions, server),
  }
  return (
    refusePowers(actor, powers, [path]) ?? refuseUnknownPermissions(permissions, server.permissions)
  )
}
