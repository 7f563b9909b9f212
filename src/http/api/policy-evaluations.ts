import { Hono } from 'hono'
import * as z from 'zod'
import { evaluate, evaluateDraft } from '../../admin/dry-run.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { problem } from '../../core/problem.ts'
import { err, ok } from '../../core/result.ts'
import type { HttpEnv } from '../env.ts'
import { decisionToWire } from './decisions.ts'
import { bodyEndpoint, type Call } from './endpoint.ts'
import { id } from './fields.ts'
import { PolicyBody, toDraft } from './policy-body.ts'

const Question = z.strictObject({
  service_account_id: id.optional(),
  policy: PolicyBody.optional(),
  token: z.string().max(16_384).optional(),
  claims: z.custom<JsonObject>(isJsonObject, 'expected an object of claims').optional(),
})

const unanswerable = problem(
  'validation-failed',
  'send service_account_id with token or claims, or policy with claims',
)

const run = async ({ context, actor, body }: Call<z.infer<typeof Question>>) => {
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

/** `/admin/v1/policy-evaluations`: the dry run. */
export const policyEvaluationRoutes = new Hono<HttpEnv>()

policyEvaluationRoutes.post(
  '/',
  bodyEndpoint(Question, async (call) => {
    const decision = await run(call)
    return decision.ok ? ok({ status: 200, body: decisionToWire(decision.value) }) : decision
  }),
)
