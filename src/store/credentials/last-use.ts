import { type Db, reach } from '../db.ts'

/** The use of a credential of ours. */
export interface Use {
  readonly credentialId: string
  /** The digest of the value that was used; null for a key, which keeps its value all its life. */
  readonly hash: string | null
  /** Epoch milliseconds. */
  readonly at: number
  /** Where the request came from. */
  readonly from: string
}

// The tables whose rows say when they were last used, by the prefix of their ids.
const tables: ReadonlyMap<string, string> = new Map([
  ['sec', 'client_secrets'],
  ['key', 'account_keys'],
  ['tok', 'named_tokens'],
])

const quietMs = 300_000
const maxRemembered = 10_000

// What this isolate wrote lately. A write for every use would cost each login a second round trip;
// to tell what is still in use, minutes are fine enough.
const written = new Map<string, number>()

// A named token can get a new value under its id: the use of one says nothing of the other.
const keyOf = ({ credentialId, hash }: Use): string => `${credentialId} ${hash}`

const wasWritten = (use: Use): boolean => {
  const last = written.get(keyOf(use))
  return last !== undefined && Math.abs(use.at - last) < quietMs
}

const rememberWrite = (use: Use): void => {
  const key = keyOf(use)
  written.delete(key)
  const [oldest] = written.keys()
  if (written.size >= maxRemembered && oldest !== undefined) written.delete(oldest)
  written.set(key, use.at)
}

const write = async (db: Db, table: string, use: Use): Promise<void> => {
  const { credentialId, hash, at, from } = use
  const sameValue = hash === null ? '' : 'AND hash = ?4'
  const sql = `UPDATE ${table} SET last_used_at = ?1, last_used_from = ?2
    WHERE id = ?3 AND (last_used_at IS NULL OR last_used_at < ?1) ${sameValue}`
  const args = [at, from, credentialId, ...(hash === null ? [] : [hash])]
  try {
    await reach(db, () => db.client.execute({ sql, args }))
  } catch (thrown) {
    written.delete(keyOf(use))
    throw thrown
  }
}

/**
 * Writes down when a credential was last used and from where, at most once in five minutes each;
 * null when there is nothing to write. Not configuration: no version moves.
 */
export const noteUse = (db: Db, use: Use): Promise<void> | null => {
  const { credentialId } = use
  const table = tables.get(credentialId.slice(0, credentialId.indexOf('_')))
  if (table === undefined || wasWritten(use)) return null
  rememberWrite(use)
  return write(db, table, use)
}
