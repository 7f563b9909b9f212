import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import type { PolicyAction } from '../../core/pending-change.ts'
import type { Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { PolicyDraft, TrustPolicy } from '../../core/trust-policy.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'
import { deletePolicy } from '../../store/trust-policies.ts'
import type { Saved, SaveMode } from '../pending/change-requests.ts'
import { changedMeanwhile, refuseUnlessCurrent } from '../visible.ts'
import { judgeDraft } from './policy-draft.ts'
import { type SavedPolicy, savePolicy } from './policy-saving.ts'
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

/** Deletes a policy that still has the version which the caller has read. */
export const remove = async (
  context: Context,
  actor: Actor,
  key: PolicyKey & { readonly ifMatch: number | null },
): Promise<Result<null, Problem>> => {
  const before = await current(context, actor, key)
  if (!before.ok) return before
  const { account, policy } = before.value
  const outcome = await deletePolicy(context.db, account, policy)
  return outcome.kind === 'done' ? ok(null) : err(changedMeanwhile)
}
