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
  expectWinners(responses, { times: 1, success, refusals })
}

/**
 * Expects so many successes among many answers, and refusals of these statuses, or 503, beside them:
 * a refusal needs its place in the audit chain, which may take longer than its caller has time.
 */
export function expectWinners(
  responses: readonly Response[],
  {
    times,
    success,
    refusals,
  }: {
    readonly times: number
    readonly success: number
    readonly refusals: readonly number[]
  },
): void {
  const statuses = responses.map(({ status }) => status)
  expect(statuses.filter((status) => status === success)).toHaveLength(times)
  const others = statuses.filter((status) => status !== success)
  expect([...refusals, 503]).toEqual(expect.arrayContaining([...new Set(others)]))
}
