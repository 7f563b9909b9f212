import * as z from 'zod'
import type { Plan } from '../../../admin/state/plan.ts'
import { kinds } from '../../../core/state/entry.ts'
import { lossesOf } from '../../../core/state/losses.ts'
import { countSteps, tellStep } from '../../../core/state/summary.ts'

const key = z.record(z.string(), z.unknown()).describe('What names it among those of its kind')
const kind = z.enum(kinds)

/** What applying a document does, as it is answered. */
export const StatePlan = z
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
          .describe(
            'By member, what it was and what it becomes; of a group that is made, its members',
          ),
        warnings: z
          .array(z.string())
          .describe(
            'Of a policy, as its own call warns; of what is deleted, `permanent`, `roles_lost` and `others_break`. Whether it was used lately, and whether its tokens live, its own `DELETE` with `dry_run=true` says',
          ),
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

/** Writes a plan as it is answered. */
export const planToWire = (
  { namespace, snapshot, difference, warnings, weights }: Plan,
  applied: boolean,
): z.input<typeof StatePlan> => {
  const losses = lossesOf(snapshot.world, difference.after)
  return {
    namespace: namespace.path,
    applied,
    counts: countSteps(difference),
    steps: difference.steps.map((step) => {
      const { changes, ...told } = tellStep(step)
      const members = Object.entries(changes).map(([name, [from, to]]) => [name, [from, to]])
      return {
        ...told,
        changes: Object.fromEntries(members),
        warnings: [...(warnings.get(step.after?.id ?? '') ?? losses(step))],
        accepts_now: [...(weights.get(step)?.acceptsNow ?? [])],
        accepts_no_longer: [...(weights.get(step)?.acceptsNoLonger ?? [])],
        needs_approval: weights.get(step)?.needsApproval ?? false,
      }
    }),
    unmanaged: [...difference.unmanaged],
  }
}
