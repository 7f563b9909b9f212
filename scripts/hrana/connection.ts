import { type NativeDatabase, type NativeStatement, openNative } from './native.ts'
import type { Statement } from './statement.ts'

/** How hard SQLite tries to get a commit onto the disk. */
export type Synchronous = 'NORMAL' | 'OFF'

/** A native statement with what never changes about it. */
export type Prepared = { readonly native: NativeStatement; readonly returnsRows: boolean }

const KEPT_STATEMENTS = 100

// Writing row 0 is the one way in SQL to set last_insert_rowid() back to what a new connection
// has, and deleting no row sets changes() back. Only total_changes() cannot be taken back.
const COUNTERS_TABLE = 'CREATE TEMP TABLE hrana_counters (unused)'
const RESET_ROWID = 'REPLACE INTO temp.hrana_counters (rowid) VALUES (0)'
const RESET_CHANGES = 'DELETE FROM temp.hrana_counters WHERE 0'

/** One SQLite connection, used by one stream at a time. */
export class Connection {
  #database: NativeDatabase
  #statements = new Map<string, Prepared>()
  #counters: Prepared | undefined
  #resets: readonly Prepared[] | undefined
  #isOpen = true
  #hasLeftovers = false
  #isBroken = false
  #hasCounted = false

  /** Opens the file. Throws the native error when SQLite cannot. */
  constructor(file: string, synchronous: Synchronous) {
    this.#database = openNative(file)
    this.#database.exec('PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY')
    this.#database.exec(`PRAGMA synchronous = ${synchronous}; ${COUNTERS_TABLE}`)
  }

  /** True between BEGIN or SAVEPOINT and the end of that transaction. */
  get inTransaction(): boolean {
    // Asking a closed native handle aborts the whole process.
    return this.#isOpen && this.#database.inTransaction
  }

  /** True when another stream may use the connection and find nothing of this one. */
  get isReusable(): boolean {
    return this.#isOpen && !this.#isBroken && !this.#hasLeftovers && !this.inTransaction
  }

  /** True after a statement stayed active inside SQLite; later writes might never commit. */
  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Marks the connection as one that must not outlive the transaction it is in. */
  markBroken(): void {
    this.#isBroken = true
  }

  /** Prepares a statement, or finds it prepared. Throws the native error. */
  prepare(statement: Statement): Prepared {
    if (statement.leavesState) this.#hasLeftovers = true
    if (statement.isChange) this.#hasCounted = true
    if (!statement.isKeepable) return prepareNative(this.#database, statement.text)
    const kept = this.#statements.get(statement.text)
    const prepared = kept ?? prepareNative(this.#database, statement.text)
    if (kept !== undefined) this.#statements.delete(statement.text)
    this.#statements.set(statement.text, prepared)
    if (this.#statements.size > KEPT_STATEMENTS) this.#forgetOldest()
    return prepared
  }

  /** Reads how many rows the last change touched, and the last rowid it inserted. */
  readCounters(): { readonly changes: number; readonly rowid: bigint } {
    this.#counters ??= prepareNative(this.#database, 'SELECT changes(), last_insert_rowid()')
    const [changes, rowid] = this.#counters.native.get([]) as [bigint, bigint]
    return { changes: Number(changes), rowid }
  }

  /** Sets the counters back to zero, so that no stream reads what another one counted. */
  resetCounters(): void {
    if (!this.#hasCounted) return
    this.#resets ??= [RESET_ROWID, RESET_CHANGES].map((sql) => prepareNative(this.#database, sql))
    for (const { native } of this.#resets) native.run([])
    this.#hasCounted = false
  }

  /** Turns on write-ahead logging, which the file then remembers. Throws the native error. */
  enableWal(): void {
    this.#database.exec('PRAGMA journal_mode = WAL')
  }

  /** Moves the write-ahead log into the file, so that the file alone can be copied. */
  checkpoint(): void {
    // Without a name it would try the temporary database too, which is locked.
    this.#database.exec('PRAGMA main.wal_checkpoint(TRUNCATE)')
  }

  /** Rolls back what is open and closes the connection. */
  close(): void {
    if (!this.#isOpen) return
    // A closed connection lives on, locks and all, until its statements are garbage.
    if (this.inTransaction) this.#database.exec('ROLLBACK')
    this.#isOpen = false
    this.#statements.clear()
    this.#database.close()
  }

  #forgetOldest(): void {
    const [oldest] = this.#statements.keys()
    if (oldest !== undefined) this.#statements.delete(oldest)
  }
}

// raw() throws on statements without columns. Without it two columns of one name become one;
// without safe integers 2 and 2.0 look alike.
function prepareNative(database: NativeDatabase, sql: string): Prepared {
  const native = database.prepare(sql)
  const returnsRows = native.reader
  if (returnsRows) {
    native.raw(true)
    native.safeIntegers(true)
  }
  return { native, returnsRows }
}
