import * as z from 'zod'
import * as decisions from '../../../admin/decisions.ts'
import type { Decision as Told } from '../../../core/decision.ts'
import { member } from '../../../core/json.ts'
import { ok } from '../../../core/result.ts'
import { answeredTime, id, idOf, moment, path, toTime } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'

const Clause = z.object({
  claim: z.string().describe('A claim, or `aud`, `iss`, `exp`, `nbf`, `iat`, or `gate:<claim>`'),
  expected: z.unknown().describe('What the policy asks for, as written'),
  actual: z.unknown().describe('What the token carries; null when absent'),
  verdict: z.enum(['match', 'mismatch', 'missing', 'wrong_type', 'unreadable']),
  hint: z.string().optional(),
})

const policyId = z.union([id, z.literal('draft')]).describe('`draft`: one that is only tried')

const Trace = z.object({
  id: policyId,
  version: z.number().int(),
  name: z.string(),
  satisfied: z.boolean(),
  clauses: z.array(Clause),
})

const claims = z.record(z.string(), z.unknown())

/** The full story of an exchange, or of a dry run (semantics, section 8). */
export const Decision = z
  .object({
    id: id.nullable().describe('null for a dry run'),
    at: answeredTime,
    outcome: z.enum(['issued', 'refused', 'would_issue', 'would_refuse']),
    reason: z.string().nullable(),
    grant_type: z.string(),
    service_account_id: z.string().nullable(),
    client_id: z.string().nullable(),
    namespace: z.string().nullable(),
    issuer: z.unknown().describe("The outside token's claim `iss`"),
    subject: z.unknown().describe("The outside token's claim `sub`"),
    jti: z.unknown().describe("The outside token's claim `jti`"),
    claims: claims.nullable().describe("All of the outside token's claims"),
    audience: z.string().nullable(),
    scope: z.array(z.string()),
    token_jti: z.string().nullable(),
    token_expires_at: answeredTime.nullable(),
    policy: z
      .object({ id: policyId, version: z.number().int() })
      .nullable()
      .describe('The one it passed by'),
    policies: z.array(Trace).describe('Every policy that was tried, with every clause'),
    omitted_before: z.number().int().describe('Refusals before it that were only counted'),
  })
  .meta({ id: 'Decision', description: 'Everything about one exchange.' })

/** A decision as it is answered. */
export const decisionToWire = (decision: Told): z.input<typeof Decision> => {
  const claim = (name: string) => (decision.claims && member(decision.claims, name)) ?? null
  return {
    id: decision.id,
    at: toTime(decision.at),
    outcome: decision.outcome,
    reason: decision.reason,
    grant_type: decision.grantType,
    service_account_id: decision.serviceAccountId,
    client_id: decision.clientId,
    namespace: decision.namespacePath,
    issuer: claim('iss'),
    subject: claim('sub'),
    jti: claim('jti'),
    claims: decision.claims,
    audience: decision.audience,
    scope: [...decision.scope],
    token_jti: decision.tokenJti,
    token_expires_at:
      decision.tokenExpiresAt === null ? null : toTime(decision.tokenExpiresAt * 1000),
    policy: decision.policy,
    policies: decision.policies.map((trace) => ({ ...trace, clauses: [...trace.clauses] })),
    omitted_before: decision.omitted,
  }
}

const collection = '/admin/v1/decisions'

const list = operation({
  name: 'decisions.list',
  method: 'GET',
  path: collection,
  summary: 'Search the decisions that you may read, newest first',
  query: z.object({
    ...page,
    namespace: path.optional().describe('Only of accounts in this one and below'),
    service_account_id: idOf('service account').optional(),
    policy_id: idOf('trust policy').optional().describe('Only those that this policy let pass'),
    outcome: z.enum(['issued', 'refused']).optional(),
    reason: z.string().optional().describe('Only refusals for this reason'),
    issuer: z.string().optional().describe("The outside token's issuer, byte for byte"),
    repository: z.string().optional().describe('Its name or its id, where a preset tells it'),
    since: moment.optional(),
    until: moment.optional().describe('Only before this time'),
  }),
  answers: { 200: listOf(Decision) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) => {
    const { service_account_id: serviceAccountId, policy_id: policyId, ...rest } = query
    return toList(
      await decisions.list(context, actor, { ...rest, serviceAccountId, policyId }),
      decisionToWire,
    )
  },
})

const read = operation({
  name: 'decisions.read',
  method: 'GET',
  path: `${collection}/{decision_id}`,
  summary: 'Read a decision',
  description: 'A refusal before the signature had verified is only a log line, under this id.',
  answers: { 200: Decision },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) => {
    const found = await decisions.find(context, actor, param('decision_id'))
    return found.ok ? ok({ status: 200, body: decisionToWire(found.value) }) : found
  },
})

/** `/admin/v1/decisions` */
export const decisionOperations: readonly Operation[] = [list, read]
