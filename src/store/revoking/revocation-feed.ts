import type { StoredSigningKey } from '../../core/account-config.ts'
import type { Mark } from '../../core/revocation.ts'
import { type Db, reach } from '../db.ts'
import { readSigningKey } from '../exchange/config-rows.ts'

const select = `
SELECT
  (SELECT json_group_array(json_object('kind', kind, 'value', value, 'before', "before"))
   FROM (SELECT * FROM revocations WHERE audience IN (?1, '') AND expires_at > ?2
     ORDER BY kind, value)) AS marks,
  (SELECT json_object('kid', kid, 'algorithm', algorithm, 'wrapped_key', wrapped_key)
   FROM signing_keys WHERE state = 'active') AS signing_key`

/** The marks that concern an audience at a time in epoch seconds, and the key to sign them with. */
export const readMarks = (
  db: Db,
  audience: string,
  now: number,
): Promise<{ readonly marks: readonly Mark[]; readonly signingKey: StoredSigningKey | null }> =>
  reach(db, async () => {
    const { rows } = await db.client.execute({ sql: select, args: [audience, now] })
    const marks = JSON.parse(String(rows[0]?.marks)) as readonly Mark[]
    return { marks, signingKey: readSigningKey(rows[0]?.signing_key ?? null) }
  })
