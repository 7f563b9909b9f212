import type { Failure } from '../failure.ts'
import type { Refusal } from '../refusal.ts'
import { errors, unknown } from './errors.ts'
import { reasons } from './reasons.ts'
import type { RefusalFacts, Row } from './row.ts'

// For RFC 8693 a refused subject token is an invalid request, too.
const errorOf = ({ error, description }: Refusal): string =>
  error === 'invalid_grant' || description === 'subject token refused' ? 'subject_refused' : error

const rowOf = (refusal: Refusal): Row => {
  const { reason } = refusal
  if (reason !== undefined && Object.hasOwn(reasons, reason)) return reasons[reason] ?? unknown
  const error = errorOf(refusal)
  return Object.hasOwn(errors, error) ? (errors[error] ?? unknown) : unknown
}

/** Tells a refusal as people want to hear it: the one table of the command line and the action. */
export const refusalInWords = (facts: RefusalFacts): Failure => {
  const { refusal } = facts
  const row = rowOf(refusal)
  const { error, reason, failedClaims, decisionId } = refusal
  return {
    code: row.code,
    message: row.message(facts),
    next: row.next(facts),
    error,
    ...(reason !== undefined && { reason }),
    ...(failedClaims !== undefined && { failedClaims }),
    ...(decisionId !== undefined && { decisionId }),
  }
}
