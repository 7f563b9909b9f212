import type { Context } from '../../context.ts'
import type { Move } from '../../core/moving.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { findGained, findUnapproved } from '../../store/tree/moved-gains.ts'
import { findBroken, findShadowed, wouldBeTooDeep } from '../../store/tree/moved-references.ts'

const refuseBroken = async (context: Context, move: Move): Promise<Problem | null> => {
  const broken = await findBroken(context.db, move, context.config.issuerUrl)
  if (broken.length === 0) return null
  return problem(
    'invalid-reference',
    'what lies in it refers to what could not be seen from there, or to its path; change that first',
    broken.map(({ collection, id, target }) => ({
      pointer: '/path',
      detail: `${collection} ${id} refers to ${target}`,
    })),
  )
}

const refuseShadowing = async ({ db }: Context, move: Move): Promise<Problem | null> => {
  const issuers = await findShadowed(db, move)
  if (issuers.length === 0) return null
  const errors = issuers.map((id) => ({ pointer: '/path', detail: `issuers ${id}` }))
  return problem('issuer-exists', 'its issuers are registered above that place already', errors)
}

const refuseDepth = async ({ db }: Context, move: Move): Promise<Problem | null> => {
  if (!(await wouldBeTooDeep(db, move))) return null
  const detail = 'something below it would lie more than 8 names deep'
  return problem('validation-failed', detail, [{ pointer: '/path', detail }])
}

const refuseGains = async ({ db }: Context, move: Move): Promise<Problem | null> => {
  const gained = await findGained(db, move)
  if (gained.length === 0) return null
  return problem(
    'invalid-reference',
    'what lies in it would begin to trust an issuer, or count for an account, of its new place; change that first',
    gained.map(({ collection, id, target }) => ({
      pointer: '/path',
      detail: `${collection} ${id} would come under ${target}`,
    })),
  )
}

const refuseUnapproved = async ({ db }: Context, move: Move): Promise<Problem | null> => {
  const unapproved = await findUnapproved(db, move)
  if (unapproved.length === 0) return null
  const detail = 'policies and issuers need the word of another owner there: disable them first'
  const errors = unapproved.map(({ collection, id }) => ({
    pointer: '/path',
    detail: `${collection} ${id}`,
  }))
  return problem('approval-required', detail, errors)
}

/** Whether all that lies in a namespace can go where it is moved: null, or the problem. */
export const refuseRules = async (context: Context, move: Move): Promise<Problem | null> =>
  (await refuseDepth(context, move)) ??
  (await refuseBroken(context, move)) ??
  (await refuseShadowing(context, move)) ??
  (await refuseGains(context, move)) ??
  (await refuseUnapproved(context, move))
