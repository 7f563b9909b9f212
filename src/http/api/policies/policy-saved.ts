import * as z from 'zod'
import type { Saved } from '../../../admin/pending/change-requests.ts'
import type { SavedPolicy } from '../../../admin/policies/policy-saving.ts'
import { leftPending, PendingChange } from '../pending/pending-change-wire.ts'
import type { Reply } from '../reply.ts'
import type { Wire } from '../wire.ts'
import { policyToWire, TrustPolicy } from './policy-body.ts'

const Changes = z
  .object({
    accepts_now: z.array(z.string()).describe('What is accepted that was not before'),
    accepts_no_longer: z.array(z.string()).describe('What was accepted before and is not any more'),
  })
  .meta({
    id: 'PolicyChanges',
    description: 'What a save changes, in words that follow "accepts".',
  })

/** A policy as it is answered when it was saved. */
const SavedTrustPolicy = TrustPolicy.extend({ changes: Changes }).meta({
  id: 'SavedTrustPolicy',
  description: 'A trust policy, and what saving it has changed.',
})

/** What a save would come to. */
const TriedTrustPolicy = z
  .object({
    dry_run: z.literal(true),
    needs_approval: z.boolean().describe('It would wait for another owner'),
    changes: Changes,
    warnings: z.array(z.string()),
  })
  .meta({ id: 'TriedTrustPolicy', description: 'What saving a policy would come to.' })

/** What making a policy answers. */
export const created = { 200: TriedTrustPolicy, 201: SavedTrustPolicy, 202: PendingChange }

/** What replacing or changing a policy answers. */
export const rewritten = { 200: z.union([SavedTrustPolicy, TriedTrustPolicy]), 202: PendingChange }

/** What the reference says of every save. */
export const approval =
  'The answer says in words what the policy accepts now and what no longer. Where a namespace demands a second owner, one that accepts more than before is left for approval: 202 with the pending change, and nothing else has happened.'

/** Says whether a save is only tried. */
export const trying = z.object({
  dry_run: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Judge it and say what it would change, without saving'),
})

/** How a save is meant, by its query. */
export const modeOf = ({ dry_run }: z.output<typeof trying>) => ({ dryRun: dry_run === 'true' })

const changesToWire = ({ changes }: SavedPolicy): Wire<typeof Changes> => ({
  accepts_now: changes.acceptsNow,
  accepts_no_longer: changes.acceptsNoLonger,
})

const tried = (value: SavedPolicy, needsApproval: boolean): Wire<typeof TriedTrustPolicy> => ({
  dry_run: true,
  needs_approval: needsApproval,
  changes: changesToWire(value),
  warnings: value.policy.warnings,
})

const saved = (value: SavedPolicy): Wire<typeof SavedTrustPolicy> => ({
  ...policyToWire(value.policy),
  changes: changesToWire(value),
})

/** The reply to a save: as it is now, as it waits, or as it would be. */
export const replyToSave = (outcome: Saved<SavedPolicy>): Reply => {
  if (outcome.kind === 'pending') return leftPending(outcome.change)
  const { value } = outcome
  if (outcome.kind === 'tried') return { status: 200, body: tried(value, outcome.needsApproval) }
  return { status: 200, body: saved(value), version: value.policy.version }
}
