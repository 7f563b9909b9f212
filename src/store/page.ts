import { type AnyColumn, and, asc, gt, inArray, or, type SQL, sql } from 'drizzle-orm'
import { isAtOrBelow, lineOf, rootPath } from '../core/namespace.ts'

/** What every list is asked: where to look, from where on, and how many. */
export interface PageQuery {
  /** Namespaces that may be read, each with all below it. */
  readonly places: readonly string[]
  /** Only this namespace and below. */
  readonly within: string | undefined
  readonly after: string | null
  readonly limit: number
}

/** A condition: a path column lies at or below one of these paths. No path: nothing does. */
export const withinAny = (column: AnyColumn | SQL, paths: readonly string[]): SQL => {
  if (paths.includes(rootPath)) return sql`1`
  // Compared by whole segments; a prefix alone would take `/acme-evil` for a part of `/acme`. As a
  // range, for which there is an index: `0` is what follows `/` in the order of bytes.
  const conditions = paths.map(
    (path) =>
      sql`(${column} = ${path} OR (${column} > ${`${path}/`} AND ${column} < ${`${path}0`}))`,
  )
  return or(...conditions) ?? sql`0`
}

const meeting = (places: readonly string[], within: string): readonly string[] =>
  places.flatMap((place) => {
    if (isAtOrBelow(within, place)) return [within]
    return isAtOrBelow(place, within) ? [place] : []
  })

/** A condition: a path column lies where a list looks, at or below a place and within what was asked. */
export const reachOf = (
  column: AnyColumn,
  { places, within }: Pick<PageQuery, 'places' | 'within'>,
): SQL => withinAny(column, within === undefined ? places : meeting(places, within))

/** A condition: a path column lies at or above one of these paths. No path: nothing does. */
export const atOrAboveAny = (column: AnyColumn, paths: readonly string[]): SQL =>
  inArray(column, [...new Set(paths.flatMap(lineOf))])

/** What a list of objects that are visible below their namespace asks for. */
export interface VisibleQuery extends PageQuery {
  readonly name: string | undefined
}

type Sight = Pick<PageQuery, 'places' | 'within'>

// Narrowed here and not by a further condition: SQLite would take the index for the wider of two.
const above = ({ places, within = rootPath }: Sight): readonly string[] =>
  [...new Set(places.flatMap(lineOf))].filter((path) => isAtOrBelow(path, within))

// An empty list would be a term without an index, and spoil that of the others.
const orAt = (column: AnyColumn, condition: SQL, paths: readonly string[]): SQL =>
  paths.length === 0 ? condition : sql`(${condition} OR ${inArray(column, [...paths])})`

/** The condition of such a list on a path column: visible from a place or below it, and where asked. */
export const whereVisible = (column: AnyColumn, sight: Sight): SQL =>
  orAt(column, reachOf(column, sight), above(sight))

/**
 * A condition: a path column lies where a list looks, or above it; but root is never above. So are
 * accounts found: those above by their names, root accounts by nobody but `/`.
 */
export const whereNamed = (column: AnyColumn, sight: Sight): SQL => {
  const named = above(sight).filter((path) => path !== rootPath)
  return orAt(column, reachOf(column, sight), named)
}

/** A condition: the row is of a later page. */
export const after = (column: AnyColumn, id: string | null): SQL | undefined =>
  id === null ? undefined : gt(column, id)

/** All conditions that are set. */
export const all = (...conditions: readonly (SQL | undefined)[]): SQL | undefined =>
  and(...conditions)

/** Lists are in the order of ids, which is the order of their making. */
export const inOrder = (column: AnyColumn): SQL => asc(column)
