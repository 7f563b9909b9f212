import { ownsAt } from '../../core/holding.ts'
import { isAtOrBelow, parentPath, rootPath } from '../../core/namespace.ts'
import { adminIdentifier } from '../../core/permission.ts'
import { type Problem, problem } from '../../core/problem.ts'
import type { Ref } from '../../core/state/entry.ts'
import { toRoleRef } from '../../core/state/export.ts'
import { refKey, roleKey } from '../../core/state/keys.ts'
import type { World } from '../../core/state/world.ts'
import type { Ruling } from './ruling.ts'

const ownerKey = roleKey(toRoleRef('owner'))

const canAct = ({ service_account: accounts }: World, ref: Ref): boolean => {
  const account = accounts.get(refKey(ref))?.entry
  const ceiling = account?.resource_servers ?? [adminIdentifier]
  return account?.enabled === true && ceiling.includes(adminIdentifier)
}

// Its own owners: those who are enabled and whose ceiling leaves this API in.
const hasOwner = (world: World, root: string): boolean =>
  [...world.role_binding.values()].some(({ entry: { role, namespace, principal } }) => {
    if (namespace !== root || roleKey(role) !== ownerKey) return false
    const members = world.group.get(refKey(principal))?.entry.members ?? []
    const who = principal.type === 'group' ? members : [principal]
    // A group's roles count for a member at its own home or below.
    return who.some((ref) => isAtOrBelow(root, ref.namespace) && canAct(world, ref))
  })

/**
 * Tenants must not lock themselves out; an owner of `/` may shut a tenant. A root account that owns
 * it counts as it does for single calls: no document ends what that has.
 */
export const refuseOwnerless = ({ actor, root, snapshot, difference }: Ruling): Problem | null =>
  parentPath(root) === rootPath &&
  !ownsAt(actor, rootPath) &&
  !snapshot.ownedByHouse &&
  hasOwner(snapshot.world, root) &&
  !hasOwner(difference.after, root)
    ? problem('last-owner', `this would leave ${root} without an owner who can act`)
    : null
