import type { Context } from '../../context.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { TrustPolicy } from '../../core/trust-policy.ts'
import { newId } from '../../crypto/random.ts'
import { maxPolicies } from '../../store/trust-policies.ts'
import { needsApproval } from '../pending/change-requests.ts'
import { judgeDraft } from '../policies/policy-draft.ts'
import { at, type NewAccount } from './account-parts.ts'

/** The refusal of policies with a new account where each needs another owner's word. */
export const approvalRequired = problem(
  'approval-required',
  'policies need the word of another owner here: create the account first, then each policy, which waits',
  [{ pointer: '/trust_policies', detail: 'leave them out, and post each of them on its own' }],
)

/** The policies of a new account, each judged as on its own. */
export const makePolicies = async (
  context: Context,
  wanted: NewAccount,
  accountId: string,
): Promise<Result<readonly TrustPolicy[], Problem>> => {
  if (wanted.policies.length > maxPolicies) {
    return err(problem('quota-exceeded', `an account has at most ${maxPolicies} trust policies`))
  }
  if (wanted.policies.length > 0 && (await needsApproval(context, wanted.namespace, {}))) {
    return err(approvalRequired)
  }
  const policies: TrustPolicy[] = []
  for (const [i, draft] of wanted.policies.entries()) {
    const judged = await judgeDraft(context, wanted.namespace, draft)
    if (!judged.ok) return err(at(`/trust_policies/${i}`, judged.error))
    policies.push({
      ...draft,
      id: newId('tp', context.nowMs),
      version: 1,
      serviceAccountId: accountId,
      warnings: judged.value,
      createdAt: context.nowMs,
    })
  }
  return ok(policies)
}
