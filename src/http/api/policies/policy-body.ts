import * as z from 'zod'
import type * as policies from '../../../admin/policies/trust-policies.ts'
import type { JsonObject } from '../../../core/json.ts'
import { isPermissionName } from '../../../core/scope.ts'
import {
  acknowledgements,
  type BoundClaims,
  type PolicyDraft,
  replayModes,
} from '../../../core/trust-policy.ts'
import {
  answeredTime,
  answeredTimeOrNull,
  freeText,
  id,
  jsonObject,
  time,
  tokenTtl,
  toTime,
} from '../fields.ts'
import type { Wire } from '../wire.ts'

// Passed on as it was sent: the lint names what is wrong with a claim, down to its name.
const boundClaims = jsonObject('expected an object').meta({
  description: 'The name of a claim, or a JSON Pointer to one → what it has to be; all must hold',
  override: {
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/Matcher' },
  },
})

const sample = jsonObject('expected an object of claims')

/** The members of a policy that its author writes (contract, section 7). */
const authored = {
  name: freeText,
  issuer: z.string().max(1024).default(''),
  audience: z.string().max(1024).default(''),
  bound_claims: boundClaims.default({}),
  replay: z.enum(replayModes).nullable().default(null),
  max_token_ttl_seconds: tokenTtl.nullable().default(null),
  scope: z
    .array(z.string().refine(isPermissionName, 'expected a permission name'))
    .min(1)
    .max(64)
    .nullable()
    .default(null),
  examples: z
    .strictObject({
      accept: z.array(sample).max(20).default([]),
      reject: z.array(sample).max(20).default([]),
    })
    .default({ accept: [], reject: [] }),
  acknowledge: z.array(z.enum(acknowledgements)).max(2).default([]),
  enabled: z.boolean().default(true),
  expires_at: time.nullable().default(null),
}

/** A policy as it is created. */
export const PolicyBody = z.strictObject(authored)
export type PolicyBody = z.infer<typeof PolicyBody>

/** The author's part of a body, as the code knows it. */
export const toDraft = (body: PolicyBody): PolicyDraft => ({
  name: body.name,
  issuer: body.issuer,
  audience: body.audience,
  boundClaims: body.bound_claims as unknown as BoundClaims,
  replay: body.replay,
  maxTokenTtlSeconds: body.max_token_ttl_seconds,
  scope: body.scope,
  examples: body.examples,
  acknowledge: body.acknowledge,
  enabled: body.enabled,
  expiresAt: body.expires_at === null ? null : Math.floor(Date.parse(body.expires_at) / 1000),
})

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
