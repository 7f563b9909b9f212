import { eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { rootNamespaceId } from '../../core/namespace.ts'
import { adminServerId, ownerRoleId } from '../../core/permission.ts'
import { type Db, reach } from '../db.ts'
import { guard } from '../mutate.ts'
import { namespaces } from '../schema/tree.ts'

/** Where an owner must remain, and what is about to stop counting. */
export interface OwnerLoss {
  /** The root, or a tenant's. */
  readonly namespaceId: string
  readonly lost:
    | { readonly bindingId: string }
    | { readonly accountId: string }
    | { readonly groupId: string }
    /** That an account is in a group. */
    | { readonly groupId: string; readonly accountId: string }
}

// Each row is one way in which an account owns: by its own binding, or by that of a group. A binding
// counts at the account's own namespace or below, so members who live below own nothing here. An owner
// who is disabled, or whose ceiling leaves the admin API out, can put nothing right.
const ableOwners = ({ namespaceId }: Pick<OwnerLoss, 'namespaceId'>) =>
  sql`SELECT 1 FROM role_bindings b LEFT JOIN group_members m ON m.group_id = b.group_id
    JOIN service_accounts a ON a.id = coalesce(b.service_account_id, m.service_account_id)
    WHERE b.role_id = ${ownerRoleId} AND b.namespace_id = ${namespaceId} AND a.enabled = 1
      AND a.namespace_id IN (${namespaceId}, ${rootNamespaceId})
      AND (a.resource_server_ids IS NULL
        OR EXISTS (SELECT 1 FROM json_each(a.resource_server_ids) WHERE value = ${adminServerId}))`

const isLost = ({ lost }: OwnerLoss) => {
  if ('bindingId' in lost) return sql`b.id = ${lost.bindingId}`
  const ofGroup = 'groupId' in lost ? sql`b.group_id IS ${lost.groupId}` : sql`1`
  return 'accountId' in lost ? sql`(${ofGroup} AND a.id = ${lost.accountId})` : ofGroup
}

// What is no way of such an owner is no loss, whoever remains.
const remains = (loss: OwnerLoss) =>
  sql`(EXISTS (${ableOwners(loss)} AND NOT ${isLost(loss)})
    OR NOT EXISTS (${ableOwners(loss)} AND ${isLost(loss)}))`

/**
 * A namespace keeps an owner who can act. A guard for every batch that takes one away: decided in the
 * transaction, so that two owners who remove each other cannot both win.
 */
export const ownerRemains = (db: Db, loss: OwnerLoss): BatchItem<'sqlite'> =>
  guard(db, remains(loss))

/** The query of whether a namespace has an owner who can act and is a root account. */
export const selectHouseOwner = (db: Db, namespaceId: string) => {
  const owner = sql`${ableOwners({ namespaceId })} AND a.namespace_id = ${rootNamespaceId}`
  return db.orm
    .select({ owns: sql<number>`EXISTS (${owner})` })
    .from(namespaces)
    .where(eq(namespaces.id, namespaceId))
}

/** Whether a namespace would keep an owner who can act, as of now. */
export const wouldKeepOwner = (db: Db, loss: OwnerLoss): Promise<boolean> =>
  reach(db, async () => {
    const row = await db.orm.get<{ keeps: number }>(sql`SELECT ${remains(loss)} AS keeps`)
    return row.keeps === 1
  })
