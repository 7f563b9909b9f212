import type { ProblemError } from '../../client/client.ts'
import { inOneLine } from '../../core/one-line.ts'
import type { Failure, FailureCode } from '../../pipeline/failure.ts'
import { claimInWords } from '../../pipeline/refusal.ts'
import { CliFailure } from '../cli.ts'
import type { Exit } from '../exit-codes.ts'
import { type FlagNames, sayPointer } from './pointer.ts'

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
  413: 'usage',
  415: 'usage',
  422: 'usage',
  428: 'conflict',
  429: 'unavailable',
  500: 'unexpected',
}

const nexts: Readonly<Record<number, string>> = {
  401: 'run gatehouse login, or renew GATEHOUSE_TOKEN; ',
  403: 'gatehouse whoami says who you are: ask an owner for a role that may; ',
  404: 'what you may not read does not exist: check the id, and who you are; ',
  412: 'read it again, then run this again; ',
}

// A page elsewhere is nobody's to recommend.
const slugOf = (type: unknown): string | undefined =>
  /^\/problems\/([a-z0-9-]{1,80})$/.exec(String(type))?.[1]

/** Ends a command with a refusal of the admin API, in the words of the flags that were given. */
export const ofProblem = (
  { problem, retryAfterSeconds, page: address }: ProblemError,
  flags: FlagNames = {},
): CliFailure => {
  const { title, detail, status, id, errors } = problem
  const say = (pointer: string, what: string) =>
    `\n  ${inOneLine(`${sayPointer(pointer, flags)}: ${what}`)}`
  const page = slugOf(problem.type) === undefined ? null : address
  const places = errors?.map((error) => say(error.pointer, error.detail)) ?? []
  const again = retryAfterSeconds === null ? nexts[status] : `try again in ${retryAfterSeconds} s; `
  const exit = byStatus[status] ?? (status >= 500 ? 'unavailable' : 'unexpected')
  return new CliFailure(exit, {
    code: slugOf(problem.type)?.replaceAll('-', '_') ?? 'unknown_problem',
    message: `${inOneLine(`${title}: ${detail}`)}${places.join('')}`,
    next: `${again ?? ''}${page === null ? 'ask whoever runs the gateway' : `see ${page}`}`,
    details: { status, ...(id !== undefined && { id }), ...(errors !== undefined && { errors }) },
  })
}
