import { dayMs } from '../core/lifetime.ts'
import { type Db, reach } from './db.ts'

/** A creation that is asked for under a key. */
export interface KeyClaim {
  /** Digest of actor, route and key. */
  readonly id: string
  readonly bodyDigest: string
  /** Epoch milliseconds. */
  readonly nowMs: number
}

/** What the first request under a key has come to. */
export interface KeyStanding {
  readonly bodyDigest: string
  /** Path of what was made; null while it is being made, or where its fate is unknown. */
  readonly location: string | null
  /** Whether its answer carried a secret. */
  readonly secret: boolean
}

const keptMs = dayMs

// A key that is older than a day is as good as new, swept or not.
const insert = `
INSERT INTO idempotency_keys (id, body_digest, created_at) VALUES (?1, ?2, ?3)
ON CONFLICT (id) DO UPDATE SET body_digest = ?2, location = NULL, secret = 0, created_at = ?3
  WHERE created_at <= ?4
RETURNING id`

const select = 'SELECT body_digest, location, secret FROM idempotency_keys WHERE id = ?1'

/** Takes a key. Null: it is this request's; else what the request that has it came to. */
export const claimKey = (
  db: Db,
  { id, bodyDigest, nowMs }: KeyClaim,
): Promise<KeyStanding | null> =>
  reach(db, async () => {
    const [claimed, standing] = await db.client.batch(
      [
        { sql: insert, args: [id, bodyDigest, nowMs, nowMs - keptMs] },
        { sql: select, args: [id] },
      ],
      'write',
    )
    if (claimed?.rows.length === 1) return null
    const row = standing?.rows[0] as unknown as Record<string, unknown>
    return {
      bodyDigest: row.body_digest as string,
      location: row.location as string | null,
      secret: row.secret === 1,
    }
  })

/** Writes down what was made under a key. */
export const settleKey = async (
  db: Db,
  id: string,
  { location, secret }: { readonly location: string; readonly secret: boolean },
): Promise<void> => {
  const sql = 'UPDATE idempotency_keys SET location = ?2, secret = ?3 WHERE id = ?1'
  await reach(db, () => db.client.execute({ sql, args: [id, location, secret ? 1 : 0] }))
}

/** Gives a key back under which nothing was made. */
export const releaseKey = async (db: Db, id: string): Promise<void> => {
  const sql = 'DELETE FROM idempotency_keys WHERE id = ?1 AND location IS NULL'
  await reach(db, () => db.client.execute({ sql, args: [id] }))
}
