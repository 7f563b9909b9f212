import type { Context } from '../../context.ts'
import { type Actor, ownsAt } from '../../core/holding.ts'
import { parentPath, rootNamespaceId, rootPath } from '../../core/namespace.ts'
import { adminServerId, ownerRoleId } from '../../core/permission.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { isWithin } from '../../core/service-account.ts'
import type { AccountChange } from '../../store/account-changes.ts'
import { type OwnerLoss, wouldKeepOwner } from '../../store/roles/owners.ts'
import type { RoleBinding } from '../../store/roles/role-bindings.ts'
import type { AccountRecord } from '../../store/service-accounts.ts'

/** The refusal of what would leave a namespace without an owner. */
export const lastOwner = problem(
  'last-owner',
  'no other owner would be left who is enabled and may reach this API; bind another first',
)

/**
 * The namespaces that must keep an owner without this account. Nobody can be locked out: `/`
 * always keeps an owner, and a tenant does unless `/` decides otherwise.
 */
export const ownedPlaces = (actor: Actor, { tenantId }: AccountRecord): readonly string[] =>
  ownsAt(actor, rootPath) ? [rootNamespaceId] : [rootNamespaceId, tenantId]

/** Whether a change of an account ends what it can do as an owner. */
export const endsOwning = ({ enabled, resourceServerIds = null }: AccountChange): boolean =>
  enabled === false || !isWithin({ resourceServerIds }, adminServerId)

type Bound = Pick<RoleBinding, 'roleId' | 'namespaceId' | 'namespacePath'>

/**
 * Whether a binding is of an owner who must stay. Tenants must not lock themselves out; an owner of
 * `/` may shut a tenant, but never the house.
 */
export const mustKeepOwner = (actor: Actor, { roleId, namespacePath: path }: Bound): boolean =>
  roleId === ownerRoleId &&
  (path === rootPath || (parentPath(path) === rootPath && !ownsAt(actor, rootPath)))

/** The namespaces that must keep an owner without these bindings. */
export const ownedBy = (actor: Actor, bindings: readonly Bound[]): readonly string[] =>
  bindings.filter((binding) => mustKeepOwner(actor, binding)).map(({ namespaceId }) => namespaceId)

/**
 * Refuses an actor that gives up a right of its own. The last owner of all always would: the reason
 * worth telling is that it is the last.
 */
export const refuseOwn = async (
  { db }: Context,
  lost: OwnerLoss['lost'],
  detail: string,
): Promise<Problem> =>
  (await wouldKeepOwner(db, { namespaceId: rootNamespaceId, lost }))
    ? problem('self-modification', detail)
    : lastOwner
