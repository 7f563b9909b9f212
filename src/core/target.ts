import type { AccountBinding, AccountConfig, ResourceServer } from './account-config.ts'
import { type Holder, heldRoles } from './holding.ts'
import { isAtOrBelow, rootNamespaceId } from './namespace.ts'
import { err, ok, type Result } from './result.ts'
import { isWithin, type ServiceAccount } from './service-account.ts'

/** What a caller asks for; null where it leaves the choice to us. */
export interface Wanted {
  readonly resource: string | null
  readonly audience: string | null
  readonly scope: readonly string[] | null
}

/** Permission → namespaces where it holds, none of them below another. */
export type Holdings = ReadonlyMap<string, readonly string[]>

const addOutermost = (paths: readonly string[], path: string): readonly string[] => {
  if (paths.some((held) => isAtOrBelow(path, held))) return paths
  return [...paths.filter((held) => !isAtOrBelow(held, path)), path]
}

/** The permissions of a resource server that a binding gives. */
export const permissionsOf = (
  { resourceServerId, permissions }: AccountBinding,
  server: ResourceServer,
): readonly string[] =>
  resourceServerId === server.id
    ? permissions.filter((permission) => server.permissions.includes(permission))
    : []

/**
 * The permissions of one resource server that the account holds, and where. Bindings count at the
 * account's own namespace or below, never above it, and not where a namespace is suspended.
 */
export const holdingsOf = (holder: Holder, resourceServer: ResourceServer): Holdings => {
  const holdings = new Map<string, readonly string[]>()
  for (const binding of heldRoles(holder)) {
    for (const permission of permissionsOf(binding, resourceServer)) {
      const paths = addOutermost(holdings.get(permission) ?? [], binding.namespacePath)
      holdings.set(permission, paths)
    }
  }
  return holdings
}

/** Why no token of an account can be for a resource server. */
export type Bar = 'other_tenant' | 'outside_ceiling'

/** What keeps an account from tokens for a resource server, whatever its roles: null, or why. */
export const barredFrom = (
  account: Pick<ServiceAccount, 'tenantId' | 'resourceServerIds'>,
  server: ResourceServer,
): Bar | null => {
  const ownTenant = server.tenantId === account.tenantId
  if (!ownTenant && server.tenantId !== rootNamespaceId) return 'other_tenant'
  return isWithin(account, server.id) ? null : 'outside_ceiling'
}

const isTarget = (config: AccountConfig, server: ResourceServer): boolean =>
  config.account !== null &&
  barredFrom(config.account, server) === null &&
  holdingsOf(config, server).size > 0

/**
 * The resource server that a token will be for (RFC 8707): the one named, or the account's only one.
 * Unknown, foreign, above the ceiling and without permission are refused alike.
 */
export const chooseTarget = (
  config: AccountConfig,
  { resource, audience }: Pick<Wanted, 'resource' | 'audience'>,
): Result<ResourceServer, 'invalid_target'> => {
  const named = resource ?? audience
  if (resource !== null && audience !== null && resource !== audience) return err('invalid_target')
  const targets = config.resourceServers.filter(
    (server) => (named === null || server.identifier === named) && isTarget(config, server),
  )
  const [target, another] = targets
  return target === undefined || another !== undefined ? err('invalid_target') : ok(target)
}

/** The one API that a named token is for, while the account may have tokens for it at all. */
export const ownTarget = (
  config: AccountConfig,
  resourceServerId: string,
  wanted: Pick<Wanted, 'resource' | 'audience'>,
): Result<ResourceServer, 'invalid_target'> => {
  const own = config.resourceServers.filter(({ id }) => id === resourceServerId)
  return chooseTarget({ ...config, resourceServers: own }, wanted)
}

/**
 * The part of the holdings that a token will carry: what was asked for, or everything, within the
 * policy's scope. Asking for more than is held, or being left with nothing, is `invalid_scope`.
 */
export const grantScope = (
  holdings: Holdings,
  requested: readonly string[] | null,
  policyScope: readonly string[] | null,
): Result<Holdings, 'invalid_scope'> => {
  const allowed = [...holdings.keys()].filter(
    (permission) => policyScope === null || policyScope.includes(permission),
  )
  if (requested?.some((permission) => !allowed.includes(permission))) return err('invalid_scope')
  const granted = allowed.filter((permission) => requested?.includes(permission) ?? true)
  if (granted.length === 0) return err('invalid_scope')
  return ok(new Map(granted.toSorted().map((name) => [name, holdings.get(name) ?? []])))
}
