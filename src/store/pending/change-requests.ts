import { type SQL, sql } from 'drizzle-orm'
import type { JsonObject } from '../../core/json.ts'
import { maxPending, type PendingChange, pendingLifeMs } from '../../core/pending-change.ts'
import { inWireWords } from '../../core/wire-words.ts'
import type { Db } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { pendingChanges } from '../schema/pending.ts'

const waiting = ({ serviceAccountId, namespaceId, createdAt }: PendingChange): SQL => {
  const ofSame =
    serviceAccountId === null
      ? sql`namespace_id = ${namespaceId} AND service_account_id IS NULL`
      : sql`service_account_id = ${serviceAccountId}`
  return sql`(SELECT count(*) FROM pending_changes
    WHERE ${ofSame} AND state = 'pending' AND created_at > ${createdAt - pendingLifeMs})`
}

/** Keeps a change for another owner, unless 20 of the same wait already (guard 0). */
export const addChange = (db: Db, change: PendingChange): Promise<Outcome> => {
  const {
    id,
    wanted,
    acceptsNow,
    acceptsNoLonger,
    requestedBy: { id: requestedBy },
    decidedBy: _d,
    state: _s,
    namespacePath: _p,
    tenantId: _t,
    ...row
  } = change
  const { action, serviceAccountId, targetId } = change
  const payload = { wanted, acceptsNoLonger } as JsonObject
  return mutate(db, change, {
    target: id,
    details: {
      pendingAction: action,
      serviceAccountId,
      targetId,
      acceptsNow,
      acceptsNoLonger,
      wanted: inWireWords(wanted as JsonObject),
    },
    guards: [guard(db, sql`${waiting(change)} < ${maxPending}`)],
    statements: [
      db.orm
        .insert(pendingChanges)
        .values({ ...row, id, requestedBy, payload, widening: acceptsNow }),
    ],
  })
}
