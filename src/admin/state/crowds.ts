import { maxBindings } from '../../core/binding-limits.ts'
import { maxGroups, maxGroupsOfAccount } from '../../core/group.ts'
import { type Problem, problem } from '../../core/problem.ts'
import type { Step } from '../../core/state/diff.ts'
import type { Kind } from '../../core/state/entry.ts'
import { refKey } from '../../core/state/keys.ts'
import type { World } from '../../core/state/world.ts'
import { maxSteps } from '../../core/tree-limits.ts'
import { maxIssuers } from '../../store/issuers.ts'
import { maxPolicies } from '../../store/trust-policies.ts'
import { tooManyBindings } from '../roles/role-binding-draft.ts'
import { located } from './authority.ts'
import type { Ruling } from './ruling.ts'

const quota = (detail: string): Problem => problem('quota-exceeded', detail)

const countBy = (keys: Iterable<string>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

const policiesBy = ({ trust_policy: policies }: World) =>
  countBy([...policies.values()].map(({ entry }) => refKey(entry.service_account)))

const groupsBy = ({ group: groups }: World) =>
  countBy([...groups.values()].flatMap(({ entry }) => entry.members.map(refKey)))

const growth = (steps: readonly Step[], kind: Kind): number => {
  const count = (action: Step['action']) =>
    steps.filter((step) => step.kind === kind && step.action === action).length
  return count('create') - count('delete')
}

const refuseTenant = ({ snapshot, difference: { steps } }: Ruling): Problem | null => {
  const [issuers, groups] = [growth(steps, 'issuer'), growth(steps, 'group')]
  if (issuers > 0 && snapshot.issuerCount + issuers > maxIssuers) {
    return quota(`a tenant has at most ${maxIssuers} issuers`)
  }
  return groups > 0 && snapshot.groupCount + groups > maxGroups
    ? quota(`a tenant has at most ${maxGroups} groups`)
    : null
}

const bindingsBy = ({ role_binding: bindings }: World) =>
  countBy(
    [...bindings.values()].map(({ entry: { principal } }) => principal.type + refKey(principal)),
  )

// Those of other places, and of groups with those of their members, are counted as they are written.
const refuseBindings = ({ difference: { steps, after } }: Ruling): Problem | null => {
  const bindings = bindingsBy(after)
  const crowded = steps.find((step) => {
    if (step.kind !== 'role_binding' || step.action !== 'create') return false
    const { principal } = step.after.entry
    return (bindings.get(principal.type + refKey(principal)) ?? 0) > maxBindings
  })
  return crowded === undefined ? null : located(crowded, tooManyBindings)
}

/** Whether a document changes too much at once. */
export const refuseBulk = ({ steps }: Ruling['difference']): Problem | null =>
  steps.length <= maxSteps
    ? null
    : quota(
        `a document changes at most ${maxSteps} objects, and this one ${steps.length}; apply it in parts, each with some more of it`,
      )

/** Whether there would be too many of something. What is too many already may become fewer. */
export const refuseCrowds = (ruling: Ruling): Problem | null => {
  const { steps, after } = ruling.difference
  const [policies, groups] = [policiesBy(after), groupsBy(after)]
  for (const step of steps) {
    if (step.kind === 'trust_policy' && step.action === 'create') {
      const count = policies.get(refKey(step.after.entry.service_account)) ?? 0
      const tooMany = quota(`an account has at most ${maxPolicies} trust policies`)
      if (count > maxPolicies) return located(step, tooMany)
    }
    if (step.kind === 'group' && step.after !== null) {
      const crowded = step.after.entry.members.some(
        (member) => (groups.get(refKey(member)) ?? 0) > maxGroupsOfAccount,
      )
      const tooMany = quota(`an account is in at most ${maxGroupsOfAccount} groups`)
      if (crowded) return located(step, tooMany)
    }
  }
  return refuseBindings(ruling) ?? refuseTenant(ruling)
}
