import type { AccountConfig, ResourceServer } from './account-config.ts'
import { heldRoles } from './holding.ts'
import { isAtOrBelow, rootNamespaceId } from './namespace.ts'
import { err, ok, type Result } from './result.ts'
import { isWithin } from './service-account.ts'

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

/**
 * The permissions of one resource server that the account holds, and where. Bindings count at the
 * account's own namespace or below, never above it, and not where a namespace is suspended.
 */
export const holdingsOf = (config: AccountConfig, resourceServer: ResourceServer): Holdings => {
  const holdings = new Map<string, readonly string[]>()
  for (const binding of heldRoles(config)) {
    if (binding.resourceServerId !== resourceServer.id) continue
    for (const permission of binding.permissions) {
      if (!resourceServer.permissions.includes(permission)) continue
      const paths = addOutermost(holdings.get(permission) ?? [], binding.namespacePath)
      holdings.set(permission, paths)
    }
  }
  return holdings
}

const isTarget = (config: AccountConfig, server: ResourceServer): boolean => {
  const { account } = config
  const ownTenant = server.tenantId === account?.tenantId
  if (!ownTenant && server.tenantId !== rootNamespaceId) return false
  if (account !== null && !isWithin(account, server.id)) return false
  return holdingsOf(config, server).size > 0
}

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
