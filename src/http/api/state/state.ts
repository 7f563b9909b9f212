import * as z from 'zod'
import { apply } from '../../../admin/state/apply.ts'
import { exportState, maxDocument } from '../../../admin/state/export.ts'
import { type Plan, plan } from '../../../admin/state/plan.ts'
import { ok } from '../../../core/result.ts'
import { kinds } from '../../../core/state/entry.ts'
import { countSteps, tellStep } from '../../../core/state/summary.ts'
import { switched } from '../fields.ts'
import { type Operation, operation } from '../operation.ts'
import { StateBody, toDocument } from './state-body.ts'

const item = '/admin/v1/namespaces/{namespace_id}'

const key = z.record(z.string(), z.unknown()).describe('What names it among those of its kind')
const kind = z.enum(kinds)

const StatePlan = z
  .object({
    namespace: z.string(),
    applied: z.boolean(),
    counts: z.object({
      create: z.number().int(),
      update: z.number().int(),
      delete: z.number().int(),
      unchanged: z.number().int(),
      unmanaged: z.number().int(),
    }),
    steps: z.array(
      z.object({
        action: z.enum(['create', 'update', 'delete']),
        kind,
        key,
        pointer: z.string().nullable().describe('Into the document; null where it is left out'),
        changes: z
          .record(z.string(), z.tuple([z.unknown(), z.unknown()]))
          .describe('By member, what it was and what it becomes'),
        warnings: z.array(z.string()),
        accepts_now: z
          .array(z.string())
          .describe('In words, what a policy accepts that it did not'),
        accepts_no_longer: z.array(z.string()),
        needs_approval: z
          .boolean()
          .describe('Another owner must agree, so it goes by its own call'),
      }),
    ),
    unmanaged: z
      .array(z.object({ kind, key }))
      .describe('What the document leaves out and `prune` would delete'),
  })
  .meta({ id: 'StatePlan', description: 'What applying a document does, step by step.' })

const planToWire = (
  { namespace, difference, warnings, weights }: Plan,
  applied: boolean,
): z.input<typeof StatePlan> => ({
  namespace: namespace.path,
  applied,
  counts: countSteps(difference),
  steps: difference.steps.map((step) => {
    const { changes, ...told } = tellStep(step)
    const members = Object.entries(changes).map(([name, [from, to]]) => [name, [from, to]])
    return {
      ...told,
      changes: Object.fromEntries(members),
      warnings: [...(warnings.get(step.after?.id ?? '') ?? [])],
      accepts_now: [...(weights.get(step)?.acceptsNow ?? [])],
      accepts_no_longer: [...(weights.get(step)?.acceptsNoLonger ?? [])],
      needs_approval: weights.get(step)?.needsApproval ?? false,
    }
  }),
  unmanaged: [...difference.unmanaged],
})

const read = operation({
  name: 'state.export',
  method: 'GET',
  path: `${item}:export`,
  summary: 'Write down the whole configuration of a namespace and all below it',
  description:
    'Needs every `:read` of the collections in it, for half a document would be worse than none. It holds no secrets, keys or tokens.',
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
    dry_run: switched,
    prune: switched.describe('Delete what the document leaves out'),
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
