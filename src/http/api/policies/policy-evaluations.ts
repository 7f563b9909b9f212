import * as z from 'zod'
import { evaluate, evaluateDraft } from '../../../admin/policies/dry-run.ts'
import { problem } from '../../../core/problem.ts'
import { err } from '../../../core/result.ts'
import { Decision, decisionToWire } from '../audit/decisions.ts'
import type { Call } from '../call.ts'
import { idOf, jsonObject } from '../fields.ts'
import { type Operation, operation } from '../operation.ts'
import { replyWith } from '../reply.ts'
import { PolicyBody, savingPolicy, toDraft } from './policy-body.ts'

const Question = z.strictObject({
  service_account_id: idOf('service account').optional(),
  policy: PolicyBody.optional(),
  token: z.string().max(16_384).optional(),
  claims: jsonObject('expected an object of claims').optional(),
})

const unanswerable = problem(
  'validation-failed',
  'send service_account_id with token or claims, or policy with claims',
)

const judge = async ({ context, actor, body }: Call<z.infer<typeof Question>>) => {
  const { service_account_id: serviceAccountId, policy, token, claims } = body
  const draft = policy === undefined ? null : toDraft(policy)
  if ((token === undefined) === (claims === undefined)) return err(unanswerable)
  if (serviceAccountId !== undefined) {
    const evidence =
      token === undefined
        ? { kind: 'claims' as const, claims: claims ?? {} }
        : { kind: 'token' as const, token }
    return evaluate(context, actor, { serviceAccountId, draft, evidence })
  }
  if (draft === null || claims === undefined) return err(unanswerable)
  return evaluateDraft(context, actor, { draft, claims })
}

const create = operation({
  name: 'policy-evaluations.create',
  method: 'POST',
  path: '/admin/v1/policy-evaluations',
  summary: 'Ask what an exchange would come to, with every clause; nothing is issued or spent',
  description:
    'Send `service_account_id` with `token` or `claims`, and with `policy` to judge by that instead of the saved ones; or `policy` with `claims` alone.',
  body: Question,
  answers: { 200: Decision },
  refusals: ['not-found', 'permission-denied', ...savingPolicy],
  changes: false,
  run: async (call) =>
    replyWith(await judge(call), (decision) => ({ status: 200, body: decisionToWire(decision) })),
})

/** `/admin/v1/policy-evaluations`: the dry run. */
export const policyEvaluationOperations: readonly Operation[] = [create]
