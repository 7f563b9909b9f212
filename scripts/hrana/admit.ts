import type { Connection } from './connection.ts'
import { StatementError, toStatementError, unparsable } from './errors.ts'
import { readStatements, type Statement } from './statement.ts'

/** Reads a text that must hold exactly one statement. Throws StatementError SQL_… otherwise. */
export function readSingleStatement(sql: string): Statement {
  const [statement, ...others] = readStatements(sql)
  if (statement === undefined) {
    throw new StatementError('SQL_NO_STATEMENT', 'SQL string does not contain any statement')
  }
  refuseUnsupported([statement])
  if (others.length > 0) {
    throw new StatementError('SQL_MANY_STATEMENTS', 'SQL string contains more than one statement')
  }
  return statement
}

/** Throws StatementError SQL_PARSE_ERROR for a statement that the real server does not take. */
export function refuseUnsupported(statements: readonly Statement[]): void {
  const refused = statements.find((statement) => !statement.isSupported)
  if (refused !== undefined) throw unparsable(`unsupported statement: ${refused.text}`)
}

/**
 * Throws StatementError SQL_PARSE_ERROR for the first statement that is not SQL.
 * The real server parses a batch or sequence as a whole before it runs the first statement.
 */
export function refuseUnparsable(connection: Connection, statements: readonly Statement[]): void {
  for (const statement of statements) {
    const failure = prepareFailure(connection, statement)
    if (failure?.code === 'SQL_PARSE_ERROR') throw failure
  }
}

// What else fails here, such as a table that an earlier statement is about to create, counts
// only when its turn comes. Pragmas act while they are prepared, so they are left alone.
function prepareFailure(connection: Connection, statement: Statement): StatementError | undefined {
  if (statement.verb === 'PRAGMA') return undefined
  try {
    connection.prepare(statement)
    return undefined
  } catch (error) {
    return toStatementError(error, statement.text)
  }
}
