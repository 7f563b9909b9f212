import type * as z from 'zod'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'

/** Checks the parameters of a query; those that are not known are ignored. */
export const readQuery = <Query>(
  sent: Readonly<Record<string, string>>,
  schema: z.ZodType<Query>,
): Result<Query, Problem> => {
  const parsed = schema.safeParse(sent)
  if (parsed.success) return ok(parsed.data)
  const errors = parsed.error.issues.map(({ path, message }) => ({
    pointer: `/${String(path[0])}`,
    detail: message,
  }))
  return err(problem('validation-failed', 'the query is not as expected', errors))
}
