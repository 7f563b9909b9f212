import * as z from 'zod'
import { approve } from '../../../admin/pending/approving.ts'
import * as changes from '../../../admin/pending/pending-changes.ts'
import { pendingStates } from '../../../core/pending-change.ts'
import { ok } from '../../../core/result.ts'
import { idOf, path } from '../fields.ts'
import { listOf, page, toList } from '../lists.ts'
import { type Operation, operation } from '../operation.ts'
import { collection, PendingChange, toWireFor } from './pending-change-wire.ts'

const item = `${collection}/{pending_change_id}`

const list = operation({
  name: 'pending-changes.list',
  method: 'GET',
  path: collection,
  summary: 'List the changes that wait for another owner, or did',
  query: z.object({
    ...page,
    namespace: path.optional().describe('Only in this namespace and those below it'),
    state: z.enum(pendingStates).optional(),
    service_account_id: idOf('service account').optional(),
  }),
  answers: { 200: listOf(PendingChange) },
  refusals: ['invalid-cursor'],
  run: async ({ context, actor, query }) =>
    toList(await changes.list(context, actor, query), toWireFor(actor)),
})

const read = operation({
  name: 'pending-changes.read',
  method: 'GET',
  path: item,
  summary: 'Read a change that waits for another owner, or did',
  answers: { 200: PendingChange },
  refusals: ['not-found'],
  run: async ({ context, actor, param }) => {
    const found = await changes.find(context, actor, param('pending_change_id'))
    return found.ok ? ok({ status: 200, body: toWireFor(actor)(found.value) }) : found
  },
})

const approveOne = operation({
  name: 'pending-changes.approve',
  method: 'POST',
  path: `${item}:approve`,
  summary: 'Approve a change that another owner has asked for, which makes it',
  description:
    'Needs the role owner in the namespace of the change and all that the change itself needs. Whoever asked for it cannot approve it, nor can anybody behind whom the same hand may be: where, since a week before, one of the two made or changed the account, a role or a credential of the other, or somebody below who could lift the demand did so to both. Everything is judged again, as if it were saved now.',
  answers: { 200: PendingChange },
  refusals: [
    'not-found',
    'permission-denied',
    'privilege-escalation',
    'self-modification',
    'not-pending',
    'precondition-failed',
    'invalid-reference',
    'issuer-disabled',
    'issuer-exists',
    'quota-exceeded',
    'policy-too-broad',
    'unsafe-wildcard',
    'immutable-id-required',
    'ambiguous-subject',
    'non-canonical-value',
    'example-failed',
    'invalid-issuer',
    'issuer-mismatch',
    'issuer-unreachable',
    'preset-required',
  ],
  run: async ({ context, actor, param }) => {
    const made = await approve(context, actor, param('pending_change_id'))
    return made.ok ? ok({ status: 200, body: toWireFor(actor)(made.value) }) : made
  },
})

const rejectOne = operation({
  name: 'pending-changes.reject',
  method: 'POST',
  path: `${item}:reject`,
  summary: 'Reject a change that waits, or take back what you have asked for',
  answers: { 200: PendingChange },
  refusals: ['not-found', 'permission-denied', 'privilege-escalation', 'not-pending'],
  run: async ({ context, actor, param }) => {
    const rejected = await changes.reject(context, actor, param('pending_change_id'))
    return rejected.ok ? ok({ status: 200, body: toWireFor(actor)(rejected.value) }) : rejected
  },
})

/** `/admin/v1/pending-changes` */
export const pendingChangeOperations: readonly Operation[] = [list, read, approveOne, rejectOne]
