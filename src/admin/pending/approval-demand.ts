import type { Context } from '../../context.ts'
import { type Actor, ownsAt } from '../../core/holding.ts'
import { parentPath, rootPath } from '../../core/namespace.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { NamespaceChange } from '../../store/tree/namespace-updates.ts'
import { type Namespace, placeOf } from '../../store/tree/namespaces.ts'
import { refuseUnlessOwner } from '../visible.ts'
import { requestChange, type Saved, type SaveMode } from './change-requests.ts'

// Who owns what lies above could move it all away, or delete it: the demand binds who is below.
const ownsAbove = (actor: Actor, path: string): boolean =>
  path !== rootPath && ownsAt(actor, parentPath(path))

/** Guards the demand for a second owner: an owner of the place, or of one above, sets and lifts it. */
export const refuseDemand = (
  actor: Actor,
  { path }: Namespace,
  { wideningNeedsApproval }: NamespaceChange,
): Problem | null => (wideningNeedsApproval === undefined ? null : refuseUnlessOwner(actor, path))

/** Whether a change lifts a demand that holds its own author: that accepts more, of everything below. */
export const liftsOwnDemand = (
  actor: Actor,
  { path, wideningNeedsApproval }: Namespace,
  { changes, approving }: SaveMode & { readonly changes: NamespaceChange },
): boolean =>
  approving === undefined &&
  wideningNeedsApproval &&
  changes.wideningNeedsApproval === false &&
  !ownsAbove(actor, path)

const alone = problem('validation-failed', 'another owner has to approve this, so send it alone', [
  { pointer: '/widening_needs_approval', detail: 'leave the other members to another call' },
])

/** Leaves the lifting of a demand to another owner. */
export const requestLifting = async (
  context: Context,
  actor: Actor,
  { namespace, changes }: { readonly namespace: Namespace; readonly changes: NamespaceChange },
): Promise<Result<Saved<Namespace>, Problem>> => {
  if (Object.keys(changes).length > 1) return err(alone)
  const change = await requestChange(context, actor, {
    ...placeOf(namespace),
    action: 'namespaces.update',
    serviceAccountId: null,
    targetId: namespace.id,
    targetVersion: null,
    wanted: changes,
    acceptsNow: [`whatever one owner saves in ${namespace.path} and below, without another's word`],
    acceptsNoLonger: [],
  })
  return change.ok ? ok({ kind: 'pending', change: change.value }) : change
}
