import { type Problem, problem } from '../../core/problem.ts'

const windowSeconds = 60

/** The refusal of whoever has left as many events as a minute may have. It leaves none itself. */
export const overAllowance: Problem = {
  ...problem('too-many-requests', 'too many changes, or refused calls, in a minute: slow down'),
  retryAfterSeconds: windowSeconds,
}

/**
 * Says how many changes and refused calls are left, in the words of the IETF's draft
 * (draft-ietf-httpapi-ratelimit-headers): a quota, and what remains of it.
 */
export const withAllowance = (
  response: Response,
  { quota, left }: { readonly quota: number; readonly left: number },
): Response => {
  response.headers.set('ratelimit-policy', `"changes";q=${quota};w=${windowSeconds}`)
  response.headers.set('ratelimit', `"changes";r=${left};t=${windowSeconds}`)
  return response
}
