import { Connection, type Synchronous } from './connection.ts'

const KEPT_CONNECTIONS = 32

/** Where the database is and how it is opened. */
export type PoolOptions = { readonly file: string; readonly synchronous: Synchronous }

/** Keeps connections that one stream left clean for the next; each has one user at a time. */
export class ConnectionPool {
  #options: PoolOptions
  #idle: Connection[] = []
  #isClosed = false

  /** Opens the file and puts it in WAL mode. Throws the native error when that fails. */
  constructor(options: PoolOptions) {
    this.#options = options
    const first = new Connection(options.file, options.synchronous)
    first.enableWal()
    this.#idle.push(first)
  }

  /** Takes a connection that looks like a new one. */
  acquire(): Connection {
    return this.#idle.pop() ?? new Connection(this.#options.file, this.#options.synchronous)
  }

  /** Gives a connection back; closes it, with a roll-back, unless the next stream may have it. */
  release(connection: Connection): void {
    const hasRoom = !this.#isClosed && this.#idle.length < KEPT_CONNECTIONS
    if (!hasRoom || !connection.isReusable) {
      connection.close()
      return
    }
    connection.resetCounters()
    this.#idle.push(connection)
  }

  /** Empties the write-ahead log and closes all connections; those in use as they are released. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const last = this.acquire()
    // Closed connections live on until they are garbage, and with them what only the log has.
    last.checkpoint()
    for (const connection of [last, ...this.#idle.splice(0)]) connection.close()
  }
}
