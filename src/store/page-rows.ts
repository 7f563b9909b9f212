import { type AnyColumn, eq, type SQL, sql } from 'drizzle-orm'
import { after, all, type PageQuery, type VisibleQuery, whereVisible } from './page.ts'
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
  { from, id, namespaceId }: Placed,
  { where, filters, ...query }: RowQuery,
  rows: SQL,
): SQL =>
  sql`SELECT ${id} AS id FROM ${from} CROSS JOIN ${namespaces} ON ${namespaces.id} = ${namespaceId}
    WHERE ${all(where, filters, after(id, query.after))} ORDER BY ${id} LIMIT ${rows}`

/** The ids of one page of a list, in the order of ids; one more than asked for says that it goes on. */
export const idsOfPage = (placed: Placed, query: RowQuery): SQL => {
  const { from, id, namespaceId } = placed
  const { where, filters } = query
  const rows = query.limit + 1
  if (query.indexed === true) return walk(placed, query, sql`${rows}`)
  // No condition of the walk: that would be looked at row by row. A limit of 0 does not set out.
  const walked = sql`(SELECT CASE WHEN yes THEN 0 ELSE ${rows} END FROM whole)`
  return sql`WITH spot AS MATERIALIZED (
      SELECT ${namespaces.id} AS id FROM ${namespaces} WHERE ${where} LIMIT ${few}),
    near AS MATERIALIZED (SELECT ${id} AS id FROM spot
      CROSS JOIN ${from} ON ${namespaceId} = spot.id LIMIT ${few}),
    whole AS MATERIALIZED (SELECT (SELECT count(*) FROM spot) < ${few}
      AND (SELECT count(*) FROM near) < ${few} AS yes)
    SELECT id FROM (SELECT ${id} AS id FROM near CROSS JOIN ${from} ON ${id} = near.id
      WHERE ${all(sql`(SELECT yes FROM whole)`, filters, after(id, query.after))}
      ORDER BY ${id} LIMIT ${rows})
    UNION ALL SELECT id FROM (${walk(placed, query, walked)})`
}

/** A condition: the row is of this page of a list of what is visible below its namespace. */
export const ofVisiblePage = (
  table: Placed & { readonly name: AnyColumn },
  { name, ...query }: VisibleQuery,
  more?: SQL,
): SQL => {
  const filters = all(name === undefined ? undefined : eq(table.name, name), more)
  const ids = idsOfPage(table, { ...query, where: whereVisible(namespaces.path, query), filters })
  return sql`${table.id} IN (${ids})`
}
