import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { maxPending, type PendingChange } from '../../core/pending-change.ts'
import type { Place } from '../../core/place.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { newId } from '../../crypto/random.ts'
import { type Beside, nothingBeside } from '../../store/beside.ts'
import { addChange } from '../../store/pending/change-requests.ts'
import { findDemand, isUndemanded } from '../../store/pending/demands.ts'
import { approval } from '../../store/pending/pending-decisions.ts'

/** How a save is meant: only tried, or as what another owner has asked for. */
export interface SaveMode {
  readonly dryRun?: boolean
  readonly approving?: PendingChange
}

/** What a save came to: made, left for another owner, or only tried. */
export type Saved<T> =
  | { readonly kind: 'saved'; readonly value: T }
  | { readonly kind: 'pending'; readonly change: PendingChange }
  | { readonly kind: 'tried'; readonly value: T; readonly needsApproval: boolean }

/** What another owner is asked to approve. */
export type ChangeRequest = Place &
  Pick<
    PendingChange,
    | 'action'
    | 'serviceAccountId'
    | 'targetId'
    | 'targetVersion'
    | 'wanted'
    | 'acceptsNow'
    | 'acceptsNoLonger'
  >

const tooMany = problem(
  'quota-exceeded',
  `${maxPending} changes wait for approval here already; approve or reject some first`,
)

/** Leaves a change for another owner; nothing else happens. */
export const requestChange = async (
  context: Context,
  actor: Actor,
  { tenantId, namespaceId, namespacePath, ...request }: ChangeRequest,
): Promise<Result<PendingChange, Problem>> => {
  const change: PendingChange = {
    ...request,
    id: newId('pc', context.nowMs),
    tenantId,
    namespaceId,
    namespacePath,
    requestedBy: actor.account,
    state: 'pending',
    decidedBy: null,
    decidedAt: null,
    version: 1,
    createdAt: context.nowMs,
  }
  const outcome = await addChange(context.db, change)
  return outcome.kind === 'done' ? ok(change) : err(tooMany)
}

/** Whether what accepts more at a place needs another owner's word; an approval is that word. */
export const needsApproval = async (
  context: Context,
  path: string,
  { approving }: SaveMode,
): Promise<boolean> => approving === undefined && (await findDemand(context.db, path)) !== null

/** What must hold and happen in the transaction of a save that accepts more. */
export const besideWidening = (
  { db, nowMs }: Context,
  actor: Actor,
  { path, approving }: SaveMode & { readonly path: string },
): Beside =>
  approving === undefined
    ? { ...nothingBeside, guards: [isUndemanded(db, path)] }
    : approval(db, approving, { decidedBy: actor.account, decidedAt: nowMs })
