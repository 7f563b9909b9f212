import { type Actor, holdsAdmin } from '../../core/holding.ts'
import { isAtOrBelow, parentPath } from '../../core/namespace.ts'
import { type Problem, problem } from '../../core/problem.ts'

const suspended = (place: string): Problem =>
  problem('tenant-suspended', `${place} is suspended: nothing in it or below it can be changed`)

/** Whether a place is suspended, itself or by one above it: null, or the problem. */
export const refuseSuspended = (actor: Actor, path: string): Problem | null => {
  const place = actor.suspended.find((each) => isAtOrBelow(path, each))
  return place === undefined ? null : suspended(place)
}

/**
 * Guards what may be done to a suspended place all the same, so that the suspension can end: only by
 * a right from above all that is suspended there, wherever its holder lives.
 */
export const refuseFromWithin = (actor: Actor, path: string): Problem | null => {
  const place = actor.suspended.find(
    (each) => isAtOrBelow(path, each) && !holdsAdmin(actor, 'namespaces:write', parentPath(each)),
  )
  return place === undefined ? null : suspended(place)
}
