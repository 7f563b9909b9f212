import * as z from 'zod'
import type { Page } from '../../admin/page.ts'
import type { Problem } from '../../core/problem.ts'
import { ok, type Result } from '../../core/result.ts'
import type { Reply } from './reply.ts'

/** The parameters of every list that comes in pages. */
export const page = {
  limit: z
    .string()
    .regex(/^([1-9][0-9]?|1[0-9]{2}|200)$/, 'expected an integer from 1 to 200')
    .transform(Number)
    .default(50)
    .meta({ override: { type: 'integer', minimum: 1, maximum: 200, default: 50 } }),
  cursor: z.string().optional().describe('`next_cursor` of the page before'),
}

/** One page of a list, as it is answered. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    next_cursor: z.string().nullable().describe('null on the last page'),
  })

/** A short list, which has one page only, as a reply. */
export const toWhole = <T>(
  found: Result<readonly T[], Problem>,
  toWire: (item: T) => unknown,
): Result<Reply, Problem> =>
  toList(found.ok ? ok({ data: found.value, nextCursor: null }) : found, toWire)

/** A page as a reply. */
export const toList = <T>(
  found: Result<Page<T>, Problem>,
  toWire: (item: T) => unknown,
): Result<Reply, Problem> => {
  if (!found.ok) return found
  const { data, nextCursor } = found.value
  return ok({ status: 200, body: { data: data.map(toWire), next_cursor: nextCursor } })
}
