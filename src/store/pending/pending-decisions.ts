import { eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { askerInTrail, type Party, type PendingChange } from '../../core/pending-change.ts'
import type { Beside } from '../beside.ts'
import type { Db } from '../db.ts'
import { guard } from '../guard.ts'
import { mutate, type Outcome } from '../mutate.ts'
import { pendingChanges } from '../schema/pending.ts'

/** Who decides a change, and when (epoch milliseconds). */
export interface Decider {
  readonly decidedBy: Party
  readonly decidedAt: number
}

const isPending = (db: Db, { id }: PendingChange): BatchItem<'sqlite'> =>
  guard(db, sql`EXISTS (SELECT 1 FROM pending_changes WHERE id = ${id} AND state = 'pending')`)

const decide = (
  db: Db,
  { id, version }: PendingChange,
  { decidedBy, decidedAt, state }: Decider & { readonly state: 'approved' | 'rejected' },
) =>
  db.orm
    .update(pendingChanges)
    .set({ decidedBy: decidedBy.id, decidedAt, state, version: version + 1 })
    .where(eq(pendingChanges.id, id))

/** The approval of a change, in the transaction of what it approves: of two at once, one wins. */
export const approval = (db: Db, change: PendingChange, decider: Decider): Beside => ({
  guards: [isPending(db, change)],
  statements: [decide(db, change, { ...decider, state: 'approved' })],
  details: { pendingChangeId: change.id, ...askerInTrail(change) },
})

/** Rejects a change that still waits (guard 0). */
export const rejectChange = (db: Db, change: PendingChange, decider: Decider): Promise<Outcome> =>
  mutate(db, change, {
    target: change.id,
    details: { ...askerInTrail(change), serviceAccountId: change.serviceAccountId },
    guards: [isPending(db, change)],
    statements: [decide(db, change, { ...decider, state: 'rejected' })],
  })
