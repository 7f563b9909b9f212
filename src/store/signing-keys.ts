import { desc, sql } from 'drizzle-orm'
import type { SigningAlgorithm, SigningKey } from '../core/signing-key.ts'
import { type Db, reach } from './db.ts'
import { signingKeys } from './schema/issuing.ts'

/** A signing key to be kept. */
export interface SigningKeyRow {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  readonly wrappedKey: string
  readonly publicJwk: object
}

/** A signing key as it is kept. */
export interface KeptSigningKey extends SigningKey {
  /** Empty once it is retired: what signed is not needed to verify. */
  readonly wrappedKey: string
}

/** Every signing key there is, newest first. */
export const listSigningKeys = (db: Db): Promise<KeptSigningKey[]> => {
  const { kid, algorithm, state, wrappedKey, createdAt, activatedAt, retiredAt } = signingKeys
  return reach(db, () =>
    db.orm
      .select({ kid, algorithm, state, wrappedKey, createdAt, activatedAt, retiredAt })
      .from(signingKeys)
      .orderBy(desc(createdAt), kid),
  )
}

/** The statement that makes a key the active one if there is none. */
export const activeIfNone = (db: Db, key: SigningKeyRow, nowMs: number) =>
  db.orm.run(sql`INSERT INTO ${signingKeys}
      (kid, algorithm, state, public_jwk, wrapped_key, created_at, activated_at)
    SELECT ${key.kid}, ${key.algorithm}, 'active', ${JSON.stringify(key.publicJwk)},
      ${key.wrappedKey}, ${nowMs}, ${nowMs}
    WHERE NOT EXISTS (SELECT 1 FROM ${signingKeys} WHERE state = 'active')
    ON CONFLICT DO NOTHING`)

/** Makes a key the active one if there is none; says whether it did. Two at once make one. */
export const addFirstSigningKey = async (
  db: Db,
  key: SigningKeyRow,
  nowMs: number,
): Promise<boolean> => {
  const { rowsAffected } = await reach(db, async () => activeIfNone(db, key, nowMs))
  return rowsAffected === 1
}

/** What `/readyz` asks: whether the database answers, knows its schema, and has a signing key. */
export const readReadiness = async (
  db: Db,
): Promise<{
  readonly activeKey: { kid: string; algorithm: string; wrappedKey: string } | null
  readonly databaseMs: number
}> =>
  reach(db, async () => {
    const { rows } = await db.client.execute(
      `SELECT kid, algorithm, wrapped_key, (SELECT unixepoch('subsec') * 1000) AS ms
       FROM namespaces LEFT JOIN signing_keys ON state = 'active' WHERE namespaces.id = 'ns_root'`,
    )
    const row = rows[0]
    if (row === undefined) throw new Error('the database is not provisioned: run npm run migrate')
    const activeKey =
      row.kid === null
        ? null
        : {
            kid: String(row.kid),
            algorithm: String(row.algorithm),
            wrappedKey: String(row.wrapped_key),
          }
    return { activeKey, databaseMs: Number(row.ms) }
  })
