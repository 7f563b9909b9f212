import * as z from 'zod'
import type { StoredIssuer } from '../../../admin/issuers/issuers.ts'
import { replayModes } from '../../../core/trust-policy.ts'
import { answeredTime, freeText, id, jsonObject, path, toTime } from '../fields.ts'
import type { Wire } from '../wire.ts'

// Not parsed further: members of a key are the workshop's business, and nothing is copied.
const key = jsonObject('expected a JSON Web Key')
const jwks = z.strictObject({ keys: z.array(key).min(1).max(100) }).nullable()
const jwksUri = z.string().nullable()
const algorithms = z
  .array(z.string())
  .min(1)
  .max(16)
  .refine((names) => new Set(names).size === names.length, 'an algorithm is named twice')
const maxTokenAge = z.number().int().min(60).max(86_400)
const replay = z.enum(replayModes).nullable()

/** An issuer as it is registered; what is left out comes from its preset. */
export const IssuerBody = z.strictObject({
  namespace: path,
  name: freeText.optional(),
  issuer: z.string().optional(),
  preset: z.string().nullable().optional(),
  jwks_uri: jwksUri.default(null),
  jwks: jwks.default(null),
  algorithms: algorithms.optional(),
  max_token_age_seconds: maxTokenAge.optional(),
  replay: replay.default(null),
  enabled: z.boolean().default(true),
})

/** What of an issuer can be changed. */
export const IssuerChange = z.strictObject({
  name: freeText.optional(),
  jwks_uri: jwksUri.optional(),
  jwks: jwks.optional(),
  algorithms: algorithms.optional(),
  max_token_age_seconds: maxTokenAge.optional(),
  replay: replay.optional(),
  enabled: z.boolean().optional(),
})

type ChangeBody = z.output<typeof IssuerChange>

/** The members that were sent, as the code knows them. */
export const toChanges = ({ jwks_uri: uri, max_token_age_seconds: age, ...rest }: ChangeBody) => ({
  ...(rest.name !== undefined && { name: rest.name }),
  ...(uri !== undefined && { jwksUri: uri }),
  ...(rest.jwks !== undefined && { jwks: rest.jwks }),
  ...(rest.algorithms !== undefined && { algorithms: rest.algorithms }),
  ...(age !== undefined && { maxTokenAgeSeconds: age }),
  ...(rest.replay !== undefined && { replay: rest.replay }),
  ...(rest.enabled !== undefined && { enabled: rest.enabled }),
})

export const Issuer = z
  .object({
    id,
    namespace: path,
    name: freeText,
    issuer: z.string(),
    preset: z.string().nullable(),
    jwks_uri: jwksUri,
    jwks: jsonObject('a key set').nullable().describe('Where the keys were given inline'),
    algorithms: z.array(z.string()),
    max_token_age_seconds: maxTokenAge,
    replay,
    enabled: z.boolean(),
    created_at: answeredTime,
  })
  .meta({
    id: 'Issuer',
    description: 'Who signs the tokens that are exchanged: a CI system, a cluster, a cloud.',
  })

/** An issuer as it is answered. */
export const issuerToWire = (issuer: StoredIssuer): Wire<typeof Issuer> => ({
  id: issuer.id,
  namespace: issuer.namespacePath,
  name: issuer.name,
  issuer: issuer.issuer,
  preset: issuer.preset,
  jwks_uri: issuer.jwksUri,
  jwks: issuer.jwks,
  algorithms: issuer.algorithms,
  max_token_age_seconds: issuer.maxTokenAgeSeconds,
  replay: issuer.replay,
  enabled: issuer.enabled,
  created_at: toTime(issuer.createdAt),
})
