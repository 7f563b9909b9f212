import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { notFound, type Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { PolicyDraft, TrustPolicy } from '../../core/trust-policy.ts'
import { newId } from '../../crypto/random.ts'
import { findPolicy, listPolicies } from '../../store/trust-policies.ts'
import { guardParts, type PartKey } from '../parts.ts'
import type { Saved, SaveMode } from '../pending/change-requests.ts'
import { judgeDraft } from './policy-draft.ts'
import { type SavedPolicy, savePolicy } from './policy-saving.ts'

export type { TrustPolicy } from '../../core/trust-policy.ts'

/** Names a policy: the account it belongs to, and its id. */
export type PolicyKey = PartKey

const { readable, changeable } = guardParts('trust-policies:read', 'trust-policies:write')

export { changeable }

/** Lists an account's policies, oldest first. There are at most 20, so there is one page. */
export const list = async (
  context: Context,
  actor: Actor,
  accountId: string,
): Promise<Result<readonly TrustPolicy[], Problem>> => {
  const account = await readable(context, actor, accountId)
  return account.ok ? ok(await listPolicies(context.db, accountId)) : account
}

/** Finds one policy of an account. */
export const find = async (
  context: Context,
  actor: Actor,
  { accountId, id }: PolicyKey,
): Promise<Result<TrustPolicy, Problem>> => {
  const account = await readable(context, actor, accountId)
  if (!account.ok) return account
  const policy = await findPolicy(context.db, { id, serviceAccountId: accountId })
  return policy === undefined ? err(notFound) : ok(policy)
}

/** Adds a policy after judging it: lint by the issuer's preset, then its own examples. */
export const create = async (
  context: Context,
  actor: Actor,
  {
    accountId,
    draft,
    ...mode
  }: SaveMode & { readonly accountId: string; readonly draft: PolicyDraft },
): Promise<Result<Saved<SavedPolicy>, Problem>> => {
  const account = await changeable(context, actor, accountId)
  if (!account.ok) return account
  const judged = await judgeDraft(context, account.value.namespacePath, draft)
  if (!judged.ok) return judged
  const after: TrustPolicy = {
    ...draft,
    id: newId('tp', context.nowMs),
    version: 1,
    serviceAccountId: accountId,
    warnings: judged.value,
    createdAt: context.nowMs,
  }
  const judgedPolicy = { account: account.value, before: null, after }
  return savePolicy(context, actor, { ...judgedPolicy, action: 'trust-policies.create', mode })
}
