import { clockSkewSeconds } from './claim-set.ts'

/** A minute in milliseconds. */
export const minuteMs = 60_000

/** A day in milliseconds. */
export const dayMs = 86_400_000

/** Access tokens live this long unless a resource server, account or policy says less or more. */
export const defaultTokenSeconds = 600
export const minTokenSeconds = 60
export const maxTokenSeconds = 3600

/** CI tokens older or longer-lived than this are refused (R6); an issuer can ask for less. */
export const maxSubjectTokenSeconds = 86_400

/** Client assertions older or longer-lived than this are refused (R6). */
export const maxAssertionSeconds = 300

// The margin covers the drift between this clock and the database's while an exchange is under way.
const replayMarginSeconds = 60

/**
 * How long a spent token must be remembered, in epoch seconds: as long as any clock of ours could
 * still accept it, plus a margin (R20). Acceptance and memory share `clockSkewSeconds`: were they
 * two numbers, a token could outlive the record of its use.
 */
export const rememberUntil = (expiresAt: number): number =>
  Math.ceil(expiresAt) + clockSkewSeconds + replayMarginSeconds

/** The life of an access token in seconds: the smallest of what is set, 60 to 3600. */
export const tokenSeconds = (
  resourceServer: number | null,
  ...ceilings: readonly (number | null)[]
): number => {
  const set = ceilings.filter((seconds) => seconds !== null)
  const smallest = Math.min(resourceServer ?? defaultTokenSeconds, ...set)
  return Math.max(minTokenSeconds, Math.min(maxTokenSeconds, smallest))
}
