import { isAtOrBelow, isNamespacePath, parentPath } from '../../core/namespace.ts'
import { invalidReference, type Problem, problem } from '../../core/problem.ts'
import { type Entries, type Kind, kinds } from '../../core/state/entry.ts'
import { pathKey, placeOfEntry, refKey, roleKey, serverKey } from '../../core/state/keys.ts'
import type { Wanted, WantedWorld, World } from '../../core/state/world.ts'
import { at } from '../accounts/account-parts.ts'

const misplaced = (kind: Kind, detail: string): Problem =>
  problem('validation-failed', 'the document is not as expected', [
    { pointer: kind === 'namespace' ? '/path' : '/namespace', detail },
  ])

const atPath = (detail: string): Problem =>
  problem('validation-failed', 'the path is no namespace path', [{ pointer: '/path', detail }])

type Check<K extends Kind> = (entry: Entries[K], after: World) => Problem | null

const checkNamespace: Check<'namespace'> = ({ path }, after) => {
  if (!isNamespacePath(path)) {
    return atPath('expected 1 to 8 names [a-z0-9][a-z0-9-]{0,62} after slashes')
  }
  return after.namespace.has(pathKey(parentPath(path))) ? null : invalidReference('/path')
}

const sees = (after: World, from: string, identifier: string): boolean => {
  const server = after.resource_server.get(serverKey(identifier))
  return server !== undefined && isAtOrBelow(from, server.entry.namespace)
}

const checkRole: Check<'role'> = ({ namespace, resource_server: identifier }, after) =>
  sees(after, namespace, identifier) ? null : invalidReference('/resource_server')

// Members live where their group lies, or below.
const checkGroup: Check<'group'> = ({ namespace, members }, after) => {
  const missing = members.findIndex(
    (member) =>
      !after.service_account.has(refKey(member)) || !isAtOrBelow(member.namespace, namespace),
  )
  return missing < 0 ? null : invalidReference(`/members/${missing}`)
}

const checkAccount: Check<'service_account'> = (
  { namespace, resource_servers: ceiling },
  after,
) => {
  const missing = (ceiling ?? []).findIndex((identifier) => !sees(after, namespace, identifier))
  return missing < 0 ? null : invalidReference(`/resource_servers/${missing}`)
}

const here = 'a role is bound at the namespace of the account, or below it'

const checkBinding: Check<'role_binding'> = ({ role: ref, namespace, principal }, after) => {
  const role = after.role.get(roleKey(ref))
  if (role === undefined || !isAtOrBelow(namespace, role.entry.namespace)) {
    return invalidReference('/role')
  }
  if (!after[principal.type].has(refKey(principal))) return invalidReference('/principal')
  // An account's roles lie at its home or below; a group is seen from its own namespace or below.
  return isAtOrBelow(namespace, principal.namespace)
    ? null
    : problem('invalid-reference', here, [{ pointer: '/namespace', detail: here }])
}

const checks: { readonly [K in Kind]?: Check<K> } = {
  namespace: checkNamespace,
  role: checkRole,
  group: checkGroup,
  service_account: checkAccount,
  role_binding: checkBinding,
}

const refusePlace = <K extends Kind>(kind: K, entry: Entries[K], root: string): Problem | null => {
  const place = placeOfEntry(kind, entry)
  if (!isAtOrBelow(place, root)) return misplaced(kind, `expected ${root} or a path below it`)
  return kind === 'namespace' && place === root
    ? atPath('this namespace is where the document begins')
    : null
}

const firstProblem = (
  wanted: WantedWorld,
  check: (kind: Kind, entry: Entries[Kind]) => Problem | null,
): Problem | null => {
  for (const kind of kinds) {
    for (const { entry, pointer } of wanted[kind].items.values() as Iterable<Wanted>) {
      const refused = check(kind, entry)
      if (refused !== null) return at(pointer, refused)
    }
  }
  return null
}

/** Whether all that a document lists lies in its subtree. */
export const refusePlaces = (wanted: WantedWorld, root: string): Problem | null =>
  firstProblem(wanted, (kind, entry) => refusePlace(kind, entry, root))

/**
 * Whether all that a document lists refers to what will be there and can be seen from there. What is
 * foreign and what does not exist are refused alike.
 */
export const refuseReferences = (wanted: WantedWorld, after: World): Problem | null =>
  firstProblem(wanted, (kind, entry) => {
    const place = placeOfEntry(kind, entry)
    if (kind !== 'namespace' && !after.namespace.has(pathKey(place))) {
      return invalidReference('/namespace')
    }
    const check = checks[kind] as Check<Kind> | undefined
    return check?.(entry, after) ?? null
  })
