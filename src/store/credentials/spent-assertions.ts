import { type Db, reach } from '../db.ts'

// One statement: of any number of callers with one assertion exactly one gets the row. What a token
// was issued for is spent as well; the claim looks here in the same way (`claim.ts`).
const insert = `
INSERT INTO spent_assertions (identity, remember_until) SELECT ?1, ?2
WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE assertion_identity = ?1)
ON CONFLICT DO NOTHING
RETURNING identity`

/**
 * Spends a client assertion for which no token is issued. False: it was spent before, here or for a
 * token. `rememberUntil` is epoch seconds.
 */
export const spendAssertion = (
  db: Db,
  { identity, rememberUntil }: { readonly identity: string; readonly rememberUntil: number },
): Promise<boolean> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({ sql: insert, args: [identity, rememberUntil] })
    return rows.length === 1 && rows[0]?.identity === identity
  })
