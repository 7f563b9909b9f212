import * as z from 'zod'
import type { NamedTokenRow } from '../../../admin/credentials/named-tokens.ts'
import { dayMs } from '../../../core/lifetime.ts'
import {
  answeredTime,
  answeredTimeOrNull,
  freeText,
  id,
  idOf,
  name,
  toTime,
  toTimeOrNull,
} from '../fields.ts'
import type { Wire } from '../wire.ts'
import { hasOneLife, lifeMembers, oneLife } from './credential-body.ts'

const displayName = freeText.nullable()

/** A named token as it is created. */
export const NamedTokenBody = z
  .strictObject({
    name,
    display_name: displayName.default(null),
    resource_server_id: idOf('resource server'),
    ...lifeMembers,
  })
  .refine(hasOneLife, oneLife)

/** What of a named token can be changed. */
export const NamesBody = z.strictObject({
  name: name.optional(),
  display_name: displayName.optional(),
})

/** What can be said of a token's next value. */
export const RegenerationBody = z.strictObject(lifeMembers).refine(hasOneLife, oneLife)

const longLivedDays = 90
const warningsOf = ({ createdAt, expiresAt }: NamedTokenRow): readonly string[] => {
  const days = Math.round((expiresAt - createdAt) / dayMs)
  if (days <= longLivedDays) return []
  return [
    `long_lived: it is good for ${days} days to whoever finds it; regenerate it regularly, or let the workload exchange its platform's own token`,
  ]
}

export const NamedToken = z
  .object({
    id,
    name,
    display_name: displayName,
    resource_server_id: idOf('resource server'),
    created_at: answeredTime,
    expires_at: answeredTime,
    last_used_at: answeredTimeOrNull,
    last_used_from: z.string().nullable().describe('An IP address'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'NamedToken', description: 'A long-lived token of a service account, by its name.' })

export const ShownNamedToken = NamedToken.extend({
  token: z.string().describe('Shown once, and never again'),
}).meta({ id: 'ShownNamedToken', description: 'A named token with its value.' })

/** A named token as it is answered. */
export const namedTokenToWire = (token: NamedTokenRow): Wire<typeof NamedToken> => ({
  id: token.id,
  name: token.name,
  display_name: token.displayName,
  resource_server_id: token.resourceServerId,
  created_at: toTime(token.createdAt),
  expires_at: toTime(token.expiresAt),
  last_used_at: toTimeOrNull(token.lastUsedAt),
  last_used_from: token.lastUsedFrom,
  warnings: warningsOf(token),
})
