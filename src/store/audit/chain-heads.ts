import type { ChainHead } from '../../core/audit-event.ts'
import { type Db, reach } from '../db.ts'

/** Where a tenant's chain ends. */
export interface TenantHead extends ChainHead {
  readonly tenantId: string
  /** When its last event happened, in epoch milliseconds. */
  readonly at: number
}

// From each tenant to the next one by the primary key: as many steps as there are tenants, whatever
// the length of their chains.
const heads = `
WITH RECURSIVE tenants(id) AS (
  SELECT min(tenant_id) FROM audit_events WHERE tenant_id > ?1
  UNION ALL
  SELECT (SELECT min(tenant_id) FROM audit_events WHERE tenant_id > tenants.id)
    FROM tenants WHERE tenants.id IS NOT NULL
  LIMIT ?2)
SELECT e.tenant_id, e.sequence, e.hash, e.at FROM tenants t JOIN audit_events e
  ON e.tenant_id = t.id
  AND e.sequence = (SELECT max(sequence) FROM audit_events WHERE tenant_id = t.id)
ORDER BY e.tenant_id`

/** The ends of all chains, also of tenants that are gone, by the order of tenants' ids. */
export const readHeads = (
  db: Db,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<TenantHead[]> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({ sql: heads, args: [after, limit] })
    return rows.map(({ tenant_id, sequence, hash, at }) => ({
      tenantId: String(tenant_id),
      sequence: Number(sequence),
      hash: String(hash),
      at: Number(at),
    }))
  })
