import { type Context, nowSeconds } from '../../context.ts'
import { type Actor, ownsAt } from '../../core/holding.ts'
import { parentPath, rootPath } from '../../core/namespace.ts'
import { inUse, type Problem, problem } from '../../core/problem.ts'
import type { Removal } from '../../core/removal.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { nothingBeside } from '../../store/beside.ts'
import { deleteNamespace, foreseeNamespace } from '../../store/tree/namespace-removal.ts'
import { type NamespaceChange, updateNamespace } from '../../store/tree/namespace-updates.ts'
import type { Namespace } from '../../store/tree/namespaces.ts'
import { refuseChange, refuseLacking } from '../actor.ts'
import { liftsOwnDemand, refuseDemand, requestLifting } from '../pending/approval-demand.ts'
import { besideWidening, type Saved, type SaveMode } from '../pending/change-requests.ts'
import { changedMeanwhile } from '../visible.ts'
import { find, guarded } from './namespaces.ts'
import { refuseFromWithin } from './suspension.ts'

const refuseRoot = ({ path }: Namespace): Problem | null =>
  path === rootPath ? problem('permission-denied', '/ cannot be suspended or deleted') : null

/** Guards what is decided above a namespace; above tenants there are only the owners of `/`. */
export const refuseAbove = (actor: Actor, { path }: Pick<Namespace, 'path'>): Problem | null => {
  const above = parentPath(path)
  if (above === rootPath && !ownsAt(actor, rootPath)) {
    return problem('permission-denied', 'this needs an owner of /')
  }
  return refuseLacking(actor, 'namespaces:write', above) ?? refuseFromWithin(actor, path)
}

// What is decided above a namespace cannot be undone from within it.
const refuseUpdate = (
  actor: Actor,
  namespace: Namespace,
  changes: NamespaceChange,
): Problem | null => {
  const { enabled, namedTokensMaxDays, ...own } = changes
  const above = enabled !== undefined || namedTokensMaxDays !== undefined
  const refused =
    (enabled === undefined ? null : refuseRoot(namespace)) ??
    (above ? refuseAbove(actor, namespace) : null)
  if (refused || (above && Object.keys(own).length === 0)) return refused
  return refuseChange(actor, guarded(namespace.path)) ?? refuseDemand(actor, namespace, changes)
}

/**
 * Changes a namespace; suspending it, or limiting its named tokens, needs authority above it. Lifting
 * its demand for a second owner waits for one.
 */
export const update = async (
  context: Context,
  actor: Actor,
  { id, changes, ...mode }: SaveMode & { readonly id: string; readonly changes: NamespaceChange },
): Promise<Result<Saved<Namespace>, Problem>> => {
  const found = await find(context, actor, id)
  if (!found.ok) return found
  const namespace = found.value
  const refused = refuseUpdate(actor, namespace, changes)
  if (refused) return err(refused)
  if (liftsOwnDemand(actor, namespace, { changes, ...mode })) {
    return requestLifting(context, actor, { namespace, changes })
  }
  const approves = mode.approving !== undefined
  const beside = approves
    ? besideWidening(context, actor, { ...mode, path: namespace.path })
    : nothingBeside
  const now = nowSeconds(context)
  const outcome = await updateNamespace(context.db, namespace, { changes, now, beside })
  if (outcome.kind !== 'done') return err(changedMeanwhile)
  return ok({ kind: 'saved', value: { ...namespace, ...changes } })
}

// What cannot be deleted cannot be asked about either.
const removable = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<Namespace, Problem>> => {
  const found = await find(context, actor, id)
  if (!found.ok) return found
  const refused = refuseRoot(found.value) ?? refuseAbove(actor, found.value)
  return refused ? err(refused) : found
}

/** What deleting a namespace and all below it would come to. */
export const foreseeRemoval = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<Removal, Problem>> => {
  const found = await removable(context, actor, id)
  if (!found.ok) return found
  return ok(await foreseeNamespace(context.db, found.value.path, nowSeconds(context)))
}

/** Deletes a namespace and all below it. */
export const remove = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<null, Problem>> => {
  const found = await removable(context, actor, id)
  if (!found.ok) return found
  const now = nowSeconds(context)
  const outcome = await deleteNamespace(context.db, found.value, now)
  if (outcome.kind === 'done') return ok(null)
  const { blockedBy } = await foreseeNamespace(context.db, found.value.path, now)
  return err(inUse('something outside still refers to what lies below this namespace', blockedBy))
}
