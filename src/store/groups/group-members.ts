import { and, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { maxGroupsOfAccount } from '../../core/group.ts'
import type { Place } from '../../core/place.ts'
import { type Db, reach } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { after, all, inOrder, type PageQuery, whereNamed } from '../page.ts'
import { roomForBindings } from '../roles/binding-room.ts'
import { ownerRemains } from '../roles/owners.ts'
import { groupMembers, serviceAccounts } from '../schema/accounts.ts'
import { namespaces } from '../schema/tree.ts'
import { boundAsJudged, type GroupBinding } from './group-bindings.ts'
import type { Group } from './groups.ts'

/** An account as a member of a group. Times in epoch milliseconds. */
export interface Member {
  readonly id: string
  readonly name: string
  readonly namespacePath: string
  readonly addedAt: number
}

/** Who is in which group. */
export interface Membership {
  readonly groupId: string
  readonly serviceAccountId: string
}

const isIt = ({ groupId, serviceAccountId }: Membership) =>
  and(eq(groupMembers.groupId, groupId), eq(groupMembers.serviceAccountId, serviceAccountId))

/** The members of a group that live in or below any of the places, or above them, in pages. */
export const listMembers = (
  db: Db,
  { groupId, ...query }: Omit<PageQuery, 'within'> & { readonly groupId: string },
): Promise<Member[]> => {
  const { id, name } = serviceAccounts
  return reach(db, () =>
    db.orm
      .select({ id, name, namespacePath: namespaces.path, addedAt: groupMembers.createdAt })
      .from(groupMembers)
      .innerJoin(serviceAccounts, eq(id, groupMembers.serviceAccountId))
      .innerJoin(namespaces, eq(namespaces.id, serviceAccounts.namespaceId))
      .where(
        all(
          eq(groupMembers.groupId, groupId),
          whereNamed(namespaces.path, { ...query, within: undefined }),
          after(id, query.after),
        ),
      )
      .orderBy(inOrder(id))
      .limit(query.limit + 1),
  )
}

/** Whether an account is in a group. */
export const isMember = (db: Db, membership: Membership): Promise<boolean> =>
  reach(db, async () => {
    const found = await db.orm.select().from(groupMembers).where(isIt(membership)).get()
    return found !== undefined
  })

/** The statement that puts an account into a group, for a batch with `boundAsJudged` and `hasRoom`. */
export const insertMember = (
  db: Db,
  membership: Membership & { readonly createdAt: number },
): BatchItem<'sqlite'> => db.orm.insert(groupMembers).values(membership)

const memberSql = ({ groupId, serviceAccountId }: Membership) =>
  sql`EXISTS (SELECT 1 FROM group_members
    WHERE group_id = ${groupId} AND service_account_id = ${serviceAccountId})`

/** Who is put into a group, or taken out, and what was judged for it. */
export interface MemberChange {
  readonly group: Group
  /** It is its configuration that changes, in its own tenant. */
  readonly account: Place & { readonly id: string }
  readonly judged: readonly GroupBinding[]
}

/**
 * Puts an account into a group, if it is not in it (guard 0), the group is bound as it was judged (guard 1),
 * the account is there (guard 2), in few enough groups (guard 3) and has few enough roles (guard 4).
 */
export const addMember = (
  db: Db,
  { group, account, judged }: MemberChange,
  createdAt: number,
): Promise<Outcome> => {
  const membership = { groupId: group.id, serviceAccountId: account.id }
  const count = sql`SELECT count(*) FROM group_members WHERE service_account_id = ${account.id}`
  return mutate(db, account, {
    target: group.id,
    details: { serviceAccountId: account.id },
    guards: [
      guard(db, sql`NOT ${memberSql(membership)}`),
      boundAsJudged(db, group.id, judged),
      guard(db, sql`EXISTS (SELECT 1 FROM service_accounts WHERE id = ${account.id})`),
      guard(db, sql`(${count}) < ${maxGroupsOfAccount}`),
    ],
    statements: [insertMember(db, { ...membership, createdAt })],
    limits: roomForBindings(db, { accountIds: [account.id], groupIds: [] }),
  })
}

/**
 * Takes an account out of a group, if it is in it (guard 0), the group is bound as it was judged (guard 1),
 * and these namespaces keep an owner (the others).
 */
export const deleteMember = (
  db: Db,
  { group, account, judged }: MemberChange,
  keepOwnersOf: readonly string[],
): Promise<Outcome> => {
  const membership = { groupId: group.id, serviceAccountId: account.id }
  const lost = { groupId: group.id, accountId: account.id }
  return mutate(db, account, {
    target: group.id,
    details: { serviceAccountId: account.id },
    guards: [
      guard(db, memberSql(membership)),
      boundAsJudged(db, group.id, judged),
      ...keepOwnersOf.map((namespaceId) => ownerRemains(db, { namespaceId, lost })),
    ],
    statements: [db.orm.delete(groupMembers).where(isIt(membership))],
  })
}
