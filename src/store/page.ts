import { type AnyColumn, and, asc, gt, or, type SQL, sql } from 'drizzle-orm'
import { rootPath } from '../core/namespace.ts'

/** A condition: a path column lies at or below one of these paths. No path: nothing does. */
export const withinAny = (column: AnyColumn, paths: readonly string[]): SQL => {
  if (paths.includes(rootPath)) return sql`1`
  // Compared by whole segments; a prefix alone would take `/acme-evil` for a part of `/acme`.
  const conditions = paths.map(
    (path) =>
      sql`(${column} = ${path} OR substr(${column}, 1, ${path.length + 1}) = ${`${path}/`})`,
  )
  return or(...conditions) ?? sql`0`
}

/** A condition: the row is of a later page. */
export const after = (column: AnyColumn, id: string | null): SQL | undefined =>
  id === null ? undefined : gt(column, id)

/** All conditions that are set. */
export const all = (...conditions: readonly (SQL | undefined)[]): SQL | undefined =>
  and(...conditions)

/** Lists are in the order of ids, which is the order of their making. */
export const inOrder = (column: AnyColumn): SQL => asc(column)
