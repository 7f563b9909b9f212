import type { AccountBinding, AccountConfig } from './account-config.ts'
import { isAtOrBelow, tenantPath } from './namespace.ts'
import {
  type AdminPermission,
  adminPermissions,
  adminServerId,
  deployerRoleId,
  ownerRoleId,
} from './permission.ts'
import { isWithin, type ServiceAccount } from './service-account.ts'

/** One role that an actor has somewhere: its permissions there and below. */
export interface HeldRole {
  readonly roleId: string
  readonly resourceServerId: string
  readonly namespacePath: string
  readonly permissions: readonly string[]
}

/** Who is managing right now. */
export interface Actor {
  readonly account: ServiceAccount
  readonly roles: readonly HeldRole[]
  /** The ids of the bindings that give them. */
  readonly bindings: readonly string[]
  /** A ceiling over what the roles give, from the token. */
  readonly scope: ReadonlySet<string>
  /** Namespaces where nothing can be changed now, each with all below it. */
  readonly suspended: readonly string[]
}

/** A permission of an API, somewhere in the tree. */
export interface Power {
  readonly permission: string
  readonly resourceServerId: string
  /** The namespace of the resource server, which says whose it is. */
  readonly serverPath: string
  readonly path: string
}

/** An account with what is bound to it: the part of a configuration that says what it holds. */
export interface Holder<Binding extends AccountBinding = AccountBinding> {
  readonly account: ServiceAccount | null
  readonly bindings: readonly Binding[]
}

/**
 * The roles that an account has, at its own namespace or below. Those in suspended namespaces give
 * nothing now, and are handed out all the same: the suspension will end.
 */
export const boundRoles = <Binding extends AccountBinding>({
  account,
  bindings,
}: Holder<Binding>): readonly Binding[] => {
  if (account === null) return []
  return bindings.filter(({ namespacePath }) => isAtOrBelow(namespacePath, account.namespacePath))
}

/** The roles of an account that count now. */
export const heldRoles = <Binding extends AccountBinding>(
  holder: Holder<Binding>,
): readonly Binding[] => boundRoles(holder).filter(({ enabled }) => enabled)

/**
 * An account that proved itself as a client. No token narrows what it may do, so its own ceiling does:
 * it acts on what it could have got a token for.
 */
export const clientActor = (account: ServiceAccount, config: AccountConfig): Actor => {
  const roles = heldRoles(config).filter((role) => isWithin(account, role.resourceServerId))
  // Its roles are those that count now: what is suspended is out of its reach.
  const bindings = roles.map(({ id }) => id)
  return { account, roles, bindings, scope: new Set(adminPermissions), suspended: [] }
}

const givesAt = (role: HeldRole, permission: string, path: string): boolean =>
  role.permissions.includes(permission) && isAtOrBelow(path, role.namespacePath)

/** Whether the actor's roles give it an admin permission at a path; its scope does not count here. */
export const holdsAdmin = (actor: Actor, permission: AdminPermission, path: string): boolean =>
  actor.roles.some(
    (role) => role.resourceServerId === adminServerId && givesAt(role, permission, path),
  )

/** The namespaces in which (and below) the actor has an admin permission, within its scope. */
export const placesOf = (actor: Actor, permission: AdminPermission): readonly string[] =>
  actor.scope.has(permission)
    ? actor.roles
        .filter((role) => role.resourceServerId === adminServerId)
        .filter((role) => role.permissions.includes(permission))
        .map((role) => role.namespacePath)
    : []

/** Whether the actor owns a namespace: has `owner` bound there or above. */
export const ownsAt = (actor: Actor, path: string): boolean =>
  actor.roles.some((role) => role.roleId === ownerRoleId && isAtOrBelow(path, role.namespacePath))

/**
 * The namespace of whose APIs, its own and those below, a role implies every permission but those of
 * the admin API: for handing them out, never in a token. Null: it implies nothing.
 */
export const impliedServersOf = ({
  roleId,
  namespacePath,
}: Pick<HeldRole, 'roleId' | 'namespacePath'>): string | null =>
  roleId === ownerRoleId || roleId === deployerRoleId ? tenantPath(namespacePath) : null

const impliedBy = (role: HeldRole, { resourceServerId, serverPath, path }: Power): boolean => {
  const servers = impliedServersOf(role)
  if (servers === null || !isAtOrBelow(path, role.namespacePath)) return false
  return resourceServerId !== adminServerId && isAtOrBelow(serverPath, servers)
}

// The built-in roles imply more than they list, so whoever hands them out must have one that implies
// as much: a custom role that lists the same permissions is not enough.
const impliers: ReadonlyMap<string, readonly string[]> = new Map([
  [ownerRoleId, [ownerRoleId]],
  [deployerRoleId, [ownerRoleId, deployerRoleId]],
])

/** Whether the actor has all that a role implies at a path beyond what it lists. */
export const holdsImplied = (actor: Actor, roleId: string, path: string): boolean => {
  const enough = impliers.get(roleId)
  return (
    enough === undefined ||
    actor.roles.some(
      (role) => enough.includes(role.roleId) && isAtOrBelow(path, role.namespacePath),
    )
  )
}

/** Whether the actor holds a permission, and so may hand it out (semantics, section 2). */
export const holds = (actor: Actor, power: Power): boolean =>
  actor.roles.some(
    (role) =>
      impliedBy(role, power) ||
      (role.resourceServerId === power.resourceServerId &&
        givesAt(role, power.permission, power.path)),
  )
