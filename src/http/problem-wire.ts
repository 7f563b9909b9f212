import type { Problem } from '../core/problem.ts'
import { type ProblemType, problemTypes } from './problem-types.ts'
import { jsonReply, noStore } from './reply.ts'

const respond = (
  { slug, detail, errors, id }: Omit<Problem, 'slug'> & { readonly slug: ProblemType },
  headers: Readonly<Record<string, string>> = {},
): Response => {
  const [status, title] = problemTypes[slug]
  return jsonReply(
    status,
    {
      type: `/problems/${slug}`,
      title,
      status,
      detail,
      ...(errors && { errors }),
      ...(id && { id }),
    },
    { ...noStore, 'content-type': 'application/problem+json', ...headers },
  )
}

// Without a token there is none that could be wrong (RFC 6750 §3.1).
const challengeOf = (tokenSent: boolean): string =>
  `Bearer realm="gatehouse"${tokenSent ? ', error="invalid_token"' : ''}`

/** A problem as it leaves the house (RFC 9457). */
export const problemToWire = (problem: Problem, { tokenSent = false } = {}): Response => {
  const challenge = problem.slug === 'authentication-required'
  const wait = problem.retryAfterSeconds
  return respond(problem, {
    ...(challenge && { 'www-authenticate': challengeOf(tokenSent) }),
    ...(wait !== undefined && { 'retry-after': String(wait) }),
  })
}

/** An outage as a problem. A change whose reply was lost may have been made (R39). */
export const outageToProblem = (retryAfterSeconds: number): Response =>
  respond(
    {
      slug: 'dependency-unavailable',
      detail:
        'a dependency is out of reach, try again; read first, for a change may have been made',
    },
    { 'retry-after': String(retryAfterSeconds) },
  )

/** A bug as a problem: the request id is all that leaves. */
export const bugToProblem = (requestId: string): Response =>
  respond({ slug: 'bug', detail: `a bug; the log knows it as ${requestId}` })
