import { dayMs } from './lifetime.ts'
import { rootNamespaceId } from './namespace.ts'
import type { Place } from './place.ts'

/** What can wait for another owner. */
export const pendingActions = [
  'trust-policies.create',
  'trust-policies.replace',
  'trust-policies.update',
  'issuers.create',
  'issuers.update',
  'namespaces.update',
] as const
export type PendingAction = (typeof pendingActions)[number]
/** What of that is about trust policies. */
export type PolicyAction = Extract<PendingAction, `trust-policies.${string}`>

/** What a pending change has come to; `expired`: nobody decided in time. */
export const pendingStates = ['pending', 'approved', 'rejected', 'expired'] as const
export type PendingState = (typeof pendingStates)[number]

/** Who asks for a change, or decides it. */
export interface Party {
  readonly id: string
  /** Where the account lives; null where it was deleted since. */
  readonly tenantId: string | null
}

/** A change that one owner has asked for and another has yet to approve. */
export interface PendingChange extends Place {
  readonly id: string
  readonly action: PendingAction
  /** The account whose policies would change; null where it is about the namespace. */
  readonly serviceAccountId: string | null
  /** What would change, and the version it had; null where it would be made. */
  readonly targetId: string | null
  readonly targetVersion: number | null
  /** What it would become, as the rules of its collection take it. */
  readonly wanted: unknown
  /** In words, what would be accepted that is not now, and the other way round. */
  readonly acceptsNow: readonly string[]
  readonly acceptsNoLonger: readonly string[]
  readonly requestedBy: Party
  readonly state: PendingState
  readonly decidedBy: Party | null
  /** Epoch milliseconds. */
  readonly decidedAt: number | null
  readonly version: number
  readonly createdAt: number
}

/** Whether a tenant may read a party's id: to tenants, root accounts are "platform" and no more. */
export const isToldToTenants = ({ tenantId }: Party): boolean =>
  tenantId !== null && tenantId !== rootNamespaceId

/** Who asked for a change, as far as the chain of its own tenant tells it. */
export const askerInTrail = ({ tenantId, requestedBy }: PendingChange): { requestedBy?: string } =>
  tenantId === rootNamespaceId || isToldToTenants(requestedBy)
    ? { requestedBy: requestedBy.id }
    : {}

/** How long a change waits: what nobody wanted in a week must not come true in a year. */
export const pendingLifeMs = 7 * dayMs

/** Most changes that wait at once for one account, or for what is no account's in one namespace. */
export const maxPending = 20
