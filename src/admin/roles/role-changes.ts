import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { builtInRoles } from '../../core/permission.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { findResourceServer } from '../../store/resource-servers.ts'
import {
  deleteRole,
  findRole,
  pathsWhereBound,
  type StoredRole,
  updateRole,
} from '../../store/roles/roles.ts'
import { changedMeanwhile, refuseUnlessCurrent, refuseVisibleChange, staleOr } from '../visible.ts'
import { refusePowers } from './role-powers.ts'
import { existing, type RoleFields, refuseUnknownPermissions, roleNameTaken } from './roles.ts'

const guarded = (path: string) => ({ path, read: 'roles:read', write: 'roles:write' }) as const

/** The refusal to delete a role that somebody has. */
export const roleInUse = problem('in-use', 'the role is bound; unbind it first')

const ownRole = problem('self-modification', 'an account cannot change a role that it has itself')

/** Names a role and the version of it that the caller has read. */
export interface RoleVersion {
  readonly id: string
  readonly ifMatch: number | null
}

// As far as its namespace and its version go.
const findChangeable = async (
  context: Context,
  actor: Actor,
  { id, ifMatch }: RoleVersion,
): Promise<Result<StoredRole, Problem>> => {
  const role = await findRole(context.db, id)
  if (role === undefined) return err(notFound)
  const builtIn = builtInRoles.some((other) => other.id === id)
  const refused =
    refuseVisibleChange(actor, guarded(role.namespacePath)) ??
    (builtIn ? problem('permission-denied', 'built-in roles cannot be changed') : null) ??
    (actor.roles.some(({ roleId }) => roleId === id) ? ownRole : null) ??
    refuseUnlessCurrent(ifMatch, role.version)
  return refused ? err(refused) : ok(role)
}

/** Server-owned members that a replacement may echo, but not change. */
export type RoleEcho = Partial<
  Pick<StoredRole, 'id' | 'namespacePath' | 'resourceServerId' | 'version' | 'createdAt'>
>

const pointers = {
  id: '/id',
  namespacePath: '/namespace',
  resourceServerId: '/resource_server_id',
  version: '/version',
  createdAt: '/created_at',
} as const

const refuseEcho = (role: StoredRole, echo: RoleEcho): Problem | null => {
  const names = Object.keys(pointers) as (keyof typeof pointers)[]
  const errors = names
    .filter((name) => echo[name] !== undefined && echo[name] !== role[name])
    .map((name) => ({ pointer: pointers[name], detail: 'only the server sets this' }))
  return errors.length === 0
    ? null
    : problem('validation-failed', 'a server-owned member differs from what is stored', errors)
}

/**
 * Changes a role. Its old and new permissions are handed out wherever it is bound, and in its own
 * namespace even if it is not.
 */
export const update = async (
  context: Context,
  actor: Actor,
  change: RoleVersion & { readonly changes: Partial<RoleFields>; readonly echo: RoleEcho },
): Promise<Result<StoredRole, Problem>> => {
  const found = await findChangeable(context, actor, change)
  if (!found.ok) return found
  const role = found.value
  const [server, bound] = await Promise.all([
    findResourceServer(context.db, role.resourceServerId),
    pathsWhereBound(context.db, role.id),
  ])
  if (server === undefined) return err(notFound)
  const { name, displayName, permissions } = { ...role, ...change.changes }
  const judgedAt = [role.namespacePath, ...bound]
  const powers = { ...role, permissions: [...role.permissions, ...existing(permissions, server)] }
  const refused =
    refusePowers(actor, powers, judgedAt) ??
    refuseEcho(role, change.echo) ??
    refuseUnknownPermissions(permissions, server.permissions)
  if (refused) return err(refused)
  const outcome = await updateRole(context.db, role, { name, displayName, permissions, judgedAt })
  if (outcome.kind === 'constraint') return err(roleNameTaken)
  if (outcome.kind === 'guard') return err(changedMeanwhile)
  return ok({ ...role, name, displayName, permissions, version: role.version + 1 })
}

/** Finds a role that the actor may delete once it is bound nowhere. */
export const removable = async (
  context: Context,
  actor: Actor,
  which: RoleVersion,
): Promise<Result<StoredRole, Problem>> => {
  const found = await findChangeable(context, actor, which)
  if (!found.ok) return found
  const refused = refusePowers(actor, found.value, [found.value.namespacePath])
  return refused ? err(refused) : found
}

/** Deletes a role that is bound nowhere. */
export const remove = async (
  context: Context,
  actor: Actor,
  which: RoleVersion,
): Promise<Result<null, Problem>> => {
  const found = await removable(context, actor, which)
  if (!found.ok) return found
  const outcome = await deleteRole(context.db, found.value)
  if (outcome.kind === 'done') return ok(null)
  return err(staleOr(outcome, roleInUse))
}
