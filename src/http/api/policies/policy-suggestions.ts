import * as z from 'zod'
import { suggest } from '../../../admin/policies/suggestions.ts'
import { maxTokenBytes } from '../../../core/compact-jwt.ts'
import { type Operation, operation } from '../operation.ts'
import { replyWith } from '../reply.ts'
import { PolicySuggestion, suggestionToWire } from './suggestion-wire.ts'
import { hasOnePlace, onePlace, placeMembers, toPlace } from './wanted-place.ts'

const Body = z
  .strictObject({ ...placeMembers, token: z.string().max(maxTokenBytes) })
  .refine(hasOnePlace, onePlace)

const create = operation({
  name: 'policy-suggestions.create',
  method: 'POST',
  path: '/admin/v1/policy-suggestions',
  summary: 'Get the narrowest sensible policy for a token; nothing is issued, spent or saved',
  description:
    'Send the token of a job, and `service_account_id` for the account that is to trust it, or `namespace` where there is none yet. An issuer that is visible there verifies it; expired tokens say enough. Every claim is told of: bound, or left out and why. The policy can be saved as it is; a job that ran for a proposal of strangers gets it with `enabled: false`.',
  body: Body,
  answers: { 200: PolicySuggestion },
  refusals: ['not-found', 'permission-denied', 'invalid-reference'],
  changes: false,
  run: async ({ context, actor, body }) =>
    replyWith(
      await suggest(context, actor, { place: toPlace(body), token: body.token }),
      (proposal) => ({ status: 200, body: suggestionToWire(proposal) }),
    ),
})

/** `/admin/v1/policy-suggestions`: learning from a pasted token. */
export const policySuggestionOperations: readonly Operation[] = [create]
