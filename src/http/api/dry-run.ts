import * as z from 'zod'
import type { Problem } from '../../core/problem.ts'
import { type Removal as Foreseen, removalWarnings } from '../../core/removal.ts'
import type { Result } from '../../core/result.ts'
import type { Call } from './call.ts'
import { answeredTime, id, toTime } from './fields.ts'
import { type Description, type Operation, operation } from './operation.ts'
import { replyEmpty, replyWith } from './reply.ts'

const query = z.object({
  dry_run: z
    .enum(['true', 'false'])
    .optional()
    .describe('`true`: change nothing, and say what the deletion would come to'),
})

const count = z.number().int()

const Removal = z
  .object({
    dry_run: z.literal(true),
    would_delete: z.record(z.string(), count).describe('How much, by collection'),
    would_break: z.array(id).describe('What stays and stops working, or works less; at most 100'),
    blocked_by: z.array(id).describe('What refers to it: with any, it cannot be deleted'),
    living_tokens: count.describe('How many came of it; `warnings` says whether they end with it'),
    last_used_at: answeredTime.nullable(),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Removal', description: 'What a deletion would come to.' })

const toWire = (removal: Foreseen, nowMs: number): z.input<typeof Removal> => {
  const { wouldDelete, wouldBreak, blockedBy, livingTokens, lastUsedAt } = removal
  return {
    dry_run: true,
    would_delete: { ...wouldDelete },
    would_break: [...wouldBreak],
    blocked_by: [...blockedBy],
    living_tokens: livingTokens,
    last_used_at: lastUsedAt === null ? null : toTime(lastUsedAt),
    warnings: [...removalWarnings(removal, nowMs)],
  }
}

type Deletion = Pick<
  Description,
  'name' | 'path' | 'summary' | 'description' | 'etag' | 'patient' | 'refusals'
> & {
  readonly foresee: (call: Call<undefined>) => Promise<Result<Foreseen, Problem>>
  readonly remove: (call: Call<undefined>) => Promise<Result<unknown, Problem>>
}

/** Makes a deletion an operation that can also be asked what it would come to (`?dry_run=true`). */
export const deletion = ({ foresee, remove, ...description }: Deletion): Operation =>
  operation({
    ...description,
    method: 'DELETE',
    query,
    answers: { 200: Removal, 204: null },
    run: async (call) => {
      if (call.query.dry_run !== 'true') return replyEmpty(await remove(call))
      const { nowMs } = call.context
      return replyWith(await foresee(call), (found) => ({
        status: 200,
        body: toWire(found, nowMs),
      }))
    },
  })
