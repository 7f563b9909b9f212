import * as z from 'zod'
import type { Proposal } from '../../../admin/policies/suggestions.ts'
import type { JsonObject } from '../../../core/json.ts'
import { curlOf } from '../../../core/suggestion/curl.ts'
import { toYaml } from '../../../core/suggestion/yaml.ts'
import type { PolicyDraft } from '../../../core/trust-policy.ts'
import { id, jsonObject } from '../fields.ts'
import type { Wire } from '../wire.ts'
import { draftToWire, PolicyBody } from './policy-body.ts'

const Note = z
  .object({
    claim: z.string(),
    value: z.unknown(),
    bound: z.boolean(),
    why: z.string(),
  })
  .meta({ id: 'SuggestionNote', description: 'A claim of the token: bound or not, and why.' })

export const PolicySuggestion = z
  .object({
    reason: z.string().nullable().describe('Why the token proves nothing; null: it was verified'),
    issuer: z.object({ id, issuer: z.string(), preset: z.string().nullable() }).nullable(),
    claims: jsonObject('claims').nullable(),
    policy: PolicyBody.nullable().describe(
      'Ready to be sent; null: none would accept such a token',
    ),
    notes: z.array(Note),
    warnings: z.array(z.string()).describe('`code: sentence` each; saving it gives some of them'),
    yaml: z.string().nullable().describe('The same for a policy file'),
    call: z
      .object({ method: z.literal('POST'), path: z.string(), body: jsonObject('a policy') })
      .nullable(),
    curl: z.string().nullable(),
  })
  .meta({ id: 'PolicySuggestion', description: 'The narrowest sensible policy for a token.' })

const isDefault = (value: unknown): boolean =>
  value === null || value === true || (Array.isArray(value) && value.length === 0)

/** What of a suggestion says more than its default: all that anybody would write. */
const compact = (policy: PolicyDraft): JsonObject =>
  Object.fromEntries(
    Object.entries(draftToWire(policy)).filter(([, value]) => !isDefault(value)),
  ) as JsonObject

const accountOf = ({ seat: { path, account } }: Proposal): string =>
  `${path === '/' ? '' : path}/${account?.name ?? 'new-account'}`

const yamlOf = (proposal: Proposal, body: JsonObject): string => {
  const { issuer } = proposal
  const { name, ...rest } = body
  return toYaml({
    kind: 'TrustPolicies/v1',
    service_account: accountOf(proposal),
    // Offline, a URL does not say which preset an issuer is registered with.
    policies: [{ name: name ?? '', preset: issuer?.preset ?? null, ...rest }],
  })
}

/** A suggestion as it is answered: the policy, and the three ways to save it. */
export const suggestionToWire = (proposal: Proposal): Wire<typeof PolicySuggestion> => {
  const { policy, issuer, fault, claims, notes, warnings } = proposal
  const body = policy === null ? null : compact(policy)
  const account = proposal.seat.account?.id ?? '{service_account_id}'
  const path = `/admin/v1/service-accounts/${account}/trust-policies`
  return {
    reason: fault,
    issuer: issuer && { id: issuer.id, issuer: issuer.issuer, preset: issuer.preset },
    claims,
    policy: policy && draftToWire(policy),
    notes,
    warnings,
    yaml: body && yamlOf(proposal, body),
    call: body && { method: 'POST', path, body },
    curl: body && curlOf(path, body),
  }
}
