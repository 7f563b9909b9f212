/** A refusal of one request of a pipeline; travels in its result with HTTP 200. */
export class StatementError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

/** A message that no correct client sends; answered with HTTP 400 and the end of its stream. */
export class ProtocolError extends Error {}

/** The client came back to a stream that had been idle for too long; ends in HTTP 400. */
export class StreamExpiredError extends Error {
  readonly code = 'STREAM_EXPIRED'

  constructor() {
    super('The stream has expired due to inactivity')
  }
}

// libsql-server has no name for the generic code 1: "no such table" is SQLITE_UNKNOWN there,
// while the file client of @libsql/client says SQLITE_ERROR.
const PRIMARY_CODES: Readonly<Record<number, string>> = {
  2: 'SQLITE_INTERNAL',
  3: 'SQLITE_PERM',
  4: 'SQLITE_ABORT',
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  7: 'SQLITE_NOMEM',
  8: 'SQLITE_READONLY',
  9: 'SQLITE_INTERRUPT',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  12: 'SQLITE_NOTFOUND',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  17: 'SQLITE_SCHEMA',
  18: 'SQLITE_TOOBIG',
  19: 'SQLITE_CONSTRAINT',
  20: 'SQLITE_MISMATCH',
  21: 'SQLITE_MISUSE',
  22: 'SQLITE_NOLFS',
  23: 'SQLITE_AUTH',
  25: 'SQLITE_RANGE',
  26: 'SQLITE_NOTADB',
}

const UNPARSABLE = /^(?:near "|incomplete input|unrecognized token)/
// Only messages for which SQLite records a byte offset become input errors on the real server.
const MISPLACED =
  /^(?:no such column|ambiguous column name|no such function): (?<name>\S+)|^wrong number of arguments to function (?<called>[^\s(]+)/

/** Reads the extended SQLite code of a native error, or undefined for any other error. */
export function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('rawCode' in error)) return undefined
  return typeof error.rawCode === 'number' ? error.rawCode : undefined
}

/** Translates a failure of the native module into the code and text of the real server. */
export function toStatementError(error: unknown, sql: string): StatementError {
  if (error instanceof StatementError) return error
  const message = error instanceof Error ? error.message : String(error)
  const primary = (sqliteCode(error) ?? 0) & 0xff
  if (primary !== 1) {
    return new StatementError(
      PRIMARY_CODES[primary] ?? 'SQLITE_UNKNOWN',
      `SQLite error: ${message}`,
    )
  }
  if (UNPARSABLE.test(message)) return unparsable(message)
  return misplaced(message, sql) ?? new StatementError('SQLITE_UNKNOWN', `SQLite error: ${message}`)
}

/** Makes the error of a text that is not SQL, or not SQL that the real server takes. */
export function unparsable(reason: string): StatementError {
  return new StatementError('SQL_PARSE_ERROR', `SQL string could not be parsed: ${reason}`)
}

function misplaced(message: string, sql: string): StatementError | undefined {
  const groups = MISPLACED.exec(message)?.groups
  const name = groups?.name ?? groups?.called
  if (name === undefined) return undefined
  const offset = Buffer.byteLength(sql.slice(0, Math.max(0, sql.indexOf(name))))
  return new StatementError('SQL_INPUT_ERROR', `SQL input error: ${message} (at offset ${offset})`)
}
