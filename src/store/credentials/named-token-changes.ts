import { and, eq, sql } from 'drizzle-orm'
import type { Place } from '../../core/place.ts'
import type { Db } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { livingTokens, markTokens } from '../revoking/marks.ts'
import { serviceAccounts } from '../schema/accounts.ts'
import { namedTokens } from '../schema/credentials.ts'
import { ceilingOf } from './named-token-ceiling.ts'
import type { NamedToken, NamedTokenRow } from './named-tokens.ts'

/** At most so many named tokens per account: every exchange reads their digests. */
export const maxNamedTokens = 50

/** The account that a token belongs to, as it was read. */
export interface TokenOwner extends Place {
  readonly id: string
  readonly version: number
}

const ofToken = ({ serviceAccountId, name, resourceServerId, expiresAt }: NamedTokenRow) => ({
  serviceAccountId,
  name,
  resourceServerId,
  expiresAt: new Date(expiresAt).toISOString(),
})

const ofAccount = (id: string) => sql`FROM ${namedTokens} WHERE service_account_id = ${id}`

// What the rules were judged by must still be so, or a token outlives what was decided meanwhile.
const isCurrent = (db: Db, { id, version, namespaceId }: TokenOwner, ceiling: number | null) =>
  guard(
    db,
    sql`EXISTS (SELECT 1 FROM ${serviceAccounts} WHERE id = ${id} AND version = ${version})
      AND ${ceilingOf(namespaceId)} IS ${ceiling}`,
  )

/**
 * Adds a named token to an account that is as it was read, under the ceiling that was read (guard
 * 0), for an API that is there (guard 1), unless the account has 50 (guard 2).
 */
export const addNamedToken = (
  db: Db,
  token: NamedTokenRow,
  judged: { readonly owner: TokenOwner; readonly ceiling: number | null },
): Promise<Outcome> =>
  mutate(db, judged.owner, {
    target: token.id,
    details: ofToken(token),
    guards: [
      isCurrent(db, judged.owner, judged.ceiling),
      guard(db, sql`EXISTS (SELECT 1 FROM resource_servers WHERE id = ${token.resourceServerId})`),
      guard(db, sql`(SELECT count(*) ${ofAccount(judged.owner.id)}) < ${maxNamedTokens}`),
    ],
    statements: [db.orm.insert(namedTokens).values(token)],
  })

/** Changes the names of a token that is still there (guard 0). */
export const renameNamedToken = (
  db: Db,
  { id, name, displayName }: Pick<NamedTokenRow, 'id' | 'name' | 'displayName'>,
  place: Place,
): Promise<Outcome> =>
  mutate(db, place, {
    target: id,
    details: { name, displayName },
    guards: [guard(db, sql`EXISTS (SELECT 1 FROM ${namedTokens} WHERE id = ${id})`)],
    statements: [
      db.orm.update(namedTokens).set({ name, displayName }).where(eq(namedTokens.id, id)),
    ],
  })

/**
 * Gives a token a new value, so that the previous one is dead, if account and ceiling are as they
 * were read (guard 0) and the token still has the value that was read (guard 1).
 */
export const replaceNamedToken = (
  db: Db,
  token: NamedTokenRow,
  judged: { readonly owner: TokenOwner; readonly ceiling: number | null; readonly hash: string },
): Promise<Outcome> => {
  const { id, hash, pepperVersion, expiresAt: until, createdAt } = token
  const value = { hash, pepperVersion, expiresAt: until, createdAt }
  return mutate(db, judged.owner, {
    target: id,
    details: ofToken(token),
    guards: [
      isCurrent(db, judged.owner, judged.ceiling),
      guard(
        db,
        sql`EXISTS (SELECT 1 FROM ${namedTokens} WHERE id = ${id} AND hash = ${judged.hash})`,
      ),
    ],
    statements: [
      db.orm
        .update(namedTokens)
        .set({ ...value, lastUsedAt: null, lastUsedFrom: null })
        .where(eq(namedTokens.id, id)),
    ],
  })
}

/** Deletes a named token; it is dead from this moment, and its name is free. */
export const deleteNamedToken = (
  db: Db,
  { id, name, serviceAccountId }: Pick<NamedTokenRow, 'id' | 'name' | 'serviceAccountId'>,
  place: Place,
): Promise<Outcome> =>
  mutate(db, place, {
    target: id,
    details: { serviceAccountId, name },
    statements: [db.orm.delete(namedTokens).where(eq(namedTokens.id, id))],
  })

/**
 * Deletes the named token of a value, with the living tokens that it was exchanged for (RFC 7009
 * §2.1). One that was regenerated meanwhile has another value, and stays.
 */
export const endNamedToken = (
  db: Db,
  { id, hash, serviceAccountId, ...place }: NamedToken,
  now: number,
): Promise<Outcome> =>
  mutate(db, place, {
    target: id,
    details: { serviceAccountId },
    statements: [
      db.orm.run(markTokens(livingTokens(sql`d.credential_id = ${id}`, now), 'token', now)),
      db.orm.delete(namedTokens).where(and(eq(namedTokens.id, id), eq(namedTokens.hash, hash))),
    ],
  })
