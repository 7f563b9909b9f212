import * as z from 'zod'
import * as changes from '../../../admin/tree/namespace-changes.ts'
import { move } from '../../../admin/tree/namespace-moves.ts'
import { ok } from '../../../core/result.ts'
import { saying } from '../../../core/shape/words.ts'
import { deletion } from '../dry-run.ts'
import { freeText, path } from '../fields.ts'
import { type Operation, operation } from '../operation.ts'
import { leftPending, PendingChange } from '../pending/pending-change-wire.ts'
import { item, kind, Namespace, toWire } from './namespace-wire.ts'

const Change = z.strictObject(
  {
    display_name: freeText.nullable().optional(),
    kind: kind.optional(),
    enabled: z.boolean().optional(),
    named_tokens_max_days: z.number().int().min(0).max(3650).nullable().optional(),
    widening_needs_approval: z.boolean().optional(),
  },
  saying({ path: 'a namespace gets another path by its `:move`, never by a PATCH' }),
)

const update = operation({
  name: 'namespaces.update',
  method: 'PATCH',
  path: item,
  summary: 'Change a namespace: its labels, suspension, ceiling on named tokens, second owner',
  description:
    'An owner of the namespace may demand, with `widening_needs_approval`, that whatever accepts more tokens here and below waits for another owner. Whoever owns what lies above lifts that at once; for others, the lifting itself waits and is answered with 202.',
  body: Change,
  answers: { 200: Namespace, 202: PendingChange },
  refusals: [
    'not-found',
    'permission-denied',
    'privilege-escalation',
    'quota-exceeded',
    'precondition-failed',
  ],
  run: async ({ context, actor, body, param }) => {
    const { display_name: displayName, kind, enabled, named_tokens_max_days: maxDays } = body
    const { widening_needs_approval: wideningNeedsApproval } = body
    const wanted = {
      ...(displayName !== undefined && { displayName }),
      ...(kind !== undefined && { kind }),
      ...(enabled !== undefined && { enabled }),
      ...(maxDays !== undefined && { namedTokensMaxDays: maxDays }),
      ...(wideningNeedsApproval !== undefined && { wideningNeedsApproval }),
    }
    const which = { id: param('namespace_id'), changes: wanted }
    const changed = await changes.update(context, actor, which)
    if (!changed.ok) return changed
    const saved = changed.value
    if (saved.kind === 'pending') return ok(leftPending(saved.change))
    return ok({ status: 200, body: toWire(saved.value) })
  },
})

const remove = deletion({
  name: 'namespaces.delete',
  path: item,
  summary: 'Delete a namespace with all that lies below it',
  patient: true,
  refusals: ['not-found', 'permission-denied', 'in-use'],
  foresee: ({ context, actor, param }) =>
    changes.foreseeRemoval(context, actor, param('namespace_id')),
  remove: ({ context, actor, param }) => changes.remove(context, actor, param('namespace_id')),
})

const relocate = operation({
  name: 'namespaces.move',
  method: 'POST',
  path: `${item}:move`,
  summary: 'Move a namespace, with all below it, to another path in its tenant',
  description:
    'Needs the role owner where it is taken from and where it goes to. Another last name for the same parent renames it. Living tokens of what lies in it end. Refused while something in it refers to what could not be seen from the new place, or a trust policy names its path. Refused as well where the move would hand something out: where a policy in it would come to trust an issuer of the new place, where a group bound in it would count for a member who lives there, and where enabled issuers or policies would come past a second owner whom the new place demands.',
  body: z.strictObject({ path }),
  answers: { 200: Namespace },
  refusals: [
    'not-found',
    'permission-denied',
    'privilege-escalation',
    'invalid-reference',
    'name-taken',
    'issuer-exists',
    'approval-required',
    'precondition-failed',
  ],
  run: async ({ context, actor, body, param }) => {
    const moved = await move(context, actor, { id: param('namespace_id'), path: body.path })
    return moved.ok ? ok({ status: 200, body: toWire(moved.value) }) : moved
  },
})

/** What changes a namespace that is there. */
export const namespaceChanges: readonly Operation[] = [update, relocate, remove]
