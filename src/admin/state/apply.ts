import { type Context, nowSeconds } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, type Result } from '../../core/result.ts'
import { countSteps, tellStep, tellSteps } from '../../core/state/summary.ts'
import { newId } from '../../crypto/random.ts'
import { findIdentifiers } from '../../store/resource-servers.ts'
import { changeState, type StateOutcome } from '../../store/state/state-changes.ts'
import { keepKeys } from '../issuers/issuer-keys.ts'
import { tooManyBindings } from '../roles/role-binding-draft.ts'
import { tooManyNamespaces } from '../tree/namespaces.ts'
import { changedMeanwhile } from '../visible.ts'
import { toChanges } from './changes.ts'
import { type Plan, plan, type Request } from './plan.ts'
import { refuseWaiting } from './weighing.ts'

const unplanned = problem(
  'precondition-required',
  'plan it with dry_run=true first, and send If-Match with the ETag of the plan',
)

const stale = problem(
  'precondition-failed',
  'this is not the plan of this document for what there is now; plan it again',
)

const taken = 'another resource server has this identifier'

const identifierTaken = async ({ db }: Context, { difference }: Plan): Promise<Problem> => {
  const made = difference.steps.flatMap((step) =>
    step.kind === 'resource_server' && step.action === 'create'
      ? [{ pointer: `${step.pointer}/identifier`, identifier: step.after.entry.identifier }]
      : [],
  )
  const known = await findIdentifiers(
    db,
    made.map(({ identifier }) => identifier),
  )
  return problem(
    'identifier-taken',
    'another resource server has the identifier of one that the document makes',
    made
      .filter(({ identifier }) => known.includes(identifier))
      .map(({ pointer }) => ({ pointer, detail: taken })),
  )
}

const tell = ({ difference, weights }: Plan) =>
  tellSteps(
    difference.steps.map((step) => {
      const { acceptsNow = [], acceptsNoLonger = [] } = weights.get(step) ?? {}
      const told = {
        ...tellStep(step),
        accepts_now: acceptsNow,
        accepts_no_longer: acceptsNoLonger,
      }
      return acceptsNow.length + acceptsNoLonger.length === 0 ? tellStep(step) : told
    }),
  )

const write = (context: Context, planned: Plan) => {
  const { namespace, snapshot, difference, warnings } = planned
  const ids = {
    tenantId: namespace.tenantId,
    nowMs: context.nowMs,
    newClientId: () => newId('cli', context.nowMs),
    after: difference.after,
  }
  return changeState(context.db, namespace, {
    changes: toChanges({ steps: difference.steps, warnings, ids }),
    versions: snapshot.versions,
    details: { counts: countSteps(difference), ...tell(planned) },
    now: nowSeconds(context),
  })
}

const refuseUnplanned = (
  { tag, difference, weights }: Plan,
  ifMatch: string | null,
): Problem | null => {
  if (ifMatch === null || ifMatch === '*') return unplanned
  return ifMatch === `"${tag}"` ? refuseWaiting(difference.steps, weights) : stale
}

const problemOf = async (
  context: Context,
  planned: Plan,
  outcome: Exclude<StateOutcome, { readonly kind: 'done' | 'guard' }>,
): Promise<Problem> => {
  if (outcome.kind === 'crowded') {
    return outcome.what === 'bindings' ? tooManyBindings : tooManyNamespaces
  }
  const ofIdentifier = outcome.text.includes('identifier')
  return ofIdentifier ? identifierTaken(context, planned) : changedMeanwhile
}

const maxAttempts = 5

/**
 * Makes a subtree what a document says, all of it or nothing: as it was planned, and only while what
 * it was planned for is still as it was.
 */
export const apply = async (
  context: Context,
  actor: Actor,
  { ifMatch, ...request }: Request & { readonly ifMatch: string | null },
): Promise<Result<Plan, Problem>> => {
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const planned = await plan(context, actor, request)
    if (!planned.ok) return planned
    const refused = refuseUnplanned(planned.value, ifMatch)
    if (refused) return err(refused)
    if (planned.value.difference.steps.length === 0) return planned
    const outcome = await write(context, planned.value)
    if (outcome.kind === 'done') {
      for (const { issuer, keys } of planned.value.fetched) keepKeys(context, issuer, keys)
      return planned
    }
    if (outcome.kind !== 'guard') return err(await problemOf(context, planned.value, outcome))
    // Something else in the tenant was changed. If it was nothing of this, the plan still stands.
  }
  return err(stale)
}
