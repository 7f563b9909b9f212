import type { Connection } from './connection.ts'
import type { SqlSource } from './decode.ts'
import { ProtocolError, StatementError } from './errors.ts'
import type { ConnectionPool } from './pool.ts'

const MOST_STORED_TEXTS = 50
const LONGEST_STORED_TEXT = 5_000

/** A client's conversation with the database: one connection and the SQL texts it stored. */
export class Stream {
  #pool: ConnectionPool
  #connection: Connection | undefined
  #texts = new Map<number, string>()
  #isClosed = false

  /** Begins a stream; it takes a connection only once it needs one. */
  constructor(pool: ConnectionPool) {
    this.#pool = pool
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  get isAutocommit(): boolean {
    return !this.#connection?.inTransaction
  }

  /** Gives the connection of the stream. Throws ProtocolError after close. */
  connect(): Connection {
    if (this.#isClosed) throw new ProtocolError('Stream for this baton was closed')
    const current = this.#connection
    if (current !== undefined && (!current.isBroken || current.inTransaction)) return current
    if (current !== undefined) this.#pool.release(current)
    this.#connection = this.#pool.acquire()
    return this.#connection
  }

  /** Keeps a text for later requests. Throws StatementError when it is too long or one too many. */
  store(id: number, text: string): void {
    if (this.#texts.has(id)) throw new ProtocolError(`SQL text ${id} already exists`)
    if (this.#texts.size >= MOST_STORED_TEXTS) {
      throw new StatementError(
        'SQL_STORE_TOO_MANY',
        `The server already stores ${this.#texts.size} SQL texts, it cannot store more`,
      )
    }
    const bytes = Buffer.byteLength(text)
    if (bytes > LONGEST_STORED_TEXT) {
      throw new StatementError(
        'SQL_STORE_TOO_LARGE',
        `The statement is too large to be stored: ${bytes} B/${LONGEST_STORED_TEXT} B`,
      )
    }
    this.#texts.set(id, text)
  }

  /** Forgets a stored text; an unknown number is not an error. */
  forget(id: number): void {
    this.#texts.delete(id)
  }

  /** Gives the text of a request. Throws ProtocolError when nothing is stored under its number. */
  read(source: SqlSource): string {
    if ('text' in source) return source.text
    const text = this.#texts.get(source.id)
    if (text === undefined) throw new ProtocolError(`SQL text ${source.id} not found`)
    return text
  }

  /** Ends the stream and rolls back what it left open. */
  close(): void {
    this.#isClosed = true
    if (this.#connection !== undefined) this.#pool.release(this.#connection)
    this.#connection = undefined
  }
}
