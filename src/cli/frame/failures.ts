import type { ProblemError } from '../../client/client.ts'
import type { Failure, FailureCode } from '../../pipeline/failure.ts'
import { claimInWords } from '../../pipeline/refusal.ts'
import { CliFailure } from '../cli.ts'
import type { Exit } from '../exit-codes.ts'

const exits: Readonly<Record<FailureCode, Exit>> = {
  bad_input: 'usage',
  id_token_unavailable: 'authentication',
  denied: 'denied',
  refused: 'denied',
  unexpected_scopes: 'denied',
  rate_limited: 'unavailable',
  unavailable: 'unavailable',
  not_a_gateway: 'unavailable',
}

const detailsOf = ({ error, reason, failedClaims, retryAfterSeconds }: Failure) => ({
  ...(error !== undefined && { error }),
  ...(reason !== undefined && { reason }),
  ...(failedClaims !== undefined && { failed_claims: failedClaims }),
  ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
})

/** Ends a command with what came of asking for a token. */
export const ofFailure = (failure: Failure): CliFailure => {
  const { code, message, next, error, decisionId, failedClaims } = failure
  const claims = failedClaims?.map((claim) => `\n  ${claimInWords(claim)}`).join('') ?? ''
  return new CliFailure(error === 'invalid_client' ? 'authentication' : exits[code], {
    code,
    message: `${message}${claims}`,
    next,
    ...(decisionId !== undefined && { correlationId: decisionId }),
    details: detailsOf(failure),
  })
}

const byStatus: Readonly<Record<number, Exit>> = {
  400: 'usage',
  401: 'authentication',
  403: 'denied',
  404: 'notFound',
  409: 'conflict',
  412: 'conflict',
  422: 'usage',
  428: 'conflict',
  429: 'unavailable',
}

/** Ends a command with a refusal of the admin API. */
export const ofProblem = ({ problem, retryAfterSeconds, page }: ProblemError): CliFailure => {
  const { type, title, detail, status, id, errors } = problem
  const places = errors?.map(({ pointer, detail: what }) => `\n  ${pointer || '/'}: ${what}`) ?? []
  const again = retryAfterSeconds === null ? '' : `try again in ${retryAfterSeconds} s; `
  const exit = byStatus[status] ?? (status >= 500 ? 'unavailable' : 'unexpected')
  return new CliFailure(exit, {
    code: type.replace('/problems/', '').replaceAll('-', '_'),
    message: `${title}: ${detail}${places.join('')}`,
    next: `${again}see ${page}`,
    details: { status, ...(id !== undefined && { id }), ...(errors !== undefined && { errors }) },
  })
}
