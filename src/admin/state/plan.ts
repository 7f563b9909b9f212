import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { compareWorlds, type Difference, type Step } from '../../core/state/diff.ts'
import type { StateDraft } from '../../core/state/document.ts'
import type { Kind } from '../../core/state/entry.ts'
import { wantedOf } from '../../core/state/wanted.ts'
import { digest } from '../../crypto/digest.ts'
import { type IdPrefix, newId } from '../../crypto/random.ts'
import type { Namespace } from '../../store/tree/namespaces.ts'
import { actorNow } from './actor-now.ts'
import { refuseSteps } from './authority.ts'
import { openBook } from './book.ts'
import { refuseBulk } from './crowds.ts'
import { checkIssuers, type FetchedIssuers } from './issuer-keys.ts'
import { completeIssuers } from './issuers.ts'
import { judgePolicies, type PolicyWarnings } from './policies.ts'
import { readSnapshot, type Snapshot } from './read.ts'
import { refusePlaces, refuseReferences } from './references.ts'
import { refuseByRules } from './rules.ts'
import { findSubtree } from './subtree.ts'
import { type Weight, weigher } from './weighing.ts'

/** Which document is meant for which namespace, and how. */
export interface Request {
  readonly id: string
  readonly document: StateDraft
  /** Whether what the document leaves out is to go. */
  readonly prune: boolean
}

/** What applying a document would do. */
export interface Plan {
  readonly namespace: Namespace
  readonly snapshot: Snapshot
  readonly difference: Difference
  readonly warnings: PolicyWarnings
  /** What each step changes in what is accepted. */
  readonly weights: ReadonlyMap<Step, Weight>
  readonly fetched: FetchedIssuers
  /** Names the document and all that it was compared with. */
  readonly tag: string
}

const prefixes: { readonly [K in Kind]: IdPrefix } = {
  namespace: 'ns',
  resource_server: 'rs',
  role: 'role',
  group: 'grp',
  issuer: 'iss',
  service_account: 'sa',
  trust_policy: 'tp',
  role_binding: 'rb',
}

const twice = 'the document names an object twice'

const compare = (
  { nowMs }: Context,
  snapshot: Snapshot,
  {
    document,
    prune,
    path,
  }: Pick<Request, 'prune'> & {
    readonly path: string
    readonly document: Parameters<typeof wantedOf>[0]
  },
): Result<Difference & { readonly unfit: Problem | null }, Problem> => {
  if (document.namespace !== path) {
    const detail = `expected ${path}, which this document is applied to`
    return err(problem('validation-failed', detail, [{ pointer: '/namespace', detail }]))
  }
  const wanted = wantedOf(document)
  if (!wanted.ok) return err(problem('validation-failed', twice, wanted.error))
  const misplaced = refusePlaces(wanted.value, path)
  if (misplaced) return err(misplaced)
  const makeId = (kind: Kind) => newId(prefixes[kind], nowMs)
  const difference = compareWorlds(snapshot.world, wanted.value, { prune, makeId })
  const unfit = refuseReferences(wanted.value, difference.after)
  return ok({ ...difference, unfit })
}

const tagOf = (request: Request, { world }: Snapshot): Promise<string> =>
  digest(
    'plan',
    JSON.stringify(request),
    JSON.stringify(Object.values(world).map((items) => [...items.values()])),
  )

/** Says what applying a document would do, or why it cannot be: authority first, then rules. */
export const plan = async (
  context: Context,
  actor: Actor,
  request: Request,
): Promise<Result<Plan, Problem>> => {
  const found = await findSubtree(context, actor, request.id)
  if (!found.ok) return found
  const { path } = found.value
  const complete = completeIssuers(context, request.document)
  if (!complete.ok) return complete
  const snapshot = await readSnapshot(context, found.value)
  const compared = compare(context, snapshot, { ...request, document: complete.value, path })
  if (!compared.ok) return compared
  const { unfit, ...difference } = compared.value
  const bulky = refuseBulk(difference)
  if (bulky) return err(bulky)
  const now = await actorNow(context, actor, snapshot.world)
  const ownGroups = new Set(snapshot.groupsOf(actor.account.id))
  const judging = {
    actor: now,
    ownGroups,
    before: openBook(snapshot.world),
    after: openBook(difference.after),
  }
  const refused =
    refuseSteps(judging, difference.steps) ??
    unfit ??
    refuseByRules({ context, actor: now, root: path, snapshot, difference })
  if (refused) return err(refused)
  const warnings = judgePolicies(context, difference)
  if (!warnings.ok) return warnings
  const fetched = await checkIssuers(context, difference.steps)
  if (!fetched.ok) return fetched
  const weigh = weigher(context, { actor: now, before: snapshot.world }, difference)
  return ok({
    namespace: found.value,
    weights: new Map(difference.steps.map((step) => [step, weigh(step)])),
    snapshot,
    difference,
    warnings: warnings.value,
    fetched: fetched.value,
    tag: await tagOf(request, snapshot),
  })
}
