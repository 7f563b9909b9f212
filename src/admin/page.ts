import type { Context } from '../context.ts'
import type { Actor } from '../core/holding.ts'
import { type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'

/** Where a list goes on: after an id, at most so many. */
export interface PageRequest {
  readonly after: string | null
  readonly limit: number
}

/** What every list may be asked. */
export interface ListQuery {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** What lists of what lies in the tree may be asked beyond that. */
export interface SubtreeQuery extends ListQuery {
  /** Only in this namespace and below it. */
  readonly namespace?: string | undefined
  readonly name?: string | undefined
}

/** One page of a list; `nextCursor` is null on the last. */
export interface Page<T> {
  readonly data: readonly T[]
  readonly nextCursor: string | null
}

/**
 * Reads where a list goes on. Cursors are opaque, authenticated, and good for one collection and one
 * tenant only (R41).
 */
export const readPage = async (
  { seal }: Context,
  actor: Actor,
  { limit, cursor }: ListQuery,
  collection: string,
): Promise<Result<PageRequest, Problem>> => {
  if (cursor === undefined) return ok({ after: null, limit })
  const [after = '', tag = '', ...more] = cursor.split('.')
  const authentic =
    more.length === 0 &&
    (await seal.check(tag, 'cursor', collection, actor.account.tenantId, after))
  if (!authentic) return err(problem('invalid-cursor', 'this cursor was not made for this list'))
  return ok({ after, limit })
}

/** Makes a page of up to `limit + 1` rows: the one too many says that there is a next page. */
export const toPage = async <T extends { readonly id: string }>(
  { seal }: Context,
  actor: Actor,
  rows: readonly T[],
  { limit, collection }: { readonly limit: number; readonly collection: string },
): Promise<Page<T>> => {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  if (rows.length <= limit || last === undefined) return { data, nextCursor: null }
  const tag = await seal.tag('cursor', collection, actor.account.tenantId, last.id)
  return { data, nextCursor: `${last.id}.${tag}` }
}
