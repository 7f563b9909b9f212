import * as z from 'zod'
import type { KeyDraft } from '../../admin/credentials/key-draft.ts'
import type { AccountKeyRow } from '../../admin/credentials/keys.ts'
import { assertionAlgorithms } from '../../core/account-key.ts'
import { claimValueFault } from '../../core/claim-set.ts'
import { isJsonObject, type JsonObject } from '../../core/json.ts'
import { time, toTime } from './fields.ts'

const audience = z
  .string()
  .min(1)
  .refine((text) => !claimValueFault(text), 'expected at most 1024 characters of plain text')

/** A key as it is registered: `jwk` or `pem`. */
export const KeyBody = z
  .strictObject({
    jwk: z.custom<JsonObject>(isJsonObject, 'expected a JSON Web Key').optional(),
    pem: z.string().max(16_384).optional(),
    algorithm: z.enum(assertionAlgorithms).nullable().default(null),
    assertion_audience: audience.nullable().default(null),
    expires_at: time.nullable().default(null),
  })
  .refine(({ jwk, pem }) => (jwk === undefined) !== (pem === undefined), {
    path: ['jwk'],
    error: 'expected jwk or pem, and not both',
    // Said only of a body that is well-formed otherwise: a jwks_uri is an unknown field (AC-228).
    when: ({ issues }) => issues.length === 0,
  })
export type KeyBody = z.infer<typeof KeyBody>

/** The body as the code knows it. */
export const toKeyDraft = ({ jwk, pem, ...body }: KeyBody): KeyDraft => ({
  source: jwk === undefined ? { pem: pem ?? '' } : { jwk },
  algorithm: body.algorithm,
  assertionAudience: body.assertion_audience,
  expiresAt: body.expires_at === null ? null : Date.parse(body.expires_at),
})

const orTime = (ms: number | null): string | null => (ms === null ? null : toTime(ms))

/** A key as it is answered. */
export const keyToWire = (key: AccountKeyRow) => ({
  id: key.id,
  kid: key.kid,
  algorithm: key.algorithm,
  jwk: key.jwk,
  assertion_audience: key.assertionAudience,
  created_at: toTime(key.createdAt),
  expires_at: orTime(key.expiresAt),
  last_used_at: orTime(key.lastUsedAt),
  // What others are told as well cannot show that an assertion was meant for us.
  warnings: key.assertionAudience === null ? [] : ['assertion_audience'],
})
