import { expect } from 'vitest'

/**
 * Expects one token among many answers, and refusals of these statuses beside it. An overloaded
 * machine may say 503 instead of a refusal; never instead of a token.
 */
export function expectOneIssued(responses: readonly Response[], refusals: readonly number[]): void {
  const statuses = responses.map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(1)
  const others = statuses.filter((status) => status !== 200)
  expect([...refusals, 503]).toEqual(expect.arrayContaining([...new Set(others)]))
}
