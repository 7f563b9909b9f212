import type { Context } from '../../context.ts'
import type { PendingChange } from '../../core/pending-change.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { findIssuer } from '../../store/issuers.ts'
import { findPolicy } from '../../store/trust-policies.ts'

const remedy = 'so nobody can approve this any more: reject it, and have it asked for again'

/**
 * Why a change cannot be approved any more, whoever reads it again: what it was to replace is another
 * by now, or gone. Null where that is still as it was.
 */
export const findOutdated = async (
  { db }: Context,
  { action, serviceAccountId, targetId, targetVersion }: PendingChange,
): Promise<Problem | null> => {
  if (targetId === null || targetVersion === null) return null
  const target = action.startsWith('trust-policies.')
    ? await findPolicy(db, { id: targetId, serviceAccountId: serviceAccountId ?? '' })
    : await findIssuer(db, targetId)
  if (target?.version === targetVersion) return null
  const told =
    target === undefined
      ? 'what it would change was deleted since it was asked for'
      : `what it would change was changed since it was asked for (version ${targetVersion} then, ${target.version} now)`
  return problem('precondition-failed', `${told}, ${remedy}`)
}
