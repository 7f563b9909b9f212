import { sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Happening } from '../../core/audit-event.ts'
import { adminServerId } from '../../core/permission.ts'
import type { Db } from '../db.ts'
import { guard } from '../guard.ts'

const nobody = sql`1`

const stands = (id: string, bindings: readonly string[]) =>
  sql`EXISTS (SELECT 1 FROM service_accounts a WHERE a.id = ${id} AND a.enabled = 1
      AND (a.resource_server_ids IS NULL
        OR EXISTS (SELECT 1 FROM json_each(a.resource_server_ids) WHERE value = ${adminServerId})))
    AND (SELECT count(*) FROM role_bindings b
      WHERE b.id IN (SELECT value FROM json_each(${JSON.stringify(bindings)}))
      AND (b.service_account_id = ${id} OR b.group_id IN
        (SELECT group_id FROM group_members WHERE service_account_id = ${id}))
    ) = ${bindings.length}`

/**
 * A guard: whoever makes the change is still enabled, and has every binding that it was judged by. A
 * call may take seconds (it fetches an issuer's keys, or waits for its turn), and somebody who was
 * removed meanwhile must not go on. A refusal needs no rights.
 */
export const mayStill = (
  db: Db,
  { happening }: { readonly happening: Happening },
): BatchItem<'sqlite'> => {
  const { actor } = db.scribe.author
  if (actor.type !== 'service_account' || actor.bindings === null) return guard(db, nobody)
  return guard(db, happening.reason === undefined ? stands(actor.id, actor.bindings) : nobody)
}
