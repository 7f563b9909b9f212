import { type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { maxBindings, maxBindingsBelow, maxBindingsOfAccount } from '../../core/binding-limits.ts'
import type { Db } from '../db.ts'
import { guard } from '../guard.ts'
import { inList } from '../in-list.ts'

/** Who was bound to something, or put into a group. */
export interface Gaining {
  readonly accountIds: readonly string[]
  readonly groupIds: readonly string[]
}

/** The first name of a path `n` below that of a home `h`; empty for the home itself. */
const branch = sql.raw(`substr(substr(n.path || '/', length(rtrim(h.path, '/')) + 2), 1,
  instr(substr(n.path || '/', length(rtrim(h.path, '/')) + 2), '/'))`)

const crowded = (
  table: 'service_accounts' | 'groups',
  column: 'service_account_id' | 'group_id',
  ids: readonly string[],
): SQL => {
  const [principals, principal] = [sql.raw(table), sql.raw(column)]
  return sql`EXISTS (SELECT 1 FROM role_bindings WHERE ${principal} IN ${inList(ids)}
      GROUP BY ${principal} HAVING count(*) > ${maxBindings})
    OR EXISTS (SELECT 1 FROM role_bindings b
        JOIN namespaces n ON n.id = b.namespace_id
        JOIN ${principals} p ON p.id = b.${principal}
        JOIN namespaces h ON h.id = p.namespace_id
      WHERE b.${principal} IN ${inList(ids)} AND n.id <> h.id
      GROUP BY b.${principal}, ${branch} HAVING count(*) > ${maxBindingsBelow})`
}

// Each group is counted once, however many are in it.
const overloaded = ({ accountIds, groupIds }: Gaining): SQL => sql`EXISTS (
  WITH affected AS MATERIALIZED (SELECT value AS id FROM json_each(${JSON.stringify(accountIds)})
    UNION SELECT service_account_id FROM group_members WHERE group_id IN ${inList(groupIds)}),
  joined AS MATERIALIZED (SELECT m.service_account_id AS id, m.group_id FROM affected a
    CROSS JOIN group_members m ON m.service_account_id = a.id),
  weighed AS MATERIALIZED (SELECT group_id, count(*) AS weight FROM role_bindings
    WHERE group_id IN (SELECT group_id FROM joined) GROUP BY group_id)
  SELECT 1 FROM (
    SELECT service_account_id AS id, count(*) AS weight FROM role_bindings
      WHERE service_account_id IN (SELECT id FROM affected) GROUP BY service_account_id
    UNION ALL
    SELECT j.id, w.weight FROM joined j JOIN weighed w ON w.group_id = j.group_id)
  GROUP BY id HAVING sum(weight) > ${maxBindingsOfAccount})`

/**
 * Nobody who gained something has too many roles now. A limit for every batch that inserts bindings
 * or memberships: a huge configuration would keep an account from its tokens.
 */
export const roomForBindings = (db: Db, gaining: Gaining): BatchItem<'sqlite'>[] => {
  const { accountIds, groupIds } = gaining
  if (accountIds.length + groupIds.length === 0) return []
  return [
    guard(
      db,
      sql`NOT (${crowded('service_accounts', 'service_account_id', accountIds)}
        OR ${crowded('groups', 'group_id', groupIds)} OR ${overloaded(gaining)})`,
    ),
  ]
}
