import type { JsonObject } from '../core/json.ts'
import type { DeliveryFault } from '../core/notice.ts'
import type { Result } from '../core/result.ts'

/** One notice on its way to one subscriber. */
export interface Message {
  readonly id: string
  readonly subscriptionId: string
  readonly target: string
  /** What webhooks are signed with; null for e-mail. */
  readonly wrappedSecret: string | null
  /** `type`, `timestamp` and `data`; built by us, and never with the value of a credential. */
  readonly payload: JsonObject
  /** Epoch seconds. */
  readonly sentAt: number
}

/** A way to tell a subscriber. Never throws: what went wrong is a value. */
export interface Sender {
  readonly send: (message: Message) => Promise<Result<null, DeliveryFault>>
}

// In total: an endpoint that hangs or drips holds nobody up.
const deadlineMs = 3000
// Kept back, so that what came of a message can still be written down.
const recordMs = 500

/** How long one message may take, in milliseconds. */
export const sendingMs = (remainingMs: number): number =>
  Math.max(1, Math.min(deadlineMs, remainingMs - recordMs))
