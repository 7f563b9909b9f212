import { type KeptEvent, readObject } from './chain.ts'
import { isJsonObject, member } from './json.ts'
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

const isMinute = (ms: number): boolean => ms >= 0 && minuteOf(ms) === ms

/** The seal that an event is; null: it is none; undefined: it says so, and is none that we write. */
export const readSeal = (
  { action, content }: KeptEvent,
  readTime: (text: string) => number,
): Seal | null | undefined => {
  if (action !== sealAction) return null
  const details = member(readObject(content) ?? {}, 'details') ?? null
  if (!isJsonObject(details) || member(details, 'format') !== format) return undefined
  const minute = readTime(String(member(details, 'minute')))
  const count = member(details, 'count')
  const digest = member(details, 'digest')
  const isOurs = isMinute(minute) && typeof count === 'number' && typeof digest === 'string'
  return isOurs ? { minute, count, digest } : undefined
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
