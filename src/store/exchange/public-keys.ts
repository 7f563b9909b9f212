import type { Json, JsonObject } from '../../core/json.ts'
import { type Db, reach } from '../db.ts'

/** A key set as it was asked for at some moment; moments are counted. */
interface Seen {
  readonly askedAs: number
  readonly keys: readonly JsonObject[]
}

let asked = 0
let newest: Seen | undefined

// Answers overtake each other: an older one must not bring back a key that was revoked since.
const remember = (seen: Seen): void => {
  if (newest === undefined || seen.askedAs > newest.askedAs) newest = seen
}

/** The public keys that may have signed a living token, newest first. */
export const readPublicKeys = async (db: Db): Promise<readonly Json[]> => {
  asked += 1
  const askedAs = asked
  const { rows } = await reach(db, () =>
    db.client.execute('SELECT public_jwk FROM signing_keys ORDER BY created_at DESC, kid'),
  )
  const keys = rows.map((row) => JSON.parse(String(row.public_jwk)) as JsonObject)
  remember({ askedAs, keys })
  return keys
}

/** What this isolate read last, if it ever did: with the database away, tokens can still be verified. */
export const lastPublicKeys = (): readonly Json[] | undefined => newest?.keys

/** Forgets a key that was revoked here, also for reads that are under way. */
export const forgetPublicKey = (kid: string): void => {
  asked += 1
  if (newest !== undefined) {
    remember({ askedAs: asked, keys: newest.keys.filter((key) => key.kid !== kid) })
  }
}
