import * as z from 'zod'
import type { KeyDraft } from '../../../admin/credentials/key-draft.ts'
import type { AccountKeyRow } from '../../../admin/credentials/keys.ts'
import { assertionAlgorithms } from '../../../core/account-key.ts'
import { claimValueFault } from '../../../core/claim-set.ts'
import {
  answeredTime,
  answeredTimeOrNull,
  id,
  jsonObject,
  time,
  toTime,
  toTimeOrNull,
} from '../fields.ts'
import type { Wire } from '../wire.ts'

const audience = z
  .string()
  .min(1)
  .refine((text) => !claimValueFault(text), 'expected at most 1024 characters of plain text')

/** A key as it is registered: `jwk` or `pem`. */
export const KeyBody = z
  .strictObject({
    jwk: jsonObject('expected a JSON Web Key').optional(),
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

export const AccountKey = z
  .object({
    id,
    kid: z.string(),
    algorithm: z.string(),
    jwk: jsonObject('its public members'),
    assertion_audience: z.string().nullable(),
    created_at: answeredTime,
    expires_at: answeredTimeOrNull,
    last_used_at: answeredTimeOrNull,
    warnings: z.array(z.literal('assertion_audience')),
  })
  .meta({
    id: 'AccountKey',
    description: 'A public key that an account signs client assertions with.',
  })

/** A key as it is answered. */
export const keyToWire = (key: AccountKeyRow): Wire<typeof AccountKey> => ({
  id: key.id,
  kid: key.kid,
  algorithm: key.algorithm,
  jwk: key.jwk,
  assertion_audience: key.assertionAudience,
  created_at: toTime(key.createdAt),
  expires_at: toTimeOrNull(key.expiresAt),
  last_used_at: toTimeOrNull(key.lastUsedAt),
  // What others are told as well cannot show that an assertion was meant for us.
  warnings: key.assertionAudience === null ? [] : ['assertion_audience'],
})
