import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import type { PolicyAction } from '../../core/pending-change.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { TrustPolicy } from '../../core/trust-policy.ts'
import { nothingBeside } from '../../store/beside.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'
import { addPolicy, listPolicies, maxPolicies, replacePolicy } from '../../store/trust-policies.ts'
import {
  besideWidening,
  needsApproval,
  requestChange,
  type Saved,
  type SaveMode,
} from '../pending/change-requests.ts'
import { changedMeanwhile } from '../visible.ts'
import { type Changes, laterThan, weigh } from './policy-weighing.ts'

/** A policy that was saved, and what that changes. */
export interface SavedPolicy {
  readonly policy: TrustPolicy
  readonly changes: Changes
}

/** A policy that was judged, to be made (`before` null) or to replace another. */
export interface JudgedPolicy {
  readonly account: AccountRecord
  readonly before: TrustPolicy | null
  readonly after: TrustPolicy
  /** The operation that saves it. */
  readonly action: PolicyAction
}

const tooMany = problem('quota-exceeded', `an account has at most ${maxPolicies} trust policies`)

// What its author wrote, and no more: the rest is made anew when it is approved.
const draftOf = ({
  id: _i,
  version: _v,
  serviceAccountId: _s,
  warnings: _w,
  createdAt: _c,
  ...draft
}: TrustPolicy) => draft

const request = (
  context: Context,
  actor: Actor,
  { account, before, after, action, changes }: JudgedPolicy & { readonly changes: Changes },
) =>
  requestChange(context, actor, {
    tenantId: account.tenantId,
    namespaceId: account.namespaceId,
    namespacePath: account.namespacePath,
    action,
    serviceAccountId: account.id,
    targetId: before?.id ?? null,
    targetVersion: before?.version ?? null,
    wanted: draftOf(after),
    ...changes,
  })

/**
 * Saves a policy that was judged, and says what that changes. One that accepts more than before waits
 * for another owner where a namespace demands it; one that accepts less is saved at once.
 */
export const savePolicy = async (
  context: Context,
  actor: Actor,
  { mode, ...judged }: JudgedPolicy & { readonly mode: SaveMode },
): Promise<Result<Saved<SavedPolicy>, Problem>> => {
  const { account, before, after: policy } = judged
  const path = account.namespacePath
  const later = before && laterThan(before, await listPolicies(context.db, account.id))
  const changes = await weigh(context, path, { before, after: policy, later: later ?? [] })
  const widens = changes.acceptsNow.length > 0
  const waits = widens && (await needsApproval(context, path, mode))
  if (mode.dryRun === true) {
    return ok({ kind: 'tried', value: { policy, changes }, needsApproval: waits })
  }
  if (waits) {
    // Nobody is to be asked for what cannot be made; the transaction decides again.
    const kept = before === null ? await listPolicies(context.db, account.id) : []
    if (kept.length >= maxPolicies) return err(tooMany)
    const change = await request(context, actor, { ...judged, changes })
    return change.ok ? ok({ kind: 'pending', change: change.value }) : change
  }
  const alone = !widens && mode.approving === undefined
  const { details, ...beside } = alone
    ? nothingBeside
    : besideWidening(context, actor, { ...mode, path })
  const told = { accepts_now: changes.acceptsNow, accepts_no_longer: changes.acceptsNoLonger }
  const save = { policy, beside: { ...beside, details: { ...details, changes: told } } }
  const write = before === null ? addPolicy : replacePolicy
  const outcome = await write(context.db, account, save)
  if (outcome.kind === 'done') return ok({ kind: 'saved', value: { policy, changes } })
  if (before !== null || outcome.kind !== 'guard' || outcome.index > 1) return err(changedMeanwhile)
  return err(outcome.index === 1 ? tooMany : notFound)
}
