import { type KeptEvent, readObject } from './chain.ts'
import { member } from './json.ts'
import { minuteMs } from './lifetime.ts'

/**
 * The columns of a decision that a seal is over, in this order. Never changed: another list is another
 * format. The tenant is not among them, for a seal is of one tenant.
 */
export const sealedColumns = [
  'id',
  'at',
  'outcome',
  'reason',
  'grant_type',
  'service_account_id',
  'client_id',
  'namespace_id',
  'resource_server_id',
  'audience',
  'scope',
  'token_jti',
  'token_expires_at',
  'policy_id',
  'policy_version',
  'claims',
  'policies',
  'credential_id',
  'issuer',
  'provenance',
  'assertion_identity',
  'token_identity',
  'slot',
  'remember_until',
  'told',
  'omitted',
] as const

const format = 1

/** The operation under which seals are events. */
export const sealAction = 'decisions.seal'

/** What a tenant's decisions of a minute came to. */
export interface Tally {
  readonly count: number
  /**
   * SHA-256, hexadecimal: of the digest before it (nothing before the first) followed by the decision
   * as a JSON array of its columns, decision by decision in the order of ids.
   */
  readonly digest: string
}

/** Before the first decision. */
export const noTally: Tally = { count: 0, digest: '' }

/** The text whose SHA-256 is the digest when this decision has been added. */
export const tallyText = ({ digest }: Tally, columns: readonly unknown[]): string =>
  digest + JSON.stringify(columns)

/** The tally of a minute. */
export interface Seal extends Tally {
  /** When the minute began, in epoch milliseconds. */
  readonly minute: number
}

/** The minute that a time lies in. */
export const minuteOf = (ms: number): number => ms - (ms % minuteMs)

/** What the event of a seal tells. */
export const sealDetails = ({ count, digest }: Tally, minute: string) => ({
  minute,
  count,
  digest,
  format,
})

/** The seal that an event is; null: it is none. */
export const readSeal = (
  { action, content }: KeptEvent,
  readTime: (text: string) => number,
): Seal | null => {
  if (action !== sealAction) return null
  const details = readObject(JSON.stringify(member(readObject(content) ?? {}, 'details') ?? null))
  if (details === null || member(details, 'format') !== format) return null
  return {
    minute: readTime(String(member(details, 'minute'))),
    count: Number(member(details, 'count')),
    digest: String(member(details, 'digest')),
  }
}

/** What speaks against the decisions of a sealed minute. */
export type SealProblem = 'decisions_altered' | 'decisions_added' | 'decisions_missing'

/**
 * Compares what is kept of a minute with its seal. Where decisions may have been thrown away since,
 * fewer of them are what is to be expected: `purged`.
 */
export const sealProblem = (
  seal: Tally,
  found: Tally,
  mayBePurged: boolean,
): SealProblem | 'purged' | null => {
  if (found.count > seal.count) return 'decisions_added'
  if (found.count < seal.count) return mayBePurged ? 'purged' : 'decisions_missing'
  return found.digest === seal.digest ? null : 'decisions_altered'
}
