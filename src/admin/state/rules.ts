import { lineOf } from '../../core/namespace.ts'
import { invalidReference, type Problem, problem } from '../../core/problem.ts'
import type { Step } from '../../core/state/diff.ts'
import type { Entries, Kind } from '../../core/state/entry.ts'
import { fixedOf, roleKey, serverKey } from '../../core/state/keys.ts'
import type { World } from '../../core/state/world.ts'
import { refuseIdentifier } from '../identifier.ts'
import { refuseAlgorithms } from '../issuers/issuer-keys.ts'
import { urlTaken } from '../issuers/issuers.ts'
import { permissionInUse, serverInUse } from '../resource-server-changes.ts'
import { mayBindGroup } from '../roles/role-bindings.ts'
import { roleInUse } from '../roles/role-changes.ts'
import { refuseUnknownPermissions } from '../roles/roles.ts'
import { located } from './authority.ts'
import { refuseCrowds } from './crowds.ts'
import { refuseOwnerless } from './owner-rule.ts'
import type { Ruling } from './ruling.ts'

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
    return roles.length === 0 ? null : serverInUse
  }
  const lost = roles.some(({ permissions }) =>
    permissions.some((name) => !after.entry.permissions.includes(name)),
  )
  return lost ? permissionInUse : null
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
  return bound ? roleInUse : null
}

const ruleIssuer: Rule<'issuer'> = ({ difference }, { before, after }) => {
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
  return twin ? urlTaken : null
}

// One that is there already may be listed by whoever manages the tenant.
const ruleBinding: Rule<'role_binding'> = ({ actor }, { before, after }) => {
  if (before !== null || after === null) return null
  const { principal, namespace } = after.entry
  if (principal.type !== 'group' || mayBindGroup(actor, principal.namespace, namespace)) return null
  return invalidReference('/principal')
}

const rules: { readonly [K in Kind]?: Rule<K> } = {
  resource_server: ruleServer,
  role: ruleRole,
  issuer: ruleIssuer,
  role_binding: ruleBinding,
}

/** Whether the steps obey the rules of their own calls, in the world as it will be. */
export const refuseByRules = (ruling: Ruling): Problem | null => {
  for (const step of ruling.difference.steps) {
    const rule = rules[step.kind] as Rule<Kind> | undefined
    const refused = refuseFixed(step) ?? rule?.(ruling, step) ?? null
    if (refused !== null) return located(step, refused)
  }
  return refuseCrowds(ruling) ?? refuseOwnerless(ruling)
}
