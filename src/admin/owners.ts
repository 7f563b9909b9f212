import { type Actor, ownsAt } from '../core/holding.ts'
import { rootNamespaceId, rootPath } from '../core/namespace.ts'
import { adminServerId } from '../core/permission.ts'
import { problem } from '../core/problem.ts'
import { isWithin } from '../core/service-account.ts'
import type { AccountChange } from '../store/account-changes.ts'
import type { AccountRecord } from '../store/service-accounts.ts'

/** The refusal of what would leave a namespace without an owner. */
export const lastOwner = problem(
  'last-owner',
  'this account is the last owner who is enabled and may reach this API; bind another first',
)

/**
 * The namespaces that must keep an owner without this account. Nobody can be locked out: `/` always
 * keeps an owner, and a tenant does unless `/` decides otherwise.
 */
export const ownedPlaces = (actor: Actor, { tenantId }: AccountRecord): readonly string[] =>
  ownsAt(actor, rootPath) ? [rootNamespaceId] : [rootNamespaceId, tenantId]

/** Whether a change of an account ends what it can do as an owner. */
export const endsOwning = ({ enabled, resourceServerIds = null }: AccountChange): boolean =>
  enabled === false || !isWithin({ resourceServerIds }, adminServerId)
