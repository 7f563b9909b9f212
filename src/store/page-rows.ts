import { type AnyColumn, type SQL, sql } from 'drizzle-orm'
import { after, all, type PageQuery } from './page.ts'
import { namespaces } from './schema/tree.ts'

/** A table of objects that lie in namespaces, and how it stands in a `FROM`. */
export interface Placed {
  readonly from: SQL
  readonly id: AnyColumn
  readonly namespaceId: AnyColumn
}

/** What selects the rows of a list. */
export interface RowQuery extends Pick<PageQuery, 'after' | 'limit'> {
  /** A condition on the paths of namespaces: where the rows may lie. */
  readonly where: SQL
  /** Conditions on the rows themselves. */
  readonly filters?: SQL | undefined
  /** One of the filters has an index of its own, in the order of ids. */
  readonly indexed?: boolean
}

// A reader of few rows has them sorted; a reader of many meets them soon by walking in the order of
// ids. Either way a page costs no more than so many rows, whatever else is in the database.
const few = 250

const walk = (
  { from, ...table }: Placed,
  { where, filters, limit, ...query }: RowQuery,
  when?: SQL,
): SQL =>
  sql`SELECT ${table.id} AS id FROM ${from}
    CROSS JOIN ${namespaces} ON ${namespaces.id} = ${table.namespaceId}
    WHERE ${all(where, filters, after(table.id, query.after), when)}
    ORDER BY ${table.id} LIMIT ${limit + 1}`

/** The ids of one page of a list, in the order of ids; one more than asked for says that it goes on. */
export const idsOfPage = (placed: Placed, query: RowQuery): SQL => {
  if (query.indexed === true) return walk(placed, query)
  const { from, id, namespaceId } = placed
  const { where, filters, limit } = query
  const isWhole = sql`(SELECT yes FROM whole)`
  return sql`WITH spot AS MATERIALIZED (
      SELECT ${namespaces.id} AS id FROM ${namespaces} WHERE ${where} LIMIT ${few}),
    near AS MATERIALIZED (SELECT ${id} AS id FROM spot
      CROSS JOIN ${from} ON ${namespaceId} = spot.id LIMIT ${few}),
    whole AS MATERIALIZED (SELECT (SELECT count(*) FROM spot) < ${few}
      AND (SELECT count(*) FROM near) < ${few} AS yes)
    SELECT id FROM (SELECT ${id} AS id FROM near CROSS JOIN ${from} ON ${id} = near.id
      WHERE ${all(isWhole, filters, after(id, query.after))} ORDER BY ${id} LIMIT ${limit + 1})
    UNION ALL SELECT id FROM (${walk(placed, query, sql`NOT ${isWhole}`)})`
}
