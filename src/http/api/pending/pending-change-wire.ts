import * as z from 'zod'
import type { PendingChange as Kept } from '../../../admin/pending/pending-changes.ts'
import { mayRefer } from '../../../admin/roles/role-bindings.ts'
import type { Actor } from '../../../core/holding.ts'
import { rootPath } from '../../../core/namespace.ts'
import {
  isToldToTenants,
  type Party as KeptParty,
  pendingActions,
  pendingLifeMs,
  pendingStates,
} from '../../../core/pending-change.ts'
import type { PolicyDraft } from '../../../core/trust-policy.ts'
import { inWireWords } from '../../../core/wire-words.ts'
import { answeredTime, id, idOf, path, toTime } from '../fields.ts'
import { draftToWire } from '../policies/policy-body.ts'
import type { Reply } from '../reply.ts'

const Party = z
  .union([
    z.object({ type: z.literal('service_account'), id }),
    z.object({ type: z.enum(['platform', 'deleted']) }),
  ])
  .describe('Of a root account, a tenant sees only that it is one: `platform`')

/** A change that waits for another owner, as it is answered. */
export const PendingChange = z
  .object({
    id,
    namespace: path,
    action: z.enum(pendingActions),
    state: z.enum(pendingStates),
    service_account_id: idOf('service account').nullable(),
    target_id: id.nullable().describe('What would be changed; null where it would be made'),
    target_version: z.number().int().nullable(),
    wanted: z.record(z.string(), z.unknown()).describe('What it would become'),
    accepts_now: z.array(z.string()).describe('In words, what would be accepted that is not now'),
    accepts_no_longer: z.array(z.string()),
    requested_by: Party,
    created_at: answeredTime,
    expires_at: answeredTime.describe('When nobody can approve it any more'),
    decided_by: Party.nullable(),
    decided_at: answeredTime.nullable(),
  })
  .meta({ id: 'PendingChange', description: 'A change that another owner approves or rejects.' })

/** Spells what is wanted as its own collection would. */
const wantedToWire = ({ action, wanted }: Kept): Record<string, unknown> =>
  action.startsWith('trust-policies.')
    ? draftToWire(wanted as PolicyDraft)
    : { ...inWireWords(wanted as Readonly<Record<string, unknown>>) }

const partyToWire = (party: KeptParty, seesAll: boolean): z.input<typeof Party> => {
  if (seesAll || isToldToTenants(party)) return { type: 'service_account', id: party.id }
  return { type: party.tenantId === null ? 'deleted' : 'platform' }
}

/** Writes pending changes as an actor may read them: root accounts are no tenant's concern. */
export const toWireFor = (actor: Actor): ((change: Kept) => z.input<typeof PendingChange>) => {
  const seesAll = mayRefer(actor, rootPath)
  return (change) => toWire(change, seesAll)
}

const toWire = (change: Kept, seesAll: boolean): z.input<typeof PendingChange> => ({
  id: change.id,
  namespace: change.namespacePath,
  action: change.action,
  state: change.state,
  service_account_id: change.serviceAccountId,
  target_id: change.targetId,
  target_version: change.targetVersion,
  wanted: wantedToWire(change),
  accepts_now: [...change.acceptsNow],
  accepts_no_longer: [...change.acceptsNoLonger],
  requested_by: partyToWire(change.requestedBy, seesAll),
  created_at: toTime(change.createdAt),
  expires_at: toTime(change.createdAt + pendingLifeMs),
  decided_by: change.decidedBy && partyToWire(change.decidedBy, seesAll),
  decided_at: change.decidedAt === null ? null : toTime(change.decidedAt),
})

/** `/admin/v1/pending-changes` */
export const collection = '/admin/v1/pending-changes'

/** The reply to who left a change for another owner: nothing else has happened. */
export const leftPending = (change: Kept): Reply => ({
  status: 202,
  body: toWire(change, true),
  location: `${collection}/${change.id}`,
})
