import { and, asc, eq, sql } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { Place } from '../core/place.ts'
import type { TrustPolicy } from '../core/trust-policy.ts'
import { type Beside, nothingBeside } from './beside.ts'
import { type Db, reach } from './db.ts'
import { guard, mutate, type Outcome } from './mutate.ts'
import { trustPolicies } from './schema/accounts.ts'

/** At most so many policies per account (R16): every exchange evaluates all of them. */
export const maxPolicies = 20

/** An account's policies, oldest first: the order in which they are evaluated. */
export const listPolicies = (db: Db, serviceAccountId: string): Promise<TrustPolicy[]> =>
  reach(db, () =>
    db.orm
      .select()
      .from(trustPolicies)
      .where(eq(trustPolicies.serviceAccountId, serviceAccountId))
      .orderBy(asc(trustPolicies.createdAt), sql`rowid`),
  )

/** One policy of an account, if it has it. */
export const findPolicy = (
  db: Db,
  key: { readonly id: string; readonly serviceAccountId: string },
): Promise<TrustPolicy | undefined> =>
  reach(db, () =>
    db.orm
      .select()
      .from(trustPolicies)
      .where(
        and(eq(trustPolicies.id, key.id), eq(trustPolicies.serviceAccountId, key.serviceAccountId)),
      )
      .get(),
  )

/** The statement that adds a policy; part of its account's batch where both are new. */
export const insertPolicy = (db: Db, policy: TrustPolicy): BatchItem<'sqlite'> =>
  db.orm.insert(trustPolicies).values(policy)

/** A policy to be saved, and what else happens with it. */
export interface PolicySave {
  readonly policy: TrustPolicy
  readonly beside?: Beside
}

// The whole of it: who reads the trail wants to know what was trusted when.
const ofPolicy = ({ id: _i, createdAt: _c, examples: _e, ...told }: TrustPolicy) => told

/** Adds a policy, unless the account is gone (guard 0) or has 20 already (guard 1). */
export const addPolicy = (
  db: Db,
  place: Place,
  { policy, beside = nothingBeside }: PolicySave,
): Promise<Outcome> => {
  const { serviceAccountId } = policy
  return mutate(db, place, {
    target: policy.id,
    details: { ...ofPolicy(policy), ...beside.details },
    guards: [
      guard(db, sql`EXISTS (SELECT 1 FROM service_accounts WHERE id = ${serviceAccountId})`),
      guard(
        db,
        sql`(SELECT count(*) FROM ${trustPolicies} WHERE service_account_id = ${serviceAccountId})
          < ${maxPolicies}`,
      ),
      ...beside.guards,
    ],
    statements: [insertPolicy(db, policy), ...beside.statements],
  })
}

const isVersion = (db: Db, { id, version }: { id: string; version: number }) =>
  guard(db, sql`EXISTS (SELECT 1 FROM ${trustPolicies} WHERE id = ${id} AND version = ${version})`)

/** Replaces a policy that still has the version before (guard 0). */
export const replacePolicy = (
  db: Db,
  place: Place,
  { policy, beside = nothingBeside }: PolicySave,
): Promise<Outcome> => {
  const { id, version } = policy
  const { id: _id, serviceAccountId: _account, createdAt: _created, ...changes } = policy
  return mutate(db, place, {
    target: id,
    details: { ...ofPolicy(policy), ...beside.details },
    guards: [isVersion(db, { id, version: version - 1 }), ...beside.guards],
    statements: [
      db.orm.update(trustPolicies).set(changes).where(eq(trustPolicies.id, id)),
      ...beside.statements,
    ],
  })
}

/** Deletes a policy that still has this version (guard 0). */
export const deletePolicy = (
  db: Db,
  place: Place,
  {
    guards,
    ...key
  }: Pick<TrustPolicy, 'id' | 'version' | 'name' | 'serviceAccountId'> & Pick<Beside, 'guards'>,
): Promise<Outcome> =>
  mutate(db, place, {
    target: key.id,
    details: { serviceAccountId: key.serviceAccountId, name: key.name },
    guards: [isVersion(db, key), ...guards],
    statements: [db.orm.delete(trustPolicies).where(eq(trustPolicies.id, key.id))],
  })
