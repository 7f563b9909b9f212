import { type Client, createClient, LibsqlError } from '@libsql/client/http'
import type { LibSQLDatabase } from 'drizzle-orm/libsql/driver-core'
import { drizzle } from 'drizzle-orm/libsql/http'
import type { Author } from '../core/audit-actor.ts'
import { Unavailable } from '../core/unavailable.ts'
import { within } from '../patience.ts'
import { type Address, type Row, runOneStatement, type Statement } from './one-statement.ts'

/** How events are written: in whose name, under which ids, and how they are chained. */
export interface Scribe {
  readonly author: Author
  readonly newEventId: () => string
  /** SHA-256 of a text, hexadecimal. */
  readonly sha256: (text: string) => Promise<string>
}

/** One request's way to the database: one round trip per call, each with its own deadline. */
export interface Db {
  /** Runs a statement that goes alone: the short way, for what every token request does. */
  readonly run: (statement: Statement) => Promise<readonly Row[]>
  /** For all else; made on first use. */
  readonly client: Client
  /** How long the next call may take, in milliseconds. */
  readonly patienceMs: () => number
  /** The query builder over the same client. */
  readonly orm: LibSQLDatabase
  readonly scribe: Scribe
}

/** Opens a database. Once per request: requests that share a client wait on each other. */
export const openDb = (address: Address, patienceMs: () => number, scribe: Scribe): Db => {
  let client: Client | undefined
  let orm: LibSQLDatabase | undefined
  const connect = (): Client => {
    const { url, authToken } = address
    client ??= createClient({ url, ...(authToken !== undefined && { authToken }) })
    return client
  }
  return {
    run: (statement) => runOneStatement(address, statement),
    get client() {
      return connect()
    },
    patienceMs,
    scribe,
    get orm() {
      orm ??= drizzle({ client: connect() })
      return orm
    },
  }
}

/** The same way to the database, in another's name. */
export const inNameOf = (db: Db, author: Author): Db => ({
  run: db.run,
  get client() {
    return db.client
  },
  patienceMs: db.patienceMs,
  get orm() {
    return db.orm
  },
  scribe: { ...db.scribe, author },
})

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The libSQL error behind what drizzle or a batch threw, if the database answered at all. */
const databaseAnswer = (thrown: unknown): LibsqlError | undefined => {
  if (thrown instanceof LibsqlError) return thrown
  return isObject(thrown) && thrown.cause instanceof LibsqlError ? thrown.cause : undefined
}

/**
 * The text of a violated constraint (`UNIQUE constraint failed: …`), or undefined for other errors.
 */
export const constraintViolated = (thrown: unknown): string | undefined => {
  const answer = databaseAnswer(thrown)
  return answer?.code.startsWith('SQLITE_CONSTRAINT') ? answer.message : undefined
}

/** The position in its batch of the statement that failed, if known. */
export const failedStatement = (thrown: unknown): number | undefined => {
  const answer = databaseAnswer(thrown)
  return isObject(answer) && typeof answer.statementIndex === 'number'
    ? answer.statementIndex
    : undefined
}

// The client has no deadline of its own. A timer beside the call also covers the reading of the
// answer, and costs a tenth of a millisecond less than an abort signal, which makes the platform
// copy the request.
const inTime = <T>({ patienceMs }: Db, call: () => Promise<T>): Promise<T> =>
  within(patienceMs(), call(), () => {
    throw new DOMException('no answer in time', 'TimeoutError')
  })

// SQLite's own words help an operator; what else an upstream says is not ours to log (R37).
const describe = (thrown: unknown): string => {
  const answer = databaseAnswer(thrown)
  if (answer === undefined) return thrown instanceof Error ? thrown.name : 'no answer'
  return /^SQL(ITE)?_/.test(answer.code) ? answer.message : answer.code
}

/**
 * Runs a database call. Violated constraints pass through to the caller; whatever else goes wrong
 * (refused, slow, garbage) is Unavailable: a dependency's failure is never a refusal.
 */
export const reach = async <T>(db: Db, call: () => Promise<T>): Promise<T> => {
  try {
    return await inTime(db, call)
  } catch (thrown) {
    if (constraintViolated(thrown) !== undefined) throw thrown
    throw new Unavailable('database', describe(thrown))
  }
}
