import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { rootPath } from '../../core/namespace.ts'
import type { AdminPermission } from '../../core/permission.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, type Result } from '../../core/result.ts'
import type { Namespace } from '../../store/tree/namespaces.ts'
import { refuseUnless } from '../actor.ts'
import { find } from '../tree/namespaces.ts'

// All that a document may tell of. Half a document would be worse than none: applied elsewhere, or
// here with prune, it would take away what its reader could not see.
const reads: readonly AdminPermission[] = [
  'resource-servers:read',
  'roles:read',
  'groups:read',
  'issuers:read',
  'service-accounts:read',
  'trust-policies:read',
  'role-bindings:read',
]

/** Finds a namespace whose whole configuration the actor may read. */
export const findSubtree = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<Namespace, Problem>> => {
  const found = await find(context, actor, id)
  if (!found.ok) return found
  const { path } = found.value
  if (path === rootPath) {
    return err(problem('permission-denied', 'a document covers one tenant, or a part of it'))
  }
  const refused = reads
    .map((permission) => refuseUnless(actor, permission, path))
    .find((no) => no !== null)
  return refused ? err(refused) : found
}
