import { and, asc, eq, lte, ne, or, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Place } from '../../core/place.ts'
import { type Db, reach } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { serviceAccounts } from '../schema/accounts.ts'
import { clientSecrets } from '../schema/credentials.ts'

/** At most so many secrets of an account live: enough to change from one to the next (R21). */
export const maxSecrets = 2

/** A client secret as it is kept: its digest, and when it was last used. */
export type SecretRow = typeof clientSecrets.$inferSelect

/** A secret's digest to be kept; times in epoch milliseconds. */
export type NewSecret = typeof clientSecrets.$inferInsert

/** The account that a secret is made for, as it was read. */
export interface SecretOwner extends Place {
  readonly id: string
  readonly clientId: string
}

/** An account's secrets, oldest first, the expired ones among them. */
export const listSecrets = (db: Db, serviceAccountId: string): Promise<SecretRow[]> =>
  reach(db, () =>
    db.orm
      .select()
      .from(clientSecrets)
      .where(eq(clientSecrets.serviceAccountId, serviceAccountId))
      .orderBy(asc(clientSecrets.id)),
  )

/** One secret of an account, if it has it. */
export const findSecret = (
  db: Db,
  key: { readonly id: string; readonly serviceAccountId: string },
): Promise<SecretRow | undefined> =>
  reach(db, () =>
    db.orm
      .select()
      .from(clientSecrets)
      .where(
        and(eq(clientSecrets.id, key.id), eq(clientSecrets.serviceAccountId, key.serviceAccountId)),
      )
      .get(),
  )

/** The statement that adds a secret; part of its account's batch where both are new. */
export const insertSecret = (db: Db, secret: NewSecret): BatchItem<'sqlite'> =>
  db.orm.insert(clientSecrets).values(secret)

/** A secret is shown together with the client id, so that must be the one which was read. */
export const isOwner = (db: Db, { id, clientId }: SecretOwner) =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM ${serviceAccounts} WHERE id = ${id} AND client_id = ${clientId})`,
  )

/** Whoever is given a secret is meant to use it, with the client id that stands beside it. */
export const switchOn = (db: Db, { id }: SecretOwner, clientId: string): BatchItem<'sqlite'> =>
  db.orm
    .update(serviceAccounts)
    .set({ clientCredentials: true, clientId, version: sql`version + 1` })
    .where(
      and(
        eq(serviceAccounts.id, id),
        or(eq(serviceAccounts.clientCredentials, false), ne(serviceAccounts.clientId, clientId)),
      ),
    )

/** What the trail tells of a new secret. */
export const ofSecret = ({ serviceAccountId, expiresAt }: NewSecret) => ({
  serviceAccountId,
  expiresAt: new Date(expiresAt).toISOString(),
})

/** The condition that a secret is of this account. */
export const ofOwner = ({ id }: SecretOwner) => eq(clientSecrets.serviceAccountId, id)

// Whoever switched secrets off may have had a leak: making another must not bring the kept ones back.
const areOff = ({ id }: SecretOwner) =>
  sql`EXISTS (SELECT 1 FROM ${serviceAccounts} WHERE id = ${id} AND client_credentials = 0)`

/** The statement that deletes what has expired, and all that are switched off. */
export const sweepDead = (db: Db, owner: SecretOwner, nowMs: number): BatchItem<'sqlite'> =>
  db.orm
    .delete(clientSecrets)
    .where(and(ofOwner(owner), or(lte(clientSecrets.expiresAt, nowMs), areOff(owner))))

/**
 * Adds a secret and sweeps those that are expired or switched off, unless the account is gone or has
 * another client id (guard 0) or has two that live (guard 1).
 */
export const addSecret = (db: Db, owner: SecretOwner, secret: NewSecret): Promise<Outcome> => {
  const { createdAt: nowMs } = secret
  return mutate(db, owner, {
    target: secret.id,
    details: ofSecret(secret),
    guards: [
      isOwner(db, owner),
      guard(
        db,
        sql`(SELECT count(*) FROM ${clientSecrets} WHERE service_account_id = ${owner.id}
          AND expires_at > ${nowMs} AND NOT ${areOff(owner)}) < ${maxSecrets}`,
      ),
    ],
    statements: [
      sweepDead(db, owner, nowMs),
      insertSecret(db, secret),
      switchOn(db, owner, owner.clientId),
    ],
  })
}

/** Ends a secret at once, if it is there (guard 0). */
export const deleteSecret = (
  db: Db,
  place: Place,
  { id, serviceAccountId }: Pick<SecretRow, 'id' | 'serviceAccountId'>,
): Promise<Outcome> =>
  mutate(db, place, {
    target: id,
    details: { serviceAccountId },
    guards: [guard(db, sql`EXISTS (SELECT 1 FROM ${clientSecrets} WHERE id = ${id})`)],
    statements: [db.orm.delete(clientSecrets).where(eq(clientSecrets.id, id))],
  })
