import { readSingleStatement, refuseUnparsable, refuseUnsupported } from './admit.ts'
import { refuseMixedArguments } from './bind.ts'
import type { Patience } from './busy.ts'
import { type Condition, decodeCondition, type Outcome } from './condition.ts'
import type { StepRequest } from './decode.ts'
import { StatementError } from './errors.ts'
import { type Call, execute, type StatementResult } from './execute.ts'
import { readStatements } from './statement.ts'
import type { Stream } from './stream.ts'

/** What a request needs besides its stream. */
export type RequestScope = Patience & { readonly version: 2 | 3 }

/** An error in the shape of the wire. */
export type WireError = { readonly message: string; readonly code: string }

/** What came of a batch, in the shape of the wire; a skipped step is null in both. */
export type BatchResult = {
  readonly step_results: readonly (StatementResult | null)[]
  readonly step_errors: readonly (WireError | null)[]
}

type Step = { readonly call: Call; readonly condition: Condition }

/**
 * Runs the steps whose conditions hold; a failing step does not stop the others.
 * Throws StatementError, before the first step, for a step that is not one SQL statement.
 */
export async function runBatch(
  stream: Stream,
  requests: readonly StepRequest[],
  scope: RequestScope,
): Promise<BatchResult> {
  const steps = requests.map((request, index) =>
    readStep(stream, request, { ...scope, step: index }),
  )
  refuseUnparsable(
    stream.connect(),
    steps.map(({ call }) => call.statement),
  )
  const outcomes: Outcome[] = []
  const results: (StatementResult | null)[] = []
  const errors: (WireError | null)[] = []
  for (const { call, condition } of steps) {
    const isDue = condition(outcomes, stream.isAutocommit)
    const end = isDue ? await runStep(stream, call, scope) : undefined
    outcomes.push(end?.outcome ?? 'skipped')
    results.push(end?.result ?? null)
    errors.push(end?.error ?? null)
  }
  return { step_results: results, step_errors: errors }
}

/** Runs all statements of a text; the first that fails ends it. Throws its StatementError. */
export async function runSequence(stream: Stream, sql: string, patience: Patience): Promise<void> {
  const statements = readStatements(sql)
  refuseUnsupported(statements)
  refuseUnparsable(stream.connect(), statements)
  const given = { positional: [], named: new Map() }
  for (const statement of statements) {
    await execute(stream.connect(), { statement, given, wantsRows: false }, patience)
  }
}

/** Reads a statement request. Throws StatementError when it cannot be run at all. */
export function readCall(stream: Stream, request: StepRequest['stmt']): Call {
  const statement = readSingleStatement(stream.read(request.source))
  refuseMixedArguments(request.given)
  return { statement, given: request.given, wantsRows: request.wantsRows }
}

/** Writes an error for the wire. */
export function toWireError({ message, code }: StatementError): WireError {
  return { message, code }
}

function readStep(
  stream: Stream,
  { stmt, condition }: StepRequest,
  scope: { readonly version: 2 | 3; readonly step: number },
): Step {
  return { call: readCall(stream, stmt), condition: decodeCondition(condition, scope) }
}

type StepEnd =
  | { readonly outcome: 'ok'; readonly result: StatementResult; readonly error?: never }
  | { readonly outcome: 'error'; readonly error: WireError; readonly result?: never }

async function runStep(stream: Stream, call: Call, patience: Patience): Promise<StepEnd> {
  try {
    return { outcome: 'ok', result: await execute(stream.connect(), call, patience) }
  } catch (error) {
    if (error instanceof StatementError) return { outcome: 'error', error: toWireError(error) }
    throw error
  }
}
