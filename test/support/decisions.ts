import { expect, vi } from 'vitest'
import type { Gateway } from './gateway.ts'
import type { Claims } from './issuer.ts'

export interface ClauseAnswer {
  readonly claim: string
  readonly expected: unknown
  readonly actual: unknown
  readonly verdict: string
  readonly hint?: string
}

/** A decision as the admin API tells it. */
export interface DecisionAnswer {
  readonly id: string
  readonly at: string
  readonly outcome: string
  readonly reason: string | null
  readonly claims: Claims
  readonly policies: readonly {
    readonly id: string
    readonly version: number
    readonly name: string
    readonly satisfied: boolean
    readonly clauses: readonly ClauseAnswer[]
  }[]
  readonly omitted_before: number
  readonly [member: string]: unknown
}

/** Reads a decision that must have been recorded before its answer left. */
export async function readDecision(gateway: Gateway, id: string): Promise<DecisionAnswer> {
  const response = await gateway.admin('GET', `/decisions/${id}`)
  const decision = (await response.json()) as DecisionAnswer
  expect([response.status, decision]).toEqual([200, expect.objectContaining({ id })])
  return decision
}

/** Reads a decision that is recorded behind the answer's back. */
export function awaitDecision(gateway: Gateway, id: string): Promise<DecisionAnswer> {
  return vi.waitFor(() => readDecision(gateway, id), { timeout: 10_000, interval: 50 })
}

/** The clause of a claim in the decision's only policy. */
export function clauseOf({ policies }: DecisionAnswer, claim: string): ClauseAnswer | undefined {
  expect(policies).toHaveLength(1)
  return policies[0]?.clauses.find((clause) => clause.claim === claim)
}

/** Every decision about an account, newest first. */
export async function listDecisions(
  gateway: Gateway,
  serviceAccountId: string,
): Promise<readonly DecisionAnswer[]> {
  const path = `/decisions?service_account_id=${serviceAccountId}&limit=200`
  const response = await gateway.admin('GET', path)
  expect(response.status).toBe(200)
  return ((await response.json()) as { data: DecisionAnswer[] }).data
}
