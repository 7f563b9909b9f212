import { eq, type SQL, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Place } from '../core/place.ts'
import type { Db } from './db.ts'
import { mutate, type Outcome } from './mutate.ts'
import { endTokensOf } from './revoking/marks.ts'
import { ownerRemains } from './roles/owners.ts'
import { serviceAccounts } from './schema/accounts.ts'
import type { ServiceAccountRow } from './service-accounts.ts'

/** What of an account can be changed. */
export type AccountChange = Partial<
  Pick<
    ServiceAccountRow,
    | 'name'
    | 'displayName'
    | 'description'
    | 'enabled'
    | 'grantTypes'
    | 'resourceServerIds'
    | 'maxTokenTtlSeconds'
    | 'clientCredentials'
    | 'authMethod'
  >
>

/** An account, and where it lies. */
type AccountPlace = Pick<ServiceAccountRow, 'id' | 'name'> & Place

/** What goes with an account that stops counting. */
export interface Stopping {
  /** Namespaces that must keep an owner who can act. */
  readonly keepOwnersOf: readonly string[]
  /** Epoch seconds. */
  readonly now: number
}

const ownerGuards = (db: Db, accountId: string, { keepOwnersOf }: Stopping) =>
  keepOwnersOf.map((namespaceId) => ownerRemains(db, { namespaceId, lost: { accountId } }))

/** A condition on decisions `d`: they were this account's. */
export const ofAccount = (id: string): SQL => sql`d.service_account_id = ${id}`

const endTokens = (db: Db, id: string, now: number) => endTokensOf(db, ofAccount(id), now)

/**
 * Changes an account, unless an owner must stay (any guard); its version moves on. Its living tokens
 * die with its being enabled, and do not come back.
 */
export const updateAccount = (
  db: Db,
  account: AccountPlace,
  { changes, ...stopping }: Stopping & { readonly changes: AccountChange },
): Promise<Outcome> =>
  mutate(db, account, {
    target: account.id,
    details: changes,
    guards: ownerGuards(db, account.id, stopping),
    statements: [
      ...(changes.enabled === false ? [endTokens(db, account.id, stopping.now)] : []),
      db.orm
        .update(serviceAccounts)
        .set({ ...changes, version: sql`version + 1` })
        .where(eq(serviceAccounts.id, account.id)),
    ],
  })

/**
 * Deletes an account with all that is its own, living tokens included, and what is to go after it,
 * unless an owner must stay.
 */
export const deleteAccount = (
  db: Db,
  account: AccountPlace,
  { after = [], ...stopping }: Stopping & { readonly after?: readonly BatchItem<'sqlite'>[] },
): Promise<Outcome> =>
  mutate(db, account, {
    target: account.id,
    details: { name: account.name },
    guards: ownerGuards(db, account.id, stopping),
    statements: [
      endTokens(db, account.id, stopping.now),
      db.orm.delete(serviceAccounts).where(eq(serviceAccounts.id, account.id)),
      ...after,
    ],
  })
