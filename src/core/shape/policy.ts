import * as z from 'zod'
import { isPermissionName } from '../scope.ts'
import type { PolicyEntry } from '../state/document.ts'
import {
  acknowledgements,
  type BoundClaims,
  type PolicyDraft,
  replayModes,
} from '../trust-policy.ts'
import { freeText, jsonObject, time, tokenTtl } from './fields.ts'

// Passed on as it was sent: the lint names what is wrong with a claim, down to its name.
export const boundClaims = jsonObject('expected an object').meta({
  description: 'The name of a claim, or a JSON Pointer to one → what it has to be; all must hold',
  override: {
    type: 'object',
    additionalProperties: { $ref: '#/components/schemas/Matcher' },
  },
})

/** The claims of an example. */
export const sample = jsonObject('expected an object of claims')

/** A policy as it is created: the members that its author writes (contract, section 7). */
export const PolicyBody = z.strictObject({
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
})
export type PolicyBody = z.infer<typeof PolicyBody>

/** The author's part of a body, as the code knows it; `expiresAt` in epoch seconds. */
export const draftOf = (body: PolicyEntry, expiresAt: number | null): PolicyDraft => ({
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
  expiresAt,
})
