import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import type { PolicyAction } from '../../core/pending-change.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { PolicyDraft, TrustPolicy } from '../../core/trust-policy.ts'
import { isUndemanded } from '../../store/pending/demands.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'
import { deletePolicy, listPolicies } from '../../store/trust-policies.ts'
import { needsApproval, type Saved, type SaveMode } from '../pending/change-requests.ts'
import { changedMeanwhile, refuseUnlessCurrent } from '../visible.ts'
import { judgeDraft } from './policy-draft.ts'
import { type SavedPolicy, savePolicy } from './policy-saving.ts'
import { laterThan, weigh } from './policy-weighing.ts'
import { changeable, find, type PolicyKey } from './trust-policies.ts'

/** Finds a policy about to be changed: after authority, the version which the caller has read. */
export const current = async (
  context: Context,
  actor: Actor,
  key: PolicyKey & { readonly ifMatch: number | null },
): Promise<Result<{ account: AccountRecord; policy: TrustPolicy }, Problem>> => {
  const account = await changeable(context, actor, key.accountId)
  if (!account.ok) return account
  const found = await find(context, actor, key)
  if (!found.ok) return found
  const stale = refuseUnlessCurrent(key.ifMatch, found.value.version)
  return stale ? err(stale) : ok({ account: account.value, policy: found.value })
}

/** Makes the new text of a policy from the current one. */
export type Rewrite = (policy: TrustPolicy) => Result<PolicyDraft, Problem>

/** What a policy is to become, and which operation says so. */
export interface Replacement extends PolicyKey {
  readonly ifMatch: number | null
  readonly rewrite: Rewrite
  readonly action: PolicyAction
}

/** Replaces a policy that still has the version which the caller has read. */
export const replace = async (
  context: Context,
  actor: Actor,
  change: SaveMode & Replacement,
): Promise<Result<Saved<SavedPolicy>, Problem>> => {
  const { rewrite, action, ifMatch, accountId, id, ...mode } = change
  const found = await current(context, actor, { accountId, id, ifMatch })
  if (!found.ok) return found
  const { account, policy: before } = found.value
  const draft = rewrite(before)
  if (!draft.ok) return draft
  const judged = await judgeDraft(context, account.namespacePath, draft.value)
  if (!judged.ok) return judged
  const version = before.version + 1
  const after = { ...before, ...draft.value, version, warnings: judged.value }
  return savePolicy(context, actor, { account, before, after, action, mode })
}

// What is deleted cannot wait for anybody; what is disabled decides nothing, and goes at once.
const disableFirst = problem(
  'approval-required',
  'a later policy gives more to the tokens of this one: disable it first, which waits for another owner',
)

/** Deletes a policy that still has the version which the caller has read. */
export const remove = async (
  context: Context,
  actor: Actor,
  key: PolicyKey & { readonly ifMatch: number | null },
): Promise<Result<null, Problem>> => {
  const before = await current(context, actor, key)
  if (!before.ok) return before
  const { account, policy } = before.value
  const path = account.namespacePath
  const later = laterThan(policy, await listPolicies(context.db, account.id))
  const { acceptsNow } = await weigh(context, path, { before: policy, after: null, later })
  const widens = acceptsNow.length > 0
  if (widens && (await needsApproval(context, path, {}))) return err(disableFirst)
  const guards = widens ? [isUndemanded(context.db, path)] : []
  const outcome = await deletePolicy(context.db, account, { ...policy, guards })
  return outcome.kind === 'done' ? ok(null) : err(changedMeanwhile)
}
