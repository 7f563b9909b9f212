import { dayMs } from './lifetime.ts'

/** The ways in which a subscriber can be told. */
export const channels = ['webhook', 'email'] as const
export type Channel = (typeof channels)[number]

/** What a subscriber can be told of. */
export const noticeEvents = ['credential.expiring'] as const
export type NoticeEvent = (typeof noticeEvents)[number]

const hourMs = 3_600_000

/** The end of a credential is announced so many days before it. */
export const noticeDays = [14, 7, 1] as const

/** Whether a credential ends so soon that whoever uses it should hear of it; times in milliseconds. */
export const endsSoon = (expiresAt: number | null, nowMs: number): expiresAt is number =>
  expiresAt !== null && expiresAt - nowMs <= noticeDays[0] * dayMs

/** A credential that ends soon. */
export interface Expiring {
  readonly kind: 'secret' | 'key' | 'named_token' | 'key_set'
  readonly credentialId: string
  readonly credentialName: string | null
  readonly accountId: string | null
  /** The account's, or the issuer's. */
  readonly name: string
  /** Path of its namespace. */
  readonly namespace: string
  /** What ends: the credential, or one key of a set. */
  readonly part: string
  /** Epoch milliseconds, in the future. */
  readonly expiresAt: number
}

/**
 * What a notice of a credential is about, which is told once. Only the nearest threshold: what is found
 * late is told once, not once for each that has passed.
 */
export const subjectOf = ({ part, expiresAt }: Expiring, nowMs: number): string => {
  const passed = noticeDays.filter((days) => expiresAt - nowMs <= days * dayMs)
  return `${part}:${expiresAt}:${passed.at(-1)}`
}

/** How long a notice waits after its first failed attempt, its second, and so on. */
export const retryDelaysMs = [1, 2, 5, 10, 24].map((hours) => hours * hourMs)

/** After so many failed attempts a notice is parked, and somebody has to look. */
export const maxAttempts = retryDelaysMs.length + 1

/** Why a notice did not arrive. Our own words: what an endpoint answers is never kept. */
export type DeliveryFault =
  | 'timeout'
  | 'unreachable'
  | 'redirect'
  | 'gone'
  | `status_${number}`
  | 'target_refused'
  | 'secret_unreadable'
  | 'no_email'
  | 'mail_refused'
  /** A code of the platform's mail service, such as `E_SENDER_NOT_VERIFIED`. */
  | `E_${string}`

export type NoticeState = 'pending' | 'delivered' | 'parked'

/** What becomes of a notice after an attempt. An endpoint that is gone asked not to be tried again. */
export const stateAfter = (fault: DeliveryFault | null, attempts: number): NoticeState => {
  if (fault === null) return 'delivered'
  return fault === 'gone' || attempts >= maxAttempts ? 'parked' : 'pending'
}

/**
 * Who is bothered by what is sent to a target: a host, whatever the path, or a mailbox, whatever the
 * tag. Texts that are no target stand for themselves.
 */
export const addresseeOf = (channel: Channel, target: string): string => {
  if (channel === 'email') return target.toLowerCase().replace(/\+[^@]*@/, '@')
  return URL.canParse(target) ? new URL(target).host : target
}
