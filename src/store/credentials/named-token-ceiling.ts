import { type SQL, sql } from 'drizzle-orm'
import { type Db, reach } from '../db.ts'

/**
 * The smallest `named_tokens_max_days` on the line from a namespace to the root, as an expression;
 * null where none is set.
 */
export const ceilingOf = (namespaceId: SQL): SQL<number | null> => sql`(
  WITH RECURSIVE line (parent_id, days) AS (
    SELECT parent_id, named_tokens_max_days FROM namespaces WHERE id = ${namespaceId}
    UNION ALL
    SELECT p.parent_id, p.named_tokens_max_days FROM line l JOIN namespaces p ON p.id = l.parent_id
  ) SELECT min(days) FROM line)`

/** The smallest ceiling over named tokens of a namespace, in days; null where there is none. */
export const namedTokenCeiling = (db: Db, namespaceId: string): Promise<number | null> =>
  reach(db, async () => {
    const row = await db.orm.get<{ days: number | null }>(
      sql`SELECT ${ceilingOf(sql`${namespaceId}`)} AS days`,
    )
    return row.days
  })
