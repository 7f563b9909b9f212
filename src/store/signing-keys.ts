import type { Json, JsonObject } from '../core/json.ts'
import { type Db, reach } from './db.ts'

/** A signing key to be kept. */
export interface SigningKeyRow {
  readonly kid: string
  readonly algorithm: string
  readonly wrappedKey: string
  readonly publicJwk: unknown
}

/** The public keys that may have signed a living token, newest first. */
export const readPublicKeys = async (db: Db): Promise<readonly Json[]> =>
  reach(db, async () => {
    const { rows } = await db.client.execute(
      'SELECT public_jwk FROM signing_keys ORDER BY created_at DESC, kid',
    )
    return rows.map((row) => JSON.parse(String(row.public_jwk)) as JsonObject)
  })

/** Makes a key the active one if there is none; says whether it did. Two at once make one. */
export const addFirstSigningKey = async (
  db: Db,
  key: SigningKeyRow,
  nowMs: number,
): Promise<boolean> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({
      sql: `INSERT INTO signing_keys (kid, algorithm, state, public_jwk, wrapped_key, created_at)
        SELECT ?1, ?2, 'active', ?3, ?4, ?5
        WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE state = 'active')
        ON CONFLICT DO NOTHING RETURNING kid`,
      args: [key.kid, key.algorithm, JSON.stringify(key.publicJwk), key.wrappedKey, nowMs],
    })
    return rows.length === 1
  })

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
