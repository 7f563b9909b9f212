import type * as z from 'zod'
import { type Problem, type ProblemError, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { inWords } from '../../core/shape/words.ts'

/** Where a value lies (RFC 6901). */
export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

// The words for unknown members have one line for each (`unknownMembers`).
const errorsOf = (issue: z.core.$ZodIssue): readonly ProblemError[] => {
  if (issue.code !== 'unrecognized_keys') {
    return [{ pointer: pointerOf(issue.path), detail: issue.message }]
  }
  const details = issue.message.split('\n')
  return issue.keys.map((key, at) => ({
    pointer: pointerOf([...issue.path, key]),
    detail: details[at] ?? issue.message,
  }))
}

const shapeProblem = ({ issues }: z.ZodError): Problem => {
  const unknown = issues.every((issue) => issue.code === 'unrecognized_keys')
  return unknown
    ? problem('unknown-field', 'the body has fields that are not known', issues.flatMap(errorsOf))
    : problem('validation-failed', 'the body is not as expected', issues.flatMap(errorsOf))
}

/** Reads a value by its schema; what is wrong with it comes as a problem with pointers. */
export const readAs = <T>(schema: z.ZodType<T>, value: unknown): Result<T, Problem> => {
  const parsed = schema.safeParse(value, { error: inWords })
  return parsed.success ? ok(parsed.data) : err(shapeProblem(parsed.error))
}
