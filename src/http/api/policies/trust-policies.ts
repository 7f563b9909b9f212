import type * as z from 'zod'
import * as policies from '../../../admin/policies/trust-policies.ts'
import * as changes from '../../../admin/policies/trust-policy-changes.ts'
import * as removals from '../../../admin/tree/removals.ts'
import { actingAs } from '../acting.ts'
import type { Call } from '../call.ts'
import { deletion } from '../dry-run.ts'
import { listOf, toWhole } from '../lists.ts'
import { MergePatch, mergePatch } from '../merge-patch.ts'
import { type Operation, operation } from '../operation.ts'
import { type Reply, replyWith } from '../reply.ts'
import { PolicyBody, policyToWire, savingPolicy, TrustPolicy, toDraft } from './policy-body.ts'
import { PolicyPatch, PolicyReplacement, rewriteAs } from './policy-rewrite.ts'
import { approval, created, modeOf, replyToSave, rewritten, trying } from './policy-saved.ts'

const keyOf = (param: Call<unknown>['param']) => ({
  accountId: param('service_account_id'),
  id: param('trust_policy_id'),
})

const show = (policy: policies.TrustPolicy): Reply => ({
  status: 200,
  body: policyToWire(policy),
  version: policy.version,
})

const collection = '/admin/v1/service-accounts/{service_account_id}/trust-policies'
const item = `${collection}/{trust_policy_id}`

const list = operation({
  name: 'trust-policies.list',
  method: 'GET',
  path: collection,
  summary: 'List the trust policies of a service account, oldest first',
  answers: { 200: listOf(TrustPolicy) },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    toWhole(await policies.list(context, actor, param('service_account_id')), policyToWire),
})

const create = operation({
  name: 'trust-policies.create',
  method: 'POST',
  path: collection,
  summary: 'Add a trust policy, judged by its issuer’s preset and its own examples',
  description: approval,
  query: trying,
  body: PolicyBody,
  answers: created,
  etag: 'answered',
  refusals: [...actingAs, 'quota-exceeded', ...savingPolicy],
  run: async ({ context, actor, body, param, query }) => {
    const accountId = param('service_account_id')
    const wanted = { accountId, draft: toDraft(body), ...modeOf(query) }
    return replyWith(await policies.create(context, actor, wanted), (outcome) => {
      const reply = replyToSave(outcome)
      if (outcome.kind !== 'saved') return reply
      const { id } = outcome.value.policy
      const location = `/admin/v1/service-accounts/${accountId}/trust-policies/${id}`
      return { ...reply, status: 201, location }
    })
  },
})

const read = operation({
  name: 'trust-policies.read',
  method: 'GET',
  path: item,
  summary: 'Read a trust policy',
  answers: { 200: TrustPolicy },
  etag: 'answered',
  refusals: ['not-found'],
  run: async ({ context, actor, param }) =>
    replyWith(await policies.find(context, actor, keyOf(param)), show),
})

const rewrite = async (
  call: Call<unknown, z.output<typeof trying>>,
  wanted: Pick<changes.Replacement, 'action' | 'rewrite'>,
) => {
  const { context, actor, param, ifMatch, query } = call
  const which = { ...keyOf(param), ifMatch, ...wanted, ...modeOf(query) }
  return replyWith(await changes.replace(context, actor, which), replyToSave)
}

const replace = operation({
  name: 'trust-policies.replace',
  method: 'PUT',
  path: item,
  summary: 'Replace a trust policy; what the server owns may be echoed',
  description: approval,
  query: trying,
  body: MergePatch,
  bodyShape: PolicyReplacement,
  answers: rewritten,
  etag: 'required',
  refusals: [...actingAs, 'quota-exceeded', ...savingPolicy],
  run: (call) =>
    rewrite(call, { action: 'trust-policies.replace', rewrite: rewriteAs(() => call.body) }),
})

const update = operation({
  name: 'trust-policies.update',
  method: 'PATCH',
  path: item,
  summary: 'Change a trust policy by a merge patch (RFC 7396)',
  description: `\`bound_claims\` is replaced whole: a claim is bound or it is not. ${approval}`,
  query: trying,
  body: MergePatch,
  bodyShape: PolicyPatch,
  answers: rewritten,
  etag: 'required',
  refusals: [...actingAs, 'quota-exceeded', ...savingPolicy],
  run: (call) =>
    rewrite(call, {
      action: 'trust-policies.update',
      rewrite: rewriteAs((current) => {
        const { version: _v, warnings: _w, ...wire } = policyToWire(current)
        // A claim is bound or it is not: the map is replaced whole.
        return mergePatch(wire, call.body, ['bound_claims'])
      }),
    }),
})

const remove = deletion({
  name: 'trust-policies.delete',
  path: item,
  summary: 'Delete a trust policy; nothing more is issued by it',
  description:
    'Tokens that came of it live on to their end, as a dry run says (`living_tokens_stay`); `POST /admin/v1/revocations` by `policy` ends them at once.',
  etag: 'required',
  refusals: actingAs,
  foresee: ({ context, actor, param, ifMatch }) =>
    removals.ofPolicy(context, actor, { ...keyOf(param), ifMatch }),
  remove: ({ context, actor, param, ifMatch }) =>
    changes.remove(context, actor, { ...keyOf(param), ifMatch }),
})

/** `/admin/v1/service-accounts/{service_account_id}/trust-policies` */
export const trustPolicyOperations: readonly Operation[] = [
  list,
  create,
  read,
  replace,
  update,
  remove,
]
