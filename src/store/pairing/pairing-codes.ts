import { eq, getTableColumns, sql } from 'drizzle-orm'
import { type Db, reach } from '../db.ts'
import { guard, mutate, type Outcome } from '../mutate.ts'
import { after, all, inOrder, type PageQuery, reachOf } from '../page.ts'
import { serviceAccounts } from '../schema/accounts.ts'
import { pairingCodes } from '../schema/pairing.ts'
import { namespaces } from '../schema/tree.ts'

/** A pairing code with its place; the code itself is nowhere. Times in epoch milliseconds. */
export type PairingCode = typeof pairingCodes.$inferSelect & {
  readonly namespacePath: string
  readonly tenantId: string
}

/** Most codes of one namespace that are kept at a time: each holds a token's claims. */
export const maxPairingCodes = 20

const columns = {
  ...getTableColumns(pairingCodes),
  namespacePath: namespaces.path,
  tenantId: namespaces.tenantId,
}

/** Pairing codes with their places. */
export const selectPairingCodes = (db: Db) =>
  db.orm
    .select(columns)
    .from(pairingCodes)
    .innerJoin(namespaces, eq(namespaces.id, pairingCodes.namespaceId))

/** A pairing code by its id, if there is one. */
export const findPairingCode = (db: Db, id: string): Promise<PairingCode | undefined> =>
  reach(db, () => selectPairingCodes(db).where(eq(pairingCodes.id, id)).get())

/** Pairing codes in or below any of the places, in pages. */
export const listPairingCodes = (db: Db, query: PageQuery): Promise<PairingCode[]> =>
  reach(db, () =>
    selectPairingCodes(db)
      .where(all(reachOf(namespaces.path, query), after(pairingCodes.id, query.after)))
      .orderBy(inOrder(pairingCodes.id))
      .limit(query.limit + 1),
  )

/**
 * Adds a pairing code where its namespace and account still are (guard 0), if the namespace has room
 * (guard 1): what has expired counts no more.
 */
export const addPairingCode = (db: Db, code: PairingCode): Promise<Outcome> => {
  const { tenantId: _t, namespacePath: _p, ...row } = code
  const { id, namespaceId, serviceAccountId, expiresAt, createdAt } = row
  const inNamespace = sql`namespace_id = ${namespaceId}`
  return mutate(db, code, {
    target: id,
    details: { serviceAccountId, expiresAt: new Date(expiresAt).toISOString() },
    guards: [
      guard(
        db,
        serviceAccountId === null
          ? sql`EXISTS (SELECT 1 FROM ${namespaces} WHERE id = ${namespaceId})`
          : sql`EXISTS (SELECT 1 FROM ${serviceAccounts}
              WHERE id = ${serviceAccountId} AND ${inNamespace})`,
      ),
      guard(
        db,
        sql`(SELECT count(*) FROM ${pairingCodes}
          WHERE ${inNamespace} AND expires_at > ${createdAt}) < ${maxPairingCodes}`,
      ),
    ],
    statements: [db.orm.insert(pairingCodes).values(row)],
  })
}

/** Ends a pairing code, with what a job has shown, if it is there (guard 0). */
export const deletePairingCode = (db: Db, code: PairingCode): Promise<Outcome> =>
  mutate(db, code, {
    target: code.id,
    details: { serviceAccountId: code.serviceAccountId },
    guards: [guard(db, sql`EXISTS (SELECT 1 FROM ${pairingCodes} WHERE id = ${code.id})`)],
    statements: [db.orm.delete(pairingCodes).where(eq(pairingCodes.id, code.id))],
  })
