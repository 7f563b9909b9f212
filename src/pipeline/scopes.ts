import { inOneLine } from '../core/one-line.ts'
import type { Failure } from './failure.ts'

/** Refuses a grant that is wider or narrower than what the job was written for; null when it fits. */
export const scopesDiffer = (
  expected: readonly string[],
  granted: readonly string[],
): Failure | null => {
  const more = granted.filter((scope) => !expected.includes(scope))
  const less = expected.filter((scope) => !granted.includes(scope))
  if (more.length === 0 && less.length === 0) return null
  const parts = [
    ...(more.length > 0 ? [`also ${inOneLine(more.join(', '))}`] : []),
    ...(less.length > 0 ? [`but not ${less.join(', ')}`] : []),
  ]
  return {
    code: 'unexpected_scopes',
    message: `The grant differs from the expected scopes: it holds ${parts.join(' ')}`,
    next: 'ask for these scopes only, or correct the roles of the account or what is expected',
  }
}
