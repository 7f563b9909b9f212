import { type Context, nowSeconds } from '../../context.ts'
import { type Actor, ownsAt } from '../../core/holding.ts'
import { type Move, refuseMove } from '../../core/moving.ts'
import { parentPath } from '../../core/namespace.ts'
import { invalidReference, notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { findLimits } from '../../store/tree/moved-references.ts'
import { moveNamespace } from '../../store/tree/namespace-moves.ts'
import { findNamespaceByPath, type Namespace } from '../../store/tree/namespaces.ts'
import { refuseChange } from '../actor.ts'
import { changedMeanwhile, refuseUnlessOwner } from '../visible.ts'
import { refuseRules } from './move-rules.ts'
import { find, guarded } from './namespaces.ts'

// Both ends are the places that it leaves and comes to. It is taken from the one, as by deleting it,
// and whoever may do something in the other may do it here from then on.
const refuseEnds = (actor: Actor, { from, to }: Move): Problem | null => {
  const leaving = refuseChange(actor, guarded(from)) ?? refuseUnlessOwner(actor, parentPath(from))
  if (leaving) return leaving
  const above = parentPath(to)
  const coming = refuseChange(actor, guarded(above)) ?? refuseUnlessOwner(actor, above)
  // A place that the actor may not read is a reference into nowhere.
  return coming === notFound ? invalidReference('/path') : coming
}

// Limits are set from above, and nobody below may slip out of them.
const refuseLeaving = (actor: Actor, limits: readonly string[]): Problem | null => {
  const above = limits.map(parentPath).find((path) => !ownsAt(actor, path))
  return above === undefined ? null : refuseUnlessOwner(actor, above)
}

/** Moves a namespace to another place in its tenant, or gives it another name in its own. */
export const move = async (
  context: Context,
  actor: Actor,
  { id, path: to }: { readonly id: string; readonly path: string },
): Promise<Result<Namespace, Problem>> => {
  const found = await find(context, actor, id)
  if (!found.ok) return found
  const from = found.value.path
  const refused = refuseEnds(actor, { from, to }) ?? refuseMove({ from, to })
  if (refused) return err(refused)
  const [parent, taken, limits] = await Promise.all([
    findNamespaceByPath(context.db, parentPath(to)),
    findNamespaceByPath(context.db, to),
    findLimits(context.db, { from, to }),
  ])
  if (parent === undefined) return err(invalidReference('/path'))
  const nameTaken = problem('name-taken', `there is a namespace ${to} already`)
  const forbidden =
    refuseLeaving(actor, limits) ??
    (taken === undefined ? null : nameTaken) ??
    (await refuseRules(context, { from, to }))
  if (forbidden) return err(forbidden)
  const outcome = await moveNamespace(context.db, found.value, {
    from,
    to,
    parentId: parent.id,
    limits,
    issuerUrl: context.config.issuerUrl,
    now: nowSeconds(context),
  })
  if (outcome.kind === 'constraint') return err(nameTaken)
  if (outcome.kind === 'guard') return err(changedMeanwhile)
  return ok({ ...found.value, path: to, parentId: parent.id })
}
