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

  /** Takes a clean connection; a fresh one has counters at zero (changes, last rowid). */
  acquire(isFresh: boolean): Connection {
    const idle = isFresh ? undefined : this.#idle.pop()
    return idle ?? new Connection(this.#options.file, this.#options.synchronous)
  }

  /** Gives a connection back; closes it, with a roll-back, unless the next stream may have it. */
  release(connection: Connection): void {
    const isKept = connection.isReusable && !this.#isClosed && this.#idle.length < KEPT_CONNECTIONS
    if (isKept) this.#idle.push(connection)
    else connection.close()
  }

  /** Closes the idle connections; those in use close as they are released. */
  close(): void {
    this.#isClosed = true
    for (const connection of this.#idle.splice(0)) connection.close()
  }
}
