import { expect } from 'vitest'

/**
 * Expects one token among many answers, and refusals of these statuses beside it. An overloaded
 * machine may say 503 instead of a refusal; never instead of a token.
 */
export function expectOneIssued(responses: readonly Response[], refusals: readonly number[]): void {
  expectOne(responses, 200, refusals)
}

/** Expects one success among many answers, and refusals of these statuses, or 503, beside it. */
export function expectOne(
  responses: readonly Response[],
  success: number,
  refusals: readonly number[],
): void {
  const statuses = responses.map(({ status }) => status)
  expect(statuses.filter((status) => status === success)).toHaveLength(1)
  const others = statuses.filter((status) => status !== success)
  expect([...refusals, 503]).toEqual(expect.arrayContaining([...new Set(others)]))
}
