import { randomBytes } from 'node:crypto'
import { ProtocolError, StreamExpiredError } from './errors.ts'
import type { ConnectionPool } from './pool.ts'
import { Stream } from './stream.ts'

type Parked = { readonly stream: Stream; readonly timer: NodeJS.Timeout }

const BATON_BYTES = 24
const REMEMBERED_EXPIRIES = 1_000

/** The streams that wait for their client's next request, each under a baton valid once. */
export class StreamRegistry {
  #pool: ConnectionPool
  #idleMs: number
  #parked = new Map<string, Parked>()
  #expired = new Set<string>()

  /** Streams idle for longer than `idleMs` are closed and rolled back. */
  constructor(pool: ConnectionPool, idleMs: number) {
    this.#pool = pool
    this.#idleMs = idleMs
  }

  /** Begins a stream. */
  open(): Stream {
    return new Stream(this.#pool)
  }

  /** Takes a stream back. Throws StreamExpiredError, or ProtocolError for any other baton. */
  resume(baton: string): Stream {
    const parked = this.#parked.get(baton)
    if (parked === undefined) throw this.#refusal(baton)
    this.#parked.delete(baton)
    clearTimeout(parked.timer)
    return parked.stream
  }

  /** Puts a stream aside and returns the baton for it. */
  park(stream: Stream): string {
    const baton = randomBytes(BATON_BYTES).toString('base64url')
    const timer = setTimeout(() => this.#expire(baton), this.#idleMs).unref()
    this.#parked.set(baton, { stream, timer })
    return baton
  }

  /** Closes all parked streams. */
  close(): void {
    for (const { stream, timer } of this.#parked.values()) {
      clearTimeout(timer)
      stream.close()
    }
    this.#parked.clear()
  }

  #expire(baton: string): void {
    this.#parked.get(baton)?.stream.close()
    this.#parked.delete(baton)
    if (this.#expired.size >= REMEMBERED_EXPIRIES) this.#expired.clear()
    this.#expired.add(baton)
  }

  #refusal(baton: string): Error {
    if (this.#expired.has(baton)) return new StreamExpiredError()
    return new ProtocolError('Received an invalid baton')
  }
}
