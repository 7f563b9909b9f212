import type { Context } from '../../context.ts'
import { type Actor, ownsAt } from '../../core/holding.ts'
import { isAtOrBelow, lineOf, parentPath, rootPath } from '../../core/namespace.ts'
import { adminIdentifier } from '../../core/permission.ts'
import { type Problem, problem } from '../../core/problem.ts'
import type { Difference, Step } from '../../core/state/diff.ts'
import type { Entries, Kind, Ref } from '../../core/state/entry.ts'
import { toRoleRef } from '../../core/state/export.ts'
import { fixedOf, refKey, roleKey, serverKey } from '../../core/state/keys.ts'
import type { World } from '../../core/state/world.ts'
import { maxIssuers } from '../../store/issuers.ts'
import { maxPolicies } from '../../store/trust-policies.ts'
import { refuseIdentifier } from '../identifier.ts'
import { refuseAlgorithms } from '../issuer-keys.ts'
import { refuseUnknownPermissions } from '../roles.ts'
import { located } from './authority.ts'
import type { Snapshot } from './read.ts'

/** What the rules look at. */
export interface Ruling {
  readonly context: Context
  readonly actor: Actor
  /** Where the document begins. */
  readonly root: string
  readonly snapshot: Snapshot
  readonly difference: Difference
}

type Rule<K extends Kind> = (ruling: Ruling, step: Step<K>) => Problem | null

const refuseFixed = ({ kind, changes }: Step): Problem | null => {
  const errors = fixedOf(kind)
    .filter((name) => Object.hasOwn(changes, name))
    .map((name) => ({ pointer: `/${name}`, detail: 'this stays as it was made' }))
  return errors.length === 0
    ? null
    : problem('validation-failed', 'a member differs that cannot be changed', errors)
}

const rolesOf = (world: World, identifier: string): readonly Entries['role'][] =>
  [...world.role.values()]
    .map(({ entry }) => entry)
    .filter((role) => role.resource_server === identifier)

const ruleServer: Rule<'resource_server'> = ({ context, difference }, { before, after }) => {
  if (before === null) return refuseIdentifier(after.entry.identifier, context)
  const roles = rolesOf(difference.after, before.entry.identifier)
  if (after === null) {
    return roles.length === 0 ? null : problem('in-use', 'roles are about this resource server')
  }
  const lost = roles.some(({ permissions }) =>
    permissions.some((name) => !after.entry.permissions.includes(name)),
  )
  return lost ? problem('in-use', 'a role has a permission left out here') : null
}

const ruleRole: Rule<'role'> = ({ difference }, { before, after }) => {
  if (after !== null) {
    const { resource_server: identifier, permissions } = after.entry
    const server = difference.after.resource_server.get(serverKey(identifier))
    return refuseUnknownPermissions(permissions, server?.entry.permissions ?? [])
  }
  const key = roleKey(before.entry)
  const bound = [...difference.after.role_binding.values()].some(
    ({ entry }) => roleKey(entry.role) === key,
  )
  return bound ? problem('in-use', 'the role is bound; unbind it first') : null
}

const ruleIssuer: Rule<'issuer'> = ({ snapshot, difference }, { before, after }) => {
  if (after === null) return null
  const unfit = refuseAlgorithms(after.entry.algorithms)
  if (unfit || before !== null) return unfit
  const { issuer, namespace } = after.entry
  const twin = [...difference.after.issuer.values()].some(
    ({ id, entry }) =>
      id !== after.id &&
      entry.issuer === issuer &&
      (lineOf(namespace).includes(entry.namespace) || lineOf(entry.namespace).includes(namespace)),
  )
  if (twin) {
    return problem(
      'issuer-exists',
      'this namespace, one above or one below has an issuer with this URL',
    )
  }
  const made = difference.steps.filter(
    ({ kind, action }) => kind === 'issuer' && action === 'create',
  )
  const gone = difference.steps.filter(
    ({ kind, action }) => kind === 'issuer' && action === 'delete',
  )
  return snapshot.issuerCount + made.length - gone.length > maxIssuers
    ? problem('quota-exceeded', `a tenant has at most ${maxIssuers} issuers`)
    : null
}

const rules: { readonly [K in Kind]?: Rule<K> } = {
  resource_server: ruleServer,
  role: ruleRole,
  issuer: ruleIssuer,
}

const tooMany = problem('quota-exceeded', `an account has at most ${maxPolicies} trust policies`)

// Counted where one is added: an account that has too many already may lose some.
const refuseCrowd = ({ steps, after }: Difference): Problem | null => {
  const counts = new Map<string, number>()
  for (const { entry } of after.trust_policy.values()) {
    const key = refKey(entry.service_account)
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  for (const step of steps) {
    if (step.kind !== 'trust_policy' || step.action !== 'create') continue
    const { service_account: account } = step.after.entry
    if ((counts.get(refKey(account)) ?? 0) > maxPolicies) return located(step, tooMany)
  }
  return null
}

const ownerKey = roleKey(toRoleRef('owner'))

const canAct = ({ service_account: accounts }: World, ref: Ref): boolean => {
  const account = accounts.get(refKey(ref))?.entry
  const ceiling = account?.resource_servers ?? [adminIdentifier]
  return account?.enabled === true && ceiling.includes(adminIdentifier)
}

// Its own owners, not the platform's: those who are enabled and whose ceiling leaves this API in.
const hasOwner = (world: World, root: string): boolean =>
  [...world.role_binding.values()].some(({ entry: { role, namespace, principal } }) => {
    if (namespace !== root || roleKey(role) !== ownerKey) return false
    const members = world.group.get(refKey(principal))?.entry.members ?? []
    const who = principal.type === 'group' ? members : [principal]
    // A group's roles count for a member at its own home or below.
    return who.some((ref) => isAtOrBelow(root, ref.namespace) && canAct(world, ref))
  })

// Tenants must not lock themselves out; an owner of `/` may shut a tenant.
const refuseOwnerless = ({ actor, root, snapshot, difference }: Ruling): Problem | null =>
  parentPath(root) === rootPath &&
  !ownsAt(actor, rootPath) &&
  hasOwner(snapshot.world, root) &&
  !hasOwner(difference.after, root)
    ? problem('last-owner', `this would leave ${root} without an owner who can act`)
    : null

/** Whether the steps obey the rules of their own calls, in the world as it will be. */
export const refuseByRules = (ruling: Ruling): Problem | null => {
  for (const step of ruling.difference.steps) {
    const rule = rules[step.kind] as Rule<Kind> | undefined
    const refused = refuseFixed(step) ?? rule?.(ruling, step) ?? null
    if (refused !== null) return located(step, refused)
  }
  return refuseCrowd(ruling.difference) ?? refuseOwnerless(ruling)
}
