import { StatementError } from './errors.ts'
import type { SqlValue } from './native.ts'
import type { Statement } from './statement.ts'

/** The arguments of a statement as the client gave them. */
export type Arguments = {
  readonly positional: readonly SqlValue[]
  readonly named: ReadonlyMap<string, SqlValue>
}

/**
 * Puts arguments into binding order. Throws StatementError ARGS_INVALID when they do not fit:
 * the native module would take any number of them, and keep those of the run before.
 */
export function bindArguments(statement: Statement, given: Arguments): readonly SqlValue[] {
  const { parameters } = statement
  const count = given.positional.length + given.named.size
  if (count > parameters.length) {
    throw invalid(`too many parameters, expected ${parameters.length} found ${count}`)
  }
  return parameters.map((name, index) => {
    const value = find(given, name, index)
    if (value !== undefined) return value
    if (statement.isExplained) return null
    throw invalid(`value for parameter ${name ?? index + 1} not found`)
  })
}

/** Throws StatementError ARGS_BOTH_POSITIONAL_AND_NAMED when a statement comes with both. */
export function refuseMixedArguments({ positional, named }: Arguments): void {
  if (positional.length === 0 || named.size === 0) return
  throw new StatementError(
    'ARGS_BOTH_POSITIONAL_AND_NAMED',
    'Specifying both positional and named arguments is not supported',
  )
}

function find(given: Arguments, name: string | undefined, index: number): SqlValue | undefined {
  if (name === undefined) return given.positional[index]
  const exact = given.named.get(name)
  return exact === undefined ? given.named.get(name.slice(1)) : exact
}

function invalid(reason: string): StatementError {
  return new StatementError('ARGS_INVALID', `Arguments do not match SQL parameters: ${reason}`)
}
