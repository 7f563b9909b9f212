import { isJsonObject, type JsonObject } from '../core/json.ts'
import { oneLine } from '../core/one-line.ts'
import { redact } from '../core/redact.ts'
import type { FailedClaim } from './failure.ts'

/** What the gateway's token endpoint says when it says no. */
export interface Refusal {
  readonly status: number
  readonly error: string
  readonly description: string
  readonly decisionId?: string
  readonly reason?: string
  readonly failedClaims?: readonly FailedClaim[]
  readonly retryAfterSeconds?: number
}

const maxClaims = 40

// It is printed in job logs, where a line that begins with `::` is a command to the runner.
const word = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[\w.:-]{1,120}$/.test(value) ? value : undefined

const claimsOf = (value: unknown): FailedClaim[] | undefined => {
  if (!Array.isArray(value)) return undefined
  return value.slice(0, maxClaims).flatMap((entry) => {
    if (!isJsonObject(entry) || typeof entry.claim !== 'string') return []
    return [{ claim: entry.claim.slice(0, 200), actual: redact(entry.actual ?? null) }]
  })
}

/** Reads a refusal in the words of RFC 6749; null when it is none. */
export const readRefusal = (status: number, body: JsonObject): Refusal | null => {
  const error = word(body.error)
  if (error === undefined) return null
  const description =
    typeof body.error_description === 'string'
      ? body.error_description.replace(/[^\x20-\x7e]/g, ' ').slice(0, 300)
      : error
  const decisionId = word(body.decision_id)
  const reason = word(body.reason)
  const failedClaims = claimsOf(body.failed_claims)
  return {
    status,
    error,
    description,
    ...(decisionId !== undefined && { decisionId }),
    ...(reason !== undefined && { reason }),
    ...(failedClaims !== undefined && { failedClaims }),
  }
}

/** A claim that missed, in one line: `ref = "refs/heads/dev"`, or that it is absent. */
export const claimInWords = ({ claim, actual }: FailedClaim): string => {
  const name = oneLine(claim).slice(1, -1)
  return actual === null ? `${name} is absent` : `${name} = ${oneLine(actual)}`
}
