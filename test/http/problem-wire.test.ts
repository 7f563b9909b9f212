import { describe, expect, it } from 'vitest'
import { invalidReference, notFound, type ProblemSlug, problem } from '../../src/core/problem.ts'
import { bugToProblem, outageToProblem, problemToWire } from '../../src/http/problem-wire.ts'

// A record, so that a new slug does not compile until its status stands here.
const statuses: { readonly [S in ProblemSlug]: number } = {
  'authentication-required': 401,
  'permission-denied': 403,
  'insufficient-scope': 403,
  'privilege-escalation': 403,
  'self-modification': 403,
  'tenant-suspended': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'malformed-body': 400,
  'unsupported-media-type': 415,
  'body-too-large': 413,
  'invalid-cursor': 400,
  'validation-failed': 422,
  'unknown-field': 422,
  'invalid-reference': 422,
  'name-taken': 409,
  'identifier-taken': 409,
  'issuer-exists': 409,
  'issuer-disabled': 409,
  'quota-exceeded': 409,
  'too-many-requests': 429,
  'rotation-pending': 409,
  'idempotency-replay': 409,
  'idempotency-mismatch': 422,
  'idempotency-pending': 409,
  'in-use': 409,
  'last-owner': 409,
  'approval-required': 409,
  'not-pending': 409,
  'precondition-required': 428,
  'precondition-failed': 412,
  'policy-too-broad': 422,
  'unsafe-wildcard': 422,
  'immutable-id-required': 422,
  'ambiguous-subject': 422,
  'non-canonical-value': 422,
  'example-failed': 422,
  'preset-required': 422,
  'invalid-issuer': 422,
  'issuer-mismatch': 422,
  'issuer-unreachable': 422,
}
const slugs = Object.entries(statuses) as [ProblemSlug, number][]

describe.each(slugs)('%s', (slug, status) => {
  const wire = () => problemToWire(problem(slug, 'what was wrong'))

  it(`is a problem document of status ${status}`, async () => {
    expect(wire().status).toBe(status)
    expect(wire().headers.get('content-type')).toBe('application/problem+json')
    expect(await wire().json()).toEqual({
      type: `/problems/${slug}`,
      title: expect.stringMatching(/^[A-Z][\x20-\x7e]+$/),
      status,
      detail: 'what was wrong',
    })
  })

  it('is not kept by anybody', () => {
    expect(wire().headers.get('cache-control')).toBe('no-store')
  })

  it('asks for a token only where one is missing', () => {
    const challenge = slug === 'authentication-required' ? 'Bearer realm="gatehouse"' : null
    expect(wire().headers.get('www-authenticate')).toBe(challenge)
  })
})

it('each slug has a title of its own', async () => {
  const bodies = await Promise.all(slugs.map(([slug]) => problemToWire(problem(slug, 'x')).json()))
  const titles = bodies.map((body) => (body as { title: string }).title)
  expect(new Set(titles).size).toBe(slugs.length)
})

it('errors are carried with their pointers, and only where there are any', async () => {
  const errors = [{ pointer: '/bound_claims/ref', detail: 'expected a text' }]
  const body = await problemToWire(problem('validation-failed', 'x', errors)).json()
  expect(body).toMatchObject({ errors })
  expect(await problemToWire(problem('validation-failed', 'x')).json()).not.toHaveProperty('errors')
})

it('the object that there is already is named, and only where there is one', async () => {
  const replay = { ...problem('idempotency-replay', 'x'), id: 'sec_1' }
  expect(await problemToWire(replay).json()).toMatchObject({ id: 'sec_1' })
  expect(await problemToWire(problem('in-use', 'x')).json()).not.toHaveProperty('id')
})

it('what does not exist has no errors and no pointer', async () => {
  expect(await problemToWire(notFound).json()).toEqual({
    type: '/problems/not-found',
    title: 'Not found',
    status: 404,
    detail: 'there is no such object, or you may not read it',
  })
})

it('a reference that cannot be used is named by its pointer', async () => {
  expect(await problemToWire(invalidReference('/role_id')).json()).toMatchObject({
    status: 422,
    type: '/problems/invalid-reference',
    errors: [{ pointer: '/role_id' }],
  })
})

it('a limit says when to come back', () => {
  const limited = problemToWire({ ...problem('too-many-requests', 'x'), retryAfterSeconds: 10 })
  expect(limited.headers.get('retry-after')).toBe('10')
  expect(problemToWire(problem('not-found', 'x')).headers.has('retry-after')).toBe(false)
})

it('an outage says when to come back', async () => {
  const wire = outageToProblem(7)
  expect([wire.status, wire.headers.get('retry-after')]).toEqual([503, '7'])
  expect(await wire.json()).toMatchObject({ status: 503, type: '/problems/dependency-unavailable' })
})

it('a bug says its request id and no more', async () => {
  const wire = bugToProblem('dec_1')
  expect(wire.status).toBe(500)
  expect(await wire.json()).toEqual({
    type: '/problems/bug',
    title: 'Bug',
    status: 500,
    detail: 'a bug; the log knows it as dec_1',
  })
})
