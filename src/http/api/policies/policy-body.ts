import * as z from 'zod'
import type * as policies from '../../../admin/policies/trust-policies.ts'
import type { JsonObject } from '../../../core/json.ts'
import { boundClaims, draftOf, PolicyBody, sample } from '../../../core/shape/policy.ts'
import { acknowledgements, type PolicyDraft, replayModes } from '../../../core/trust-policy.ts'
import { answeredTime, answeredTimeOrNull, freeText, id, toTime } from '../fields.ts'
import type { Wire } from '../wire.ts'

export { PolicyBody }

/** The author's part of a body, as the code knows it. */
export const toDraft = (body: PolicyBody): PolicyDraft =>
  draftOf(body, body.expires_at === null ? null : Math.floor(Date.parse(body.expires_at) / 1000))

export const TrustPolicy = z
  .object({
    id,
    version: z.number().int(),
    name: freeText,
    issuer: z.string(),
    audience: z.string(),
    bound_claims: boundClaims,
    replay: z.enum(replayModes).nullable(),
    max_token_ttl_seconds: z.number().int().nullable(),
    scope: z.array(z.string()).nullable(),
    examples: z.object({ accept: z.array(sample), reject: z.array(sample) }),
    acknowledge: z.array(z.enum(acknowledgements)),
    enabled: z.boolean(),
    expires_at: answeredTimeOrNull,
    warnings: z.array(z.string()),
    created_at: answeredTime,
  })
  .meta({
    id: 'TrustPolicy',
    description: 'Which tokens of one issuer may act as one service account.',
  })

/** What its author has written, as it was sent. */
export const draftToWire = (policy: PolicyDraft) => ({
  name: policy.name,
  issuer: policy.issuer,
  audience: policy.audience,
  bound_claims: policy.boundClaims as unknown as JsonObject,
  replay: policy.replay,
  max_token_ttl_seconds: policy.maxTokenTtlSeconds,
  scope: policy.scope,
  examples: policy.examples,
  acknowledge: policy.acknowledge,
  enabled: policy.enabled,
  expires_at: policy.expiresAt === null ? null : toTime(policy.expiresAt * 1000),
})

/** A policy as it is answered. */
export const policyToWire = (policy: policies.TrustPolicy): Wire<typeof TrustPolicy> => ({
  id: policy.id,
  version: policy.version,
  ...draftToWire(policy),
  warnings: policy.warnings,
  created_at: toTime(policy.createdAt),
})

/** What a policy can be refused for when it is saved. */
export const savingPolicy = [
  'invalid-reference',
  'issuer-disabled',
  'example-failed',
  'policy-too-broad',
  'unsafe-wildcard',
  'immutable-id-required',
  'ambiguous-subject',
  'non-canonical-value',
] as const
