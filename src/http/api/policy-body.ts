import * as z from 'zod'
import type { TrustPolicy } from '../../admin/trust-policies.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { isPermissionName } from '../../core/scope.ts'
import {
  acknowledgements,
  type BoundClaims,
  type PolicyDraft,
  replayModes,
} from '../../core/trust-policy.ts'
import { freeText, time, tokenTtl, toTime } from './fields.ts'

// Passed on as it was sent: the lint names what is wrong with a claim, down to its name.
const claims = z.custom<JsonObject>(isJsonObject, 'expected an object')

const sample = z.custom<JsonObject>(isJsonObject, 'expected an object of claims')

/** The members of a policy that its author writes (contract, section 7). */
const authored = {
  name: freeText,
  issuer: z.string().max(1024).default(''),
  audience: z.string().max(1024).default(''),
  bound_claims: claims.default({}),
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

/** A policy as it is replaced: what the server owns may be echoed, unchanged. */
export const PolicyReplacement = z.strictObject({
  ...authored,
  id: z.string().optional(),
  version: z.number().optional(),
  warnings: z.array(z.string()).optional(),
  created_at: z.string().optional(),
})

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

/** A policy as it is answered. */
export const policyToWire = (policy: TrustPolicy) => ({
  id: policy.id,
  version: policy.version,
  name: policy.name,
  issuer: policy.issuer,
  audience: policy.audience,
  bound_claims: policy.boundClaims,
  replay: policy.replay,
  max_token_ttl_seconds: policy.maxTokenTtlSeconds,
  scope: policy.scope,
  examples: policy.examples,
  acknowledge: policy.acknowledge,
  enabled: policy.enabled,
  expires_at: policy.expiresAt === null ? null : toTime(policy.expiresAt * 1000),
  warnings: policy.warnings,
  created_at: toTime(policy.createdAt),
})
