import { readSingleStatement } from './admit.ts'
import type { Connection } from './connection.ts'
import { toStatementError } from './errors.ts'

/** What is known of a statement without running it, in the shape of the wire. */
export type Description = {
  readonly params: readonly { readonly name: string | null }[]
  readonly cols: readonly { readonly name: string; readonly decltype: string | null }[]
  readonly is_explain: boolean
  readonly is_readonly: boolean
}

const READING = new Set([
  'SELECT',
  'VALUES',
  'BEGIN',
  'COMMIT',
  'END',
  'ROLLBACK',
  'SAVEPOINT',
  'RELEASE',
])

/** Describes one statement. Throws StatementError when it cannot be prepared. */
export function describe(connection: Connection, sql: string): Description {
  const statement = readSingleStatement(sql)
  try {
    const { native, returnsRows } = connection.prepare(statement)
    const columns = returnsRows ? native.columns() : []
    return {
      params: statement.parameters.map((name) => ({ name: name ?? null })),
      cols: columns.map(({ name, type }) => ({ name, decltype: type })),
      is_explain: statement.isExplained,
      is_readonly: statement.isExplained || READING.has(statement.verb),
    }
  } catch (error) {
    throw toStatementError(error, statement.text)
  }
}
