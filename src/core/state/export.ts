import { rootPath } from '../namespace.ts'
import { adminIdentifier, builtInRoles } from '../permission.ts'
import { inKeyOrder } from './canonical.ts'
import type { AccountEntry, BindingEntry, PolicyEntry, StateDocument } from './document.ts'
import type { Entries, Kind, RoleRef } from './entry.ts'
import { refKey } from './keys.ts'
import type { World } from './world.ts'

/** The role that a binding names, built-in or not. */
export const toRoleRef = (role: RoleRef | string): RoleRef =>
  typeof role === 'string'
    ? { namespace: rootPath, name: role, resource_server: adminIdentifier }
    : role

const isBuiltIn = ({ namespace, name, resource_server: identifier }: RoleRef): boolean =>
  namespace === rootPath &&
  identifier === adminIdentifier &&
  builtInRoles.some((role) => role.name === name)

const insideOf = <K extends Kind>(world: World, kind: K): readonly Entries[K][] => {
  const items: World[K] = world[kind]
  return inKeyOrder(
    kind,
    [...items.values()].filter(({ inside }) => inside).map(({ entry }) => entry as Entries[K]),
  )
}

// Not sorted: the oldest is tried first, and an account made from the document tries them alike.
const policiesOf = (world: World): ReadonlyMap<string, readonly PolicyEntry[]> => {
  const lists = new Map<string, PolicyEntry[]>()
  for (const { entry } of world.trust_policy.values()) {
    const { service_account: account, ...policy } = entry
    const list = lists.get(refKey(account)) ?? []
    list.push(policy)
    lists.set(refKey(account), list)
  }
  return lists
}

/** Writes a subtree down: the same state gives the same document, byte for byte. */
export const documentOf = (world: World, namespace: string): StateDocument => {
  const policies = policiesOf(world)
  return {
    format: 1,
    namespace,
    namespaces: insideOf(world, 'namespace'),
    resource_servers: insideOf(world, 'resource_server'),
    roles: insideOf(world, 'role'),
    groups: insideOf(world, 'group'),
    issuers: insideOf(world, 'issuer'),
    service_accounts: insideOf(world, 'service_account').map(
      (account): AccountEntry => ({
        ...account,
        trust_policies: policies.get(refKey(account)) ?? [],
      }),
    ),
    role_bindings: insideOf(world, 'role_binding').map(
      ({ role, ...binding }): BindingEntry => ({
        role: isBuiltIn(role) ? role.name : role,
        ...binding,
      }),
    ),
  }
}
