import { isAtOrBelow } from '../../core/namespace.ts'
import type { Principal, Ref, RoleRef } from '../../core/state/entry.ts'
import { refKey, roleKey, serverKey } from '../../core/state/keys.ts'
import type { Item, World } from '../../core/state/world.ts'
import type { RolePowers } from '../roles/role-powers.ts'

/** A role at a place. */
export interface Bound {
  readonly role: Item<'role'>
  readonly path: string
}

/** Who has what in a world: looked up often, so it is gathered once. */
export interface Book {
  readonly world: World
  /** What an account or a group is bound to itself. */
  readonly boundTo: (type: Principal['type'], ref: Ref) => readonly Bound[]
  /** What an account has, through groups too, at its own namespace or below. */
  readonly heldBy: (account: Ref) => readonly Bound[]
  /** Where a role is bound, to whomever. */
  readonly pathsOf: (role: Item<'role'>) => readonly string[]
  readonly roleOf: (ref: RoleRef) => Item<'role'> | undefined
  /** What a role hands out. */
  readonly powersOf: (role: Item<'role'>) => RolePowers
  /** The same without permissions that its API does not have; nobody holds those, and rules refuse them. */
  readonly existingPowersOf: (role: Item<'role'>) => RolePowers
}

const collect = <T>(lists: Map<string, T[]>, key: string, value: T): void => {
  const list = lists.get(key) ?? []
  list.push(value)
  lists.set(key, list)
}

/** Gathers who has what. */
export const openBook = (world: World): Book => {
  const bindings = new Map<string, Bound[]>()
  const paths = new Map<string, string[]>()
  for (const { entry } of world.role_binding.values()) {
    const role = world.role.get(roleKey(entry.role))
    if (role === undefined) continue
    const { type } = entry.principal
    collect(bindings, type + refKey(entry.principal), { role, path: entry.namespace })
    collect(paths, roleKey(entry.role), entry.namespace)
  }
  const groups = new Map<string, Ref[]>()
  for (const { entry } of world.group.values()) {
    for (const member of entry.members) collect(groups, refKey(member), entry)
  }
  const boundTo: Book['boundTo'] = (type, ref) => bindings.get(type + refKey(ref)) ?? []
  const serverOf = ({ entry }: Item<'role'>) =>
    world.resource_server.get(serverKey(entry.resource_server))
  const powersOf: Book['powersOf'] = (role) => ({
    permissions: role.entry.permissions,
    resourceServerId: serverOf(role)?.id ?? '',
    serverPath: serverOf(role)?.entry.namespace ?? role.entry.namespace,
  })
  return {
    world,
    boundTo,
    heldBy: (account) => {
      const throughGroups = (groups.get(refKey(account)) ?? []).flatMap((group) =>
        boundTo('group', group),
      )
      return [...boundTo('service_account', account), ...throughGroups].filter(({ path }) =>
        isAtOrBelow(path, account.namespace),
      )
    },
    pathsOf: ({ entry }) => paths.get(roleKey(entry)) ?? [],
    roleOf: (ref) => world.role.get(roleKey(ref)),
    powersOf,
    existingPowersOf: (role) => {
      const { permissions, ...rest } = powersOf(role)
      const known = serverOf(role)?.entry.permissions ?? []
      return { ...rest, permissions: permissions.filter((name) => known.includes(name)) }
    },
  }
}
