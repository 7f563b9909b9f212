import { type Context, nowSeconds } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import { adminServerId } from '../core/permission.ts'
import { notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import {
  deleteResourceServer,
  findResourceServer,
  type StoredResourceServer,
  updateResourceServer,
} from '../store/resource-servers.ts'
import type { ResourceServerFields } from './resource-servers.ts'
import { refuseStale, refuseUnlessOwner, refuseVisibleChange, staleOr } from './visible.ts'

/** The refusal to drop a permission that a role has. */
export const permissionInUse = problem('in-use', 'a role has a permission left out here')

/** The refusal to delete a resource server that has roles. */
export const serverInUse = problem('in-use', 'roles are about this resource server')

const guarded = (path: string) =>
  ({ path, read: 'resource-servers:read', write: 'resource-servers:write' }) as const

/**
 * Finds a resource server that the actor may change or delete. Not the admin API, whoever asks: its
 * permissions are those of the release.
 */
export const findChangeable = async (
  context: Context,
  actor: Actor,
  { id, ifMatch }: { readonly id: string; readonly ifMatch: number | null },
): Promise<Result<StoredResourceServer, Problem>> => {
  const server = await findResourceServer(context.db, id)
  if (server === undefined) return err(notFound)
  const { namespacePath: path, version } = server
  const refused =
    refuseVisibleChange(actor, guarded(path)) ??
    refuseUnlessOwner(actor, path) ??
    (id === adminServerId ? problem('permission-denied', 'the admin API is built in') : null) ??
    refuseStale(ifMatch, version)
  return refused ? err(refused) : ok(server)
}

/** Changes a resource server. Its roles keep it from losing a permission. */
export const update = async (
  context: Context,
  actor: Actor,
  {
    changes,
    ...which
  }: {
    readonly id: string
    readonly ifMatch: number | null
    readonly changes: Partial<ResourceServerFields>
  },
): Promise<Result<StoredResourceServer, Problem>> => {
  const found = await findChangeable(context, actor, which)
  if (!found.ok) return found
  const { name, permissions, tokenTtlSeconds } = { ...found.value, ...changes }
  const fields = { name, permissions, tokenTtlSeconds }
  const outcome = await updateResourceServer(context.db, found.value, fields)
  if (outcome.kind === 'done') {
    return ok({ ...found.value, ...fields, version: found.value.version + 1 })
  }
  return err(staleOr(outcome, permissionInUse))
}

/** Deletes a resource server that no role is about. */
export const remove = async (
  context: Context,
  actor: Actor,
  which: { readonly id: string; readonly ifMatch: number | null },
): Promise<Result<null, Problem>> => {
  const found = await findChangeable(context, actor, which)
  if (!found.ok) return found
  const outcome = await deleteResourceServer(context.db, found.value, nowSeconds(context))
  if (outcome.kind === 'done') return ok(null)
  return err(staleOr(outcome, serverInUse))
}
