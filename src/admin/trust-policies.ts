import type { Context } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import { notFound, type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { PolicyDraft, TrustPolicy } from '../core/trust-policy.ts'
import { newId } from '../crypto/random.ts'
import { type AccountRecord, findAccount } from '../store/service-accounts.ts'
import { addPolicy, findPolicy, listPolicies, maxPolicies } from '../store/trust-policies.ts'
import { refuseChange, refuseReading } from './actor.ts'
import { refuseActingAs } from './handing-out.ts'
import { judgeDraft } from './policy-draft.ts'

export type { TrustPolicy } from '../core/trust-policy.ts'

const tooMany = problem('quota-exceeded', `an account has at most ${maxPolicies} trust policies`)

/** Names a policy: the account it belongs to, and its id. */
export interface PolicyKey {
  readonly accountId: string
  readonly id: string
}

const readable = async (
  context: Context,
  actor: Actor,
  accountId: string,
): Promise<Result<AccountRecord, Problem>> => {
  const account = await findAccount(context.db, accountId)
  if (account === undefined) return err(notFound)
  const refused = refuseReading(actor, 'trust-policies:read', account.namespacePath)
  return refused ? err(refused) : ok(account)
}

/** An account whose policies the actor may change. */
export const changeable = async (
  context: Context,
  actor: Actor,
  accountId: string,
): Promise<Result<AccountRecord, Problem>> => {
  const account = await readable(context, actor, accountId)
  if (!account.ok) return account
  const refused =
    refuseChange(actor, {
      path: account.value.namespacePath,
      read: 'trust-policies:read',
      write: 'trust-policies:write',
    }) ?? (await refuseActingAs(context, actor, account.value))
  return refused ? err(refused) : account
}

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
  { accountId, draft }: { readonly accountId: string; readonly draft: PolicyDraft },
): Promise<Result<TrustPolicy, Problem>> => {
  const account = await changeable(context, actor, accountId)
  if (!account.ok) return account
  const judged = await judgeDraft(context, account.value.namespacePath, draft)
  if (!judged.ok) return judged
  const policy: TrustPolicy = {
    ...draft,
    id: newId('tp', context.nowMs),
    version: 1,
    serviceAccountId: accountId,
    warnings: judged.value,
    createdAt: context.nowMs,
  }
  const outcome = await addPolicy(context.db, account.value.tenantId, policy)
  if (outcome.kind === 'done') return ok(policy)
  return err(outcome.kind === 'guard' && outcome.index === 1 ? tooMany : notFound)
}
