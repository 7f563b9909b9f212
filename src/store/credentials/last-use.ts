import { type Db, reach } from '../db.ts'

/** The use of a credential of ours. */
export interface Use {
  readonly credentialId: string
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

const wasWritten = ({ credentialId, at }: Use): boolean => {
  const last = written.get(credentialId)
  return last !== undefined && Math.abs(at - last) < quietMs
}

const rememberWrite = ({ credentialId, at }: Use): void => {
  written.delete(credentialId)
  const [oldest] = written.keys()
  if (written.size >= maxRemembered && oldest !== undefined) written.delete(oldest)
  written.set(credentialId, at)
}

const write = async (db: Db, table: string, use: Use): Promise<void> => {
  const { credentialId, at, from } = use
  const sql = `UPDATE ${table} SET last_used_at = ?1, last_used_from = ?2
    WHERE id = ?3 AND (last_used_at IS NULL OR last_used_at < ?1)`
  try {
    await reach(db, () => db.client.execute({ sql, args: [at, from, credentialId] }))
  } catch (thrown) {
    written.delete(credentialId)
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
