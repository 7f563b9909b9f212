import type { Context } from '../../context.ts'
import { isAtOrBelow } from '../../core/namespace.ts'
import type { Problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { draftOf } from '../../core/shape/policy.ts'
import type { Difference } from '../../core/state/diff.ts'
import type { Entries } from '../../core/state/entry.ts'
import type { World } from '../../core/state/world.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import { judgeDraftOf } from '../policies/policy-draft.ts'
import { located } from './authority.ts'

/** What an author writes of a policy, as the code knows it. */
export const toPolicyDraft = (entry: Entries['trust_policy']): PolicyDraft =>
  draftOf(entry, entry.expires_at === null ? null : Date.parse(entry.expires_at) / 1000)

/** The warnings of the policies that are made or changed, by id. */
export type PolicyWarnings = ReadonlyMap<string, readonly string[]>

/** Finds the issuer of a URL that an account's namespace sees in a world. */
export type FindIssuer = (url: string, path: string) => Entries['issuer'] | undefined

/** Gathers the issuers of a world by their URLs. */
export const issuersIn = (world: World): FindIssuer => {
  const lists = new Map<string, Entries['issuer'][]>()
  for (const { entry } of world.issuer.values()) {
    const list = lists.get(entry.issuer) ?? []
    list.push(entry)
    lists.set(entry.issuer, list)
  }
  return (url, path) => lists.get(url)?.find(({ namespace }) => isAtOrBelow(path, namespace))
}

/** Judges the policies that a document makes or changes, by the issuers as they will be. */
export const judgePolicies = (
  context: Context,
  { steps, after }: Difference,
): Result<PolicyWarnings, Problem> => {
  const find = issuersIn(after)
  const warnings = new Map<string, readonly string[]>()
  for (const step of steps) {
    if (step.kind !== 'trust_policy' || step.action === 'delete') continue
    const { id, entry } = step.after
    const namespacePath = entry.service_account.namespace
    const issuer = find(entry.issuer, namespacePath)
    const judged = judgeDraftOf(context, { namespacePath, issuer }, toPolicyDraft(entry))
    if (!judged.ok) return err(located(step, judged.error))
    warnings.set(id, judged.value)
  }
  return ok(warnings)
}
