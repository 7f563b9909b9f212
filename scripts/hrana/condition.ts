import { ProtocolError } from './errors.ts'

/** How a step of a batch ended. A skipped step is neither ok nor an error. */
export type Outcome = 'ok' | 'error' | 'skipped'

/** Tells, when a step is due, whether it shall run. */
export type Condition = (outcomes: readonly Outcome[], isAutocommit: boolean) => boolean

/** What a condition may refer to. */
export type ConditionScope = { readonly step: number; readonly version: 2 | 3 }

/** Reads the condition of a step. Throws ProtocolError for a bad one, before anything runs. */
export function decodeCondition(input: unknown, scope: ConditionScope): Condition {
  if (input === undefined) return () => true
  const { type, step, cond, conds } = (input ?? {}) as Record<string, unknown>
  switch (type) {
    case 'ok':
    case 'error': {
      const index = earlierStep(step, scope)
      return (outcomes) => outcomes[index] === type
    }
    case 'not': {
      const inner = decodeCondition(cond ?? null, scope)
      return (outcomes, isAutocommit) => !inner(outcomes, isAutocommit)
    }
    case 'and':
      return allOf(decodeConditions(conds, scope))
    case 'or':
      return anyOf(decodeConditions(conds, scope))
    case 'is_autocommit':
      return autocommit(scope)
    default:
      throw new ProtocolError('BatchCond type not recognized')
  }
}

function decodeConditions(input: unknown, scope: ConditionScope): Condition[] {
  if (!Array.isArray(input)) throw new ProtocolError('BatchCond type not recognized')
  return input.map((entry: unknown) => decodeCondition(entry ?? null, scope))
}

function allOf(conditions: readonly Condition[]): Condition {
  return (...state) => conditions.every((condition) => condition(...state))
}

function anyOf(conditions: readonly Condition[]): Condition {
  return (...state) => conditions.some((condition) => condition(...state))
}

function autocommit({ version }: ConditionScope): Condition {
  if (version >= 3) return (_outcomes, isAutocommit) => isAutocommit
  throw new ProtocolError(
    'BatchCond of type `is_autocommit` is only supported in protocol version hrana3 and higher',
  )
}

function earlierStep(input: unknown, { step }: ConditionScope): number {
  if (typeof input === 'number' && Number.isInteger(input) && input >= 0 && input < step) {
    return input
  }
  throw new ProtocolError('Invalid reference to step in a batch condition')
}
