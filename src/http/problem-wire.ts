import type { Problem, ProblemSlug } from '../core/problem.ts'
import { jsonReply, noStore } from './reply.ts'

/** Status and title of each problem; adding a slug does not compile until this says what it is. */
const table: Readonly<Record<ProblemSlug, readonly [number, string]>> = {
  'authentication-required': [401, 'Authentication required'],
  'permission-denied': [403, 'Permission denied'],
  'insufficient-scope': [403, 'Insufficient scope'],
  'privilege-escalation': [403, 'Nobody hands out more than they hold'],
  'self-modification': [403, 'Nobody changes their own access'],
  'tenant-suspended': [403, 'The namespace is suspended'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'Method not allowed'],
  'malformed-body': [400, 'Malformed body'],
  'unsupported-media-type': [415, 'Unsupported media type'],
  'body-too-large': [413, 'Body too large'],
  'invalid-cursor': [400, 'Invalid cursor'],
  'validation-failed': [422, 'Validation failed'],
  'unknown-field': [422, 'Unknown field'],
  'invalid-reference': [422, 'Invalid reference'],
  'name-taken': [409, 'Name taken'],
  'identifier-taken': [409, 'Identifier taken'],
  'issuer-exists': [409, 'Issuer exists'],
  'issuer-disabled': [409, 'Issuer disabled'],
  'quota-exceeded': [409, 'Quota exceeded'],
  'too-many-requests': [429, 'Too many requests'],
  'rotation-pending': [409, 'A rotation is under way'],
  'idempotency-replay': [409, 'Made already, and its secret is not shown again'],
  'idempotency-mismatch': [422, 'The key was used with another body'],
  'idempotency-pending': [409, 'The first request under the key is not done'],
  'in-use': [409, 'In use'],
  'last-owner': [409, 'The last owner stays'],
  'approval-required': [409, 'Another owner must approve'],
  'not-pending': [409, 'The change waits no longer'],
  'precondition-required': [428, 'Precondition required'],
  'precondition-failed': [412, 'Precondition failed'],
  'policy-too-broad': [422, 'Policy too broad'],
  'unsafe-wildcard': [422, 'Unsafe wildcard'],
  'immutable-id-required': [422, 'Immutable id required'],
  'ambiguous-subject': [422, 'Ambiguous subject'],
  'non-canonical-value': [422, 'Value not in canonical form'],
  'example-failed': [422, 'Example failed'],
  'preset-required': [422, 'Preset required'],
  'invalid-issuer': [422, 'Invalid issuer'],
  'issuer-mismatch': [422, 'Issuer mismatch'],
  'issuer-unreachable': [422, 'Issuer unreachable'],
}

const respond = (
  { slug, detail, errors, id }: Omit<Problem, 'slug'> & { readonly slug: string },
  [status, title]: readonly [number, string],
  headers: Readonly<Record<string, string>> = {},
): Response =>
  jsonReply(
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

/** A problem as it leaves the house (RFC 9457). */
export const problemToWire = (problem: Problem): Response => {
  const challenge = problem.slug === 'authentication-required'
  const wait = problem.retryAfterSeconds
  return respond(problem, table[problem.slug], {
    ...(challenge && { 'www-authenticate': 'Bearer realm="gatehouse"' }),
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
    [503, 'Dependency unavailable'],
    { 'retry-after': String(retryAfterSeconds) },
  )

/** A bug as a problem: the request id is all that leaves. */
export const bugToProblem = (requestId: string): Response =>
  respond({ slug: 'bug', detail: `a bug; the log knows it as ${requestId}` }, [500, 'Bug'])
