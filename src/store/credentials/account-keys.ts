import { and, asc, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import { maxKeys } from '../../core/account-key.ts'
import type { Place } from '../../core/place.ts'
import { type Db, reach } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { accountKeys } from '../schema/credentials.ts'

/** A public key of an account as it is kept; times in epoch milliseconds. */
export type AccountKeyRow = typeof accountKeys.$inferSelect

/** Names a key: the account it belongs to, and its id. */
type KeyOfAccount = Pick<AccountKeyRow, 'id' | 'serviceAccountId'>

const isKey = ({ id, serviceAccountId }: KeyOfAccount) =>
  and(eq(accountKeys.id, id), eq(accountKeys.serviceAccountId, serviceAccountId))

/** An account's keys, oldest first. */
export const listKeys = (db: Db, serviceAccountId: string): Promise<AccountKeyRow[]> =>
  reach(db, () =>
    db.orm
      .select()
      .from(accountKeys)
      .where(eq(accountKeys.serviceAccountId, serviceAccountId))
      // Keys made in one call have one time, and ids that fall in any order.
      .orderBy(asc(accountKeys.createdAt), sql`rowid`),
  )

/** One key of an account, if it has it. */
export const findKey = (db: Db, key: KeyOfAccount): Promise<AccountKeyRow | undefined> =>
  reach(db, () => db.orm.select().from(accountKeys).where(isKey(key)).get())

/** The statement that adds a key, for an account that is made with it. */
export const insertKey = (db: Db, key: AccountKeyRow): BatchItem<'sqlite'> =>
  db.orm.insert(accountKeys).values(key)

/** Adds a key, unless the account is gone (guard 0) or has five already (guard 1). */
export const addKey = (db: Db, place: Place, key: AccountKeyRow): Promise<Outcome> => {
  const { serviceAccountId, kid, algorithm } = key
  return mutate(db, place, {
    target: key.id,
    details: { serviceAccountId, kid, algorithm },
    guards: [
      guard(db, sql`EXISTS (SELECT 1 FROM service_accounts WHERE id = ${serviceAccountId})`),
      guard(
        db,
        sql`(SELECT count(*) FROM ${accountKeys} WHERE service_account_id = ${serviceAccountId})
          < ${maxKeys}`,
      ),
    ],
    statements: [insertKey(db, key)],
  })
}

/** Removes a key that is still there (guard 0): no assertion is accepted by it from then on. */
export const deleteKey = (db: Db, place: Place, key: KeyOfAccount): Promise<Outcome> =>
  mutate(db, place, {
    target: key.id,
    details: { serviceAccountId: key.serviceAccountId },
    guards: [guard(db, sql`EXISTS (SELECT 1 FROM ${accountKeys} WHERE ${isKey(key)})`)],
    statements: [db.orm.delete(accountKeys).where(isKey(key))],
  })
