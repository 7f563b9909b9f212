import { sql } from 'drizzle-orm'
import { lineOf, rootNamespaceId } from '../../core/namespace.ts'
import { adminServerId, ownerRoleId } from '../../core/permission.ts'
import { type Db, reach } from '../db.ts'
import { atOrAboveSql, notSuspendedSql } from '../path-sql.ts'

/** Two accounts that are to be two people, and where. */
export interface Pair {
  readonly asker: string
  readonly approver: string
  readonly tenantId: string
  /** Who owns what lies above here is no concern: they could lift the demand by themselves. */
  readonly demandPath: string
  /** Epoch milliseconds. */
  readonly sinceMs: number
}

const edges = ({ tenantId, sinceMs }: Pair) =>
  sql`SELECT hand, service_account_id AS account FROM account_hands WHERE at > ${sinceMs}
    UNION SELECT actor_id,
      coalesce(json_extract(content, '$.details.service_account_id'), target_id) AS account
    FROM audit_events
    WHERE tenant_id IN (${tenantId}, ${rootNamespaceId}) AND at > ${sinceMs} AND outcome = 'done'
      AND actor_id IS NOT NULL`

// Only whom it counts for: a member from below owns nothing here, nor does who cannot act.
const lords = ({ demandPath }: Pair) => {
  const above = JSON.stringify(lineOf(demandPath).slice(1))
  return sql`SELECT a.id FROM role_bindings b
    LEFT JOIN group_members m ON m.group_id = b.group_id
    JOIN namespaces n ON n.id = b.namespace_id
    JOIN service_accounts a ON a.id = coalesce(b.service_account_id, m.service_account_id)
    JOIN namespaces h ON h.id = a.namespace_id
    WHERE b.role_id = ${ownerRoleId} AND n.path IN (SELECT value FROM json_each(${above}))
      AND ${sql.raw(atOrAboveSql('h', 'n'))} AND ${sql.raw(notSuspendedSql('h'))}
      AND a.enabled = 1 AND (a.resource_server_ids IS NULL
        OR EXISTS (SELECT 1 FROM json_each(a.resource_server_ids) WHERE value = ${adminServerId}))`
}

/**
 * Whether the same hand may be behind two accounts: one made the other since a time, or bound it a role,
 * or made or ended one of its credentials, or a third did so to both; directly, by a group, a role or
 * a document, or through others. The trail and the memory of hands say so, where nobody can take it back.
 */
export const shareAHand = (db: Db, pair: Pair): Promise<boolean> =>
  reach(db, async () => {
    const row = await db.orm.get<{ found: number }>(
      sql`WITH RECURSIVE edges AS MATERIALIZED (${edges(pair)}),
          behind_asker(id) AS (SELECT ${pair.asker} UNION
            SELECT e.hand FROM behind_asker b JOIN edges e ON e.account = b.id),
          behind_approver(id) AS (SELECT ${pair.approver} UNION
            SELECT e.hand FROM behind_approver b JOIN edges e ON e.account = b.id)
        SELECT EXISTS (SELECT 1 FROM behind_asker JOIN behind_approver USING (id)
          WHERE id NOT IN (${lords(pair)})) AS found`,
    )
    return row.found === 1
  })
