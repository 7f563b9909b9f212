import type { Operation } from '../../client/operations.ts'
import type { Api, Request } from './api.ts'
import { isPaged } from './flags.ts'

interface Page {
  readonly data: readonly Readonly<Record<string, unknown>>[]
  readonly next_cursor: string | null
}

const most = 200

/** Reads a list page by page, up to `limit` in all; says whether there are more. */
export const readPages = async (
  api: Api,
  list: Operation,
  { limit = Number.POSITIVE_INFINITY, ...request }: Request & { readonly limit?: number },
): Promise<{ readonly items: Page['data']; readonly more: boolean }> => {
  const items: Page['data'][number][] = []
  let cursor: string | null = null
  do {
    const page = { limit: Math.min(most, limit - items.length), ...(cursor && { cursor }) }
    const query = { ...request.query, ...(isPaged(list) && page) }
    const answer: Page = (await api.call(list, { ...request, query })).body as Page
    items.push(...answer.data)
    cursor = answer.next_cursor
  } while (cursor !== null && items.length < limit)
  return { items: items.slice(0, limit), more: cursor !== null || items.length > limit }
}
