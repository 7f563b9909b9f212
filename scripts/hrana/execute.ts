import { type Arguments, bindArguments } from './bind.ts'
import { type Patience, retryWhileBusy } from './busy.ts'
import type { Connection, Prepared } from './connection.ts'
import { toStatementError } from './errors.ts'
import type { SqlValue } from './native.ts'
import type { Statement } from './statement.ts'
import { encodeValue, type HranaValue } from './values.ts'

/** What came of a statement, in the shape of the wire. */
export type StatementResult = {
  readonly cols: readonly { readonly name: string; readonly decltype: string | null }[]
  readonly rows: readonly (readonly HranaValue[])[]
  readonly affected_row_count: number
  readonly last_insert_rowid: string | null
}

/** One statement, ready to run. */
export type Call = {
  readonly statement: Statement
  readonly given: Arguments
  readonly wantsRows: boolean
}

/** Runs one statement, waiting for locks. Throws StatementError with the real server's codes. */
export async function execute(
  connection: Connection,
  call: Call,
  patience: Patience,
): Promise<StatementResult> {
  let prepared: Prepared | undefined
  let values: readonly SqlValue[] | undefined
  const attempt = (): StatementResult => {
    prepared ??= connection.prepare(call.statement)
    values ??= bindArguments(call.statement, call.given)
    return run(connection, prepared, call, values)
  }
  try {
    return await retryWhileBusy(connection, patience, attempt)
  } catch (error) {
    if (patience.signal.aborted) throw error
    throw toStatementError(error, call.statement.text)
  }
}

function run(
  connection: Connection,
  { native, returnsRows }: Prepared,
  { statement, wantsRows }: Call,
  values: readonly SqlValue[],
): StatementResult {
  const rows = returnsRows ? native.all(values) : []
  if (!returnsRows) native.run(values)
  // Only now: running a kept statement adapts it to a schema that has changed meanwhile.
  const columns = returnsRows ? native.columns() : []
  const counters = statement.isChange ? connection.readCounters() : undefined
  return {
    cols: columns.map(({ name, type }) => ({ name, decltype: type })),
    rows: wantsRows ? rows.map((row) => row.map(encodeValue)) : [],
    affected_row_count: counters?.changes ?? 0,
    last_insert_rowid: statement.isInsert ? (counters?.rowid.toString() ?? null) : null,
  }
}
