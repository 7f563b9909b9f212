import { sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { adminServerId, ownerRoleId } from '../core/permission.ts'
import { type Db, reach } from './db.ts'
import { guard } from './mutate.ts'

/** Where an owner must remain, and what is about to stop counting: a binding, or an account. */
export interface OwnerLoss {
  readonly namespaceId: string
  readonly bindingId?: string
  readonly accountId?: string
}

// An owner who is disabled, or whose ceiling leaves the admin API out, can put nothing right.
const ableOwners = ({ namespaceId }: OwnerLoss) =>
  sql`SELECT 1 FROM role_bindings b JOIN service_accounts a ON a.id = b.service_account_id
    WHERE b.role_id = ${ownerRoleId} AND b.namespace_id = ${namespaceId} AND a.enabled = 1
      AND (a.resource_server_ids IS NULL
        OR EXISTS (SELECT 1 FROM json_each(a.resource_server_ids) WHERE value = ${adminServerId}))`

const lost = ({ bindingId = '', accountId = '' }: OwnerLoss) =>
  sql`(b.id = ${bindingId} OR a.id = ${accountId})`

// What is not a binding of such an owner is no loss, whoever remains.
const remains = (loss: OwnerLoss) =>
  sql`(EXISTS (${ableOwners(loss)} AND NOT ${lost(loss)})
    OR NOT EXISTS (${ableOwners(loss)} AND ${lost(loss)}))`

/**
 * A namespace keeps an owner who can act. A guard for every batch that takes one away: decided in the
 * transaction, so that two owners who remove each other cannot both win.
 */
export const ownerRemains = (db: Db, loss: OwnerLoss): BatchItem<'sqlite'> =>
  guard(db, remains(loss))

/** Whether a namespace would keep an owner who can act, as of now. */
export const wouldKeepOwner = (db: Db, loss: OwnerLoss): Promise<boolean> =>
  reach(db, async () => {
    const row = await db.orm.get<{ keeps: number }>(sql`SELECT ${remains(loss)} AS keeps`)
    return row.keeps === 1
  })
