import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expect } from 'vitest'
import { DOORS, type Door } from './baseline.ts'

export interface TokenAnswer {
  readonly access_token: string
  readonly token_type: string
  readonly expires_in: number
  readonly scope: string
  readonly issued_token_type?: string
}

interface ErrorAnswer {
  readonly error: string
  readonly error_description: string
  readonly decision_id: string
}

const PRINTABLE = /^[\x20-\x7e]+$/

/** Expects a token and returns the answer. */
export async function expectIssued(
  response: Response,
  type: 'Bearer' | 'DPoP' = 'Bearer',
): Promise<TokenAnswer> {
  const text = await response.text()
  expect([response.status, text]).toEqual([200, expect.stringContaining('access_token')])
  expectHeaders(response)
  const answer = JSON.parse(text) as TokenAnswer
  expect(answer.token_type).toBe(type)
  expect(answer.expires_in).toBeGreaterThan(0)
  expect(answer.expires_in).toBeLessThanOrEqual(3600)
  expect(decodeProtectedHeader(answer.access_token).typ).toBe('at+jwt')
  expect(decodeJwt(answer.access_token).iss).toBe('https://gw.test')
  return answer
}

const descriptions = new Map<string, string>()

/** Expects the one refusal of an outside token, byte for byte like every other at that door. */
export async function expectRefused(response: Response, door: Door): Promise<void> {
  const { error_description } = await expectError(response, 400, door.refusedAs)
  const known = descriptions.get(door.name) ?? error_description
  descriptions.set(door.name, known)
  expect(error_description).toBe(known)
}

/** Expects S400: a subject token refused in token exchange. */
export async function expectS400(response: Response): Promise<void> {
  await expectRefused(response, DOORS[0])
}

/** Expects B400: a request refused with an OAuth error and nothing else. */
export async function expectB400(response: Response, code: string): Promise<void> {
  await expectError(response, 400, code)
}

/** Expects C401: a client refused. */
export async function expectC401(response: Response): Promise<void> {
  await expectError(response, 401, 'invalid_client')
  expect(response.headers.get('www-authenticate')).toMatch(/^Basic realm="/)
}

/** Expects U503: a dependency out of reach. */
export async function expectU503(response: Response): Promise<void> {
  await expectError(response, 503, 'temporarily_unavailable')
  expect(response.headers.get('retry-after')).toMatch(/^[1-9][0-9]*$/)
}

/** Expects L429: slow down. */
export async function expectL429(response: Response): Promise<void> {
  await expectError(response, 429, 'temporarily_unavailable')
  expect(response.headers.get('retry-after')).toMatch(/^[1-9][0-9]*$/)
}

/** Expects an error of the token endpoint with exactly its three members, and returns them. */
export async function expectError(
  response: Response,
  status: number,
  code: string,
): Promise<ErrorAnswer> {
  const text = await response.text()
  expect([response.status, text]).toEqual([status, expect.stringContaining(`"${code}"`)])
  expectHeaders(response)
  const answer = JSON.parse(text) as ErrorAnswer
  expect(Object.keys(answer).sort()).toEqual(['decision_id', 'error', 'error_description'])
  expect(answer.error).toBe(code)
  expect(answer.error_description).toMatch(PRINTABLE)
  expect(answer.decision_id).toMatch(/^dec_[0-9a-z]+$/)
  return answer
}

/** Expects a problem document of the admin API and returns it. */
export async function expectProblem(
  response: Response,
  status: number,
  slug?: string,
): Promise<Record<string, unknown>> {
  const text = await response.text()
  expect([response.status, text]).toEqual([status, expect.stringContaining('"type"')])
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/)
  const problem = JSON.parse(text) as Record<string, unknown>
  expect(problem.status).toBe(status)
  if (slug !== undefined) expect(problem.type).toMatch(new RegExp(`/problems/${slug}$`))
  return problem
}

function expectHeaders({ headers }: Response): void {
  expect(headers.get('content-type')).toMatch(/^application\/json/)
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('pragma')).toBe('no-cache')
}
