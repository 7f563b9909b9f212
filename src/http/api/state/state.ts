import * as z from 'zod'
import { apply } from '../../../admin/state/apply.ts'
import { exportState, maxDocument } from '../../../admin/state/export.ts'
import { plan } from '../../../admin/state/plan.ts'
import { ok } from '../../../core/result.ts'
import { switched } from '../fields.ts'
import { type Operation, operation } from '../operation.ts'
import { StateBody, toDocument } from './state-body.ts'
import { planToWire, StatePlan } from './state-plan.ts'

const item = '/admin/v1/namespaces/{namespace_id}'

const read = operation({
  name: 'state.export',
  method: 'GET',
  path: `${item}:export`,
  summary: 'Write down the whole configuration of a namespace and all below it',
  description:
    'Needs every `:read` of the collections in it, for half a document would be worse than none. It does not hold the settings of the namespace itself (only of those below it), subscriptions, nor any secrets, keys or tokens; applied, it leaves them as they are.',
  answers: { 200: StateBody },
  patient: true,
  refusals: ['not-found', 'permission-denied', 'body-too-large'],
  run: async ({ context, actor, param }) => {
    const document = await exportState(context, actor, param('namespace_id'))
    return document.ok ? ok({ status: 200, body: document.value }) : document
  },
})

const write = operation({
  name: 'state.apply',
  method: 'POST',
  path: `${item}:apply`,
  summary: 'Plan how a namespace becomes what a document says, and make it so',
  description:
    'First with `dry_run=true`, which answers with the plan and its `ETag`; then with that in `If-Match`, which applies it in one transaction, as long as nothing that it was planned for has changed. Every step needs what its own call needs, and nobody hands out by a document what they do not hold.',
  query: z.object({
    dry_run: switched.describe('Change nothing, and answer with the plan and its `ETag`'),
    prune: switched.describe(
      'Delete what the lists of the document leave out. A list that is left out altogether is left alone, and so are the policies of an account without `trust_policies`; an empty list (`[]`) means none of them. What lies in a namespace that goes, or belongs to an account or a group that goes, goes with it',
    ),
  }),
  body: StateBody,
  bodyLimits: { maxBytes: maxDocument, maxMembers: 100_000, maxDepth: 20 },
  answers: { 200: StatePlan },
  etag: 'required',
  patient: true,
  refusals: [
    'not-found',
    'permission-denied',
    'privilege-escalation',
    'self-modification',
    'tenant-suspended',
    'invalid-reference',
    'identifier-taken',
    'issuer-exists',
    'issuer-disabled',
    'quota-exceeded',
    'approval-required',
    'in-use',
    'last-owner',
    'precondition-required',
    'precondition-failed',
    'policy-too-broad',
    'unsafe-wildcard',
    'immutable-id-required',
    'ambiguous-subject',
    'non-canonical-value',
    'example-failed',
    'preset-required',
    'invalid-issuer',
    'issuer-mismatch',
    'issuer-unreachable',
  ],
  run: async ({ context, actor, body, query, param, ifMatchText: ifMatch }) => {
    const request = { id: param('namespace_id'), document: toDocument(body), prune: query.prune }
    const planned = query.dry_run
      ? await plan(context, actor, request)
      : await apply(context, actor, { ...request, ifMatch })
    if (!planned.ok) return planned
    const etag = query.dry_run ? { etag: `"${planned.value.tag}"` } : {}
    return ok({ status: 200, body: planToWire(planned.value, !query.dry_run), ...etag })
  },
})

/** `/admin/v1/namespaces/{namespace_id}:export` and `:apply` */
export const stateOperations: readonly Operation[] = [read, write]
