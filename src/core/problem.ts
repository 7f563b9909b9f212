/** Every way in which the admin API says no; the last part of a problem's `type` (RFC 9457). */
export type ProblemSlug =
  | 'authentication-required'
  | 'permission-denied'
  | 'insufficient-scope'
  | 'privilege-escalation'
  | 'self-modification'
  | 'tenant-suspended'
  | 'not-found'
  | 'method-not-allowed'
  | 'malformed-body'
  | 'unsupported-media-type'
  | 'body-too-large'
  | 'invalid-cursor'
  | 'validation-failed'
  | 'unknown-field'
  | 'invalid-reference'
  | 'name-taken'
  | 'identifier-taken'
  | 'issuer-exists'
  | 'issuer-disabled'
  | 'quota-exceeded'
  | 'too-many-requests'
  | 'rotation-pending'
  | 'idempotency-replay'
  | 'idempotency-mismatch'
  | 'idempotency-pending'
  | 'in-use'
  | 'last-owner'
  | 'approval-required'
  | 'not-pending'
  | 'precondition-required'
  | 'precondition-failed'
  | 'policy-too-broad'
  | 'unsafe-wildcard'
  | 'immutable-id-required'
  | 'ambiguous-subject'
  | 'non-canonical-value'
  | 'example-failed'
  | 'preset-required'
  | 'invalid-issuer'
  | 'issuer-mismatch'
  | 'issuer-unreachable'

/** One member of a body that is wrong. */
export interface ProblemError {
  /** RFC 6901, into the request body. */
  readonly pointer: string
  readonly detail: string
}

/** A refusal of the admin API: what was wrong, what was expected, what to do next. */
export interface Problem {
  readonly slug: ProblemSlug
  readonly detail: string
  readonly errors?: readonly ProblemError[]
  /** The object that there is already, where the caller made it. */
  readonly id?: string
  /** When the same call may succeed. */
  readonly retryAfterSeconds?: number
}

/** A refusal with one sentence and, where a member is to blame, its pointers. */
export const problem = (
  slug: ProblemSlug,
  detail: string,
  errors?: readonly ProblemError[],
): Problem => ({ slug, detail, ...(errors && { errors }) })

/** The one answer for what does not exist and for what the caller may not know of (R27). */
export const notFound = problem('not-found', 'there is no such object, or you may not read it')

/** The one answer for a foreign id and a random one in a body. */
export const invalidReference = (pointer: string): Problem =>
  problem('invalid-reference', 'the body refers to an object that cannot be used here', [
    {
      pointer,
      detail: 'no such object, or not visible from this namespace; make it first, spell it alike',
    },
  ])

/** The refusal to delete what others need, and who they are. */
export const inUse = (detail: string, ids: readonly string[]): Problem =>
  problem(
    'in-use',
    detail,
    ids.map((id) => ({ pointer: '', detail: id })),
  )
