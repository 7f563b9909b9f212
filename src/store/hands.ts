import { sql } from 'drizzle-orm'
import { type Db, reach } from './db.ts'

/**
 * Whether one account has had its hands on another since a time (epoch milliseconds): made it, bound a
 * role to it, made or ended one of its credentials; by itself, or through others it had its hands on.
 * The trail says so, where nobody can take it back.
 */
export const hadHandsOn = (
  db: Db,
  { who, whom, sinceMs }: { readonly who: string; readonly whom: string; readonly sinceMs: number },
): Promise<boolean> =>
  reach(db, async () => {
    const row = await db.orm.get<{ found: number }>(
      sql`WITH RECURSIVE hands(id) AS (
          SELECT ${who}
          UNION
          SELECT coalesce(json_extract(e.content, '$.details.service_account_id'), e.target_id)
          FROM hands h JOIN audit_events e ON e.actor_id = h.id
          WHERE e.at > ${sinceMs} AND e.outcome = 'done'
        )
        SELECT EXISTS (SELECT 1 FROM hands WHERE id = ${whom}) AS found`,
    )
    return row.found === 1
  })
