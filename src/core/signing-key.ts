import { dayMs, maxTokenSeconds } from './lifetime.ts'

/** The algorithms that access tokens can be signed with. */
export const signingAlgorithms = ['ES256', 'RS256', 'Ed25519'] as const
export type SigningAlgorithm = (typeof signingAlgorithms)[number]

/** A signing key without its private half. Times in epoch milliseconds. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  /** The next one is `published` first, signs while it is `active`, verifies while it is `retired`. */
  readonly state: 'published' | 'active' | 'retired'
  readonly createdAt: number
  readonly activatedAt: number | null
  readonly retiredAt: number | null
}

/** The key set may be kept so long by whoever fetched it. */
export const keySetMaxAgeSeconds = 300

/** So long a key is published before it signs: every copy of the key set has it by then (R38). */
export const publishedAheadMs = 600_000

// The longest token, the age of a copy of the key set, and a minute of clocks that differ.
const keptSeconds = maxTokenSeconds + keySetMaxAgeSeconds + 60

/** So long a key is published after its last signature: no token outlives it (R38). */
export const keptAfterMs = keptSeconds * 1000

/** How long the mark of a revoked key stays in the revocation feed, in seconds. */
export const keyMarkSeconds = keptSeconds

/** Whether a key was published long enough ago to sign. */
export const mayActivate = ({ state, createdAt }: SigningKey, nowMs: number): boolean =>
  state === 'published' && nowMs - createdAt >= publishedAheadMs

/** Whether a key has signed for so many days or more. */
export const isOld = (
  { activatedAt, createdAt }: SigningKey,
  { nowMs, days }: { readonly nowMs: number; readonly days: number },
): boolean => nowMs - (activatedAt ?? createdAt) >= days * dayMs
