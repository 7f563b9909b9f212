import type * as z from 'zod'
import { type Problem, type ProblemError, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { inWords } from '../../core/shape/words.ts'
import { pointerOf } from './shape.ts'

/** What an operation reads of a query, and what it does with the rest. */
export interface QueryRules {
  readonly schema: z.ZodObject
  /** Refuses parameters it does not know; otherwise they are ignored (AC-289). */
  readonly strict: boolean
}

const unknownParameters = (
  sent: Readonly<Record<string, string>>,
  schema: z.ZodObject,
): readonly ProblemError[] => {
  const known = Object.keys(schema.shape)
  const takes = known.length === 0 ? 'none' : known.map((name) => `\`${name}\``).join(', ')
  const detail = `this query parameter is not known here; this operation takes ${takes}`
  return Object.keys(sent)
    .filter((name) => !known.includes(name))
    .map((name) => ({ pointer: pointerOf([name]), detail }))
}

/**
 * Checks the parameters of a query. A change asked for with one that it does not know is not made:
 * whoever sends `dry_run=true` where it is not offered means no change at all.
 */
export const readQuery = (
  sent: Readonly<Record<string, string>>,
  { schema, strict }: QueryRules,
): Result<unknown, Problem> => {
  const unknown = strict ? unknownParameters(sent, schema) : []
  if (unknown.length > 0) {
    return err(problem('unknown-field', 'the query has parameters that are not known', unknown))
  }
  const parsed = schema.safeParse(sent, { error: inWords })
  if (parsed.success) return ok(parsed.data)
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: pointerOf(path),
    detail: message,
  }))
  return err(problem('validation-failed', 'the query is not as expected', errors))
}
