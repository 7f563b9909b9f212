import { type Context, nowSeconds } from '../../context.ts'
import { type Actor, ownsAt } from '../../core/holding.ts'
import { timeOfId } from '../../core/id-time.ts'
import { lineOf, parentPath } from '../../core/namespace.ts'
import { type Problem, problem } from '../../core/problem.ts'
import type { Difference, Step } from '../../core/state/diff.ts'
import { pathKey, refKey } from '../../core/state/keys.ts'
import type { Item, World } from '../../core/state/world.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import { comparePolicies, type Side, sharedPurse } from '../../core/widening/compare.ts'
import { issuerWords } from '../../core/widening/issuer.ts'
import { type Changes, sideUnder, withUnveiled } from '../policies/policy-weighing.ts'
import { located } from './authority.ts'
import { toIssuer } from './issuer-keys.ts'
import { type FindIssuer, issuersIn, toPolicyDraft } from './policies.ts'

/** What a step changes in what is accepted, in words, and whether another owner must agree. */
export interface Weight extends Changes {
  readonly needsApproval: boolean
}

type Weigh = (step: Step) => Weight

const nothing: Weight = { acceptsNow: [], acceptsNoLonger: [], needsApproval: false }

// A document can neither lift a demand and use that, nor make one and be the last to escape it.
const isDemanded = (worlds: readonly World[], path: string): boolean =>
  worlds.some((world) =>
    lineOf(path).some((at) => world.namespace.get(pathKey(at))?.entry.widening_needs_approval),
  )

const liftsDemand = (actor: Actor, step: Step): boolean =>
  step.kind === 'namespace' &&
  step.action === 'update' &&
  step.changes.widening_needs_approval?.[1] === false &&
  !ownsAt(actor, parentPath(step.after.entry.path))

// Whoever chooses keys becomes every account with a policy on them.
const weighIssuer = (
  { presets }: Context,
  worlds: readonly World[],
  { before, after }: Step<'issuer'>,
): Weight => {
  if (after === null) return nothing
  const preset = presets.get(after.entry.preset ?? '') ?? null
  const acceptsNow = issuerWords(before && toIssuer(before), toIssuer(after), preset)
  const widens = acceptsNow.length > 0
  const needsApproval = widens && isDemanded(worlds, after.entry.namespace)
  return { acceptsNow, acceptsNoLonger: [], needsApproval }
}

// Of those made in the same millisecond any may come first.
const rivals = (after: World, { before }: Step<'trust_policy'>): readonly PolicyDraft[] => {
  if (before === null) return []
  const account = refKey(before.entry.service_account)
  return [...after.trust_policy.values()]
    .filter(({ id, entry }) => id !== before.id && refKey(entry.service_account) === account)
    .filter(({ id }) => timeOfId(id) >= timeOfId(before.id))
    .map(({ entry }) => toPolicyDraft(entry))
}

/** Weighs steps as their own calls do: what a policy accepts after it that it did not before. */
export const weigher = (
  context: Context,
  { actor, before }: { readonly actor: Actor; readonly before: World },
  { after }: Difference,
): Weigh => {
  const now = nowSeconds(context)
  const worlds = [before, after]
  const purse = sharedPurse()
  const side = (find: FindIssuer, item: Item<'trust_policy'> | null): Side | null => {
    if (item === null) return null
    const policy = toPolicyDraft(item.entry)
    return sideUnder(context, find(policy.issuer, item.entry.service_account.namespace), policy)
  }
  const [old, fresh] = [issuersIn(before), issuersIn(after)]
  return (step) => {
    if (liftsDemand(actor, step)) return { ...nothing, needsApproval: true }
    if (step.kind === 'issuer') return weighIssuer(context, worlds, step)
    if (step.kind !== 'trust_policy') return nothing
    const sides = { before: side(old, step.before), after: side(fresh, step.after) }
    const compared = { ...comparePolicies({ ...sides, now, purse }), now }
    const words = withUnveiled(sides.before, rivals(after, step), compared)
    const { namespace } = (step.after ?? step.before).entry.service_account
    const widens = words.acceptsNow.length > 0
    return { ...words, needsApproval: widens && isDemanded(worlds, namespace) }
  }
}

const approvalRequired = problem(
  'approval-required',
  'another owner must agree to this: send it by its own call, where it waits for that, and plan again',
)

/** Refuses what another owner must agree to: a document is applied at once or not at all. */
export const refuseWaiting = (
  steps: readonly Step[],
  weights: ReadonlyMap<Step, Weight>,
): Problem | null => {
  const waiting = steps.find((step) => weights.get(step)?.needsApproval)
  return waiting === undefined ? null : located(waiting, approvalRequired)
}
