import { maxGroups, maxGroupsOfAccount } from '../../core/group.ts'
import { type Problem, problem } from '../../core/problem.ts'
import type { Step } from '../../core/state/diff.ts'
import type { Kind } from '../../core/state/entry.ts'
import { refKey } from '../../core/state/keys.ts'
import type { World } from '../../core/state/world.ts'
import { maxIssuers } from '../../store/issuers.ts'
import { maxPolicies } from '../../store/trust-policies.ts'
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
  return refuseTenant(ruling)
}
