import * as z from 'zod'
import type { Context } from '../../context.ts'
import type { Problem } from '../../core/problem.ts'
import { type Removal as Foreseen, removalWarnings } from '../../core/removal.ts'
import { ok, type Result } from '../../core/result.ts'
import { answeredTime, id, toTime } from './fields.ts'
import type { Reply } from './reply.ts'

/** The parameter of a deletion that asks what it would come to. */
export const dryRun = {
  dry_run: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true`: change nothing, and say what the deletion would come to'),
}

const count = z.number().int()

/** What a deletion would come to, as it is answered. */
export const Removal = z
  .object({
    dry_run: z.literal(true),
    would_delete: z.record(z.string(), count).describe('How much, by collection'),
    would_break: z.array(id).describe('What stays and stops working, or works less; at most 100'),
    blocked_by: z.array(id).describe('What refers to it: with any, it cannot be deleted'),
    living_tokens: count.describe('How many would end'),
    last_used_at: answeredTime.nullable(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Removal', description: 'What a deletion would come to.' })

/** The answer to a deletion that was only asked about. */
export const toRemoval = (
  { nowMs }: Context,
  foreseen: Result<Foreseen, Problem>,
): Result<Reply, Problem> => {
  if (!foreseen.ok) return foreseen
  const { wouldDelete, wouldBreak, blockedBy, livingTokens, lastUsedAt } = foreseen.value
  const body: z.input<typeof Removal> = {
    dry_run: true,
    would_delete: { ...wouldDelete },
    would_break: [...wouldBreak],
    blocked_by: [...blockedBy],
    living_tokens: livingTokens,
    last_used_at: lastUsedAt === null ? null : toTime(lastUsedAt),
    warnings: [...removalWarnings(foreseen.value, nowMs)],
  }
  return ok({ status: 200, body })
}
