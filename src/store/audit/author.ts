import { and, eq, gt, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Happening } from '../../core/audit-event.ts'
import { minuteMs } from '../../core/lifetime.ts'
import { adminServerId } from '../../core/permission.ts'
import type { Db } from '../db.ts'
import { guard } from '../guard.ts'
import { inList } from '../in-list.ts'
import { auditEvents } from '../schema/audit.ts'

const nobody = sql`1`

const stands = (id: string, bindings: readonly string[]) =>
  sql`EXISTS (SELECT 1 FROM service_accounts a WHERE a.id = ${id} AND a.enabled = 1
      AND (a.resource_server_ids IS NULL
        OR EXISTS (SELECT 1 FROM json_each(a.resource_server_ids) WHERE value = ${adminServerId})))
    AND (SELECT count(*) FROM role_bindings b
      WHERE b.id IN ${inList(bindings)}
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

/** The events that an account has left in the last minute, in whatever chain. */
export const recentOf = (actorId: string, nowMs: number): SQL | undefined =>
  and(eq(auditEvents.actorId, actorId), gt(auditEvents.at, nowMs - minuteMs))

/**
 * A guard: whoever makes the change has not left as many events as a minute may have. Its own is there
 * already when this is asked. Refusals are counted by who records them (`commitRefusal`).
 */
export const mayLeaveMore = (
  db: Db,
  { happening }: { readonly happening: Happening },
): BatchItem<'sqlite'> => {
  const { actor, nowMs } = db.scribe.author
  const most = actor.type === 'service_account' ? actor.eventsPerMinute : undefined
  if (actor.type !== 'service_account' || most === undefined || happening.reason !== undefined) {
    return guard(db, nobody)
  }
  const recent = recentOf(actor.id, nowMs)
  return guard(db, sql`(SELECT count(*) FROM ${auditEvents} WHERE ${recent}) <= ${most}`)
}
