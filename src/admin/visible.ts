import { type Actor, ownsAt } from '../core/holding.ts'
import { invalidReference, notFound, type Problem, problem } from '../core/problem.ts'
import type { Outcome } from '../store/mutate.ts'
import { type Guarded, mayReadVisible, refuseUnless } from './actor.ts'

// The scope is a ceiling on what is done, and does not decide what exists.
const mayKnow = (actor: Actor, { path, read }: Guarded): boolean =>
  mayReadVisible({ ...actor, scope: new Set([read]) }, read, path)

/** Guards a change of an object that is visible below its namespace, and so readable from there. */
export const refuseVisibleChange = (actor: Actor, guarded: Guarded): Problem | null =>
  mayKnow(actor, guarded) ? refuseUnless(actor, guarded.write, guarded.path) : notFound

/** Guards making an object in a namespace; one that the actor may not know of is no reference. */
export const refuseMaking = (
  actor: Actor,
  guarded: Guarded,
  pointer = '/namespace',
): Problem | null =>
  mayKnow(actor, guarded)
    ? refuseUnless(actor, guarded.write, guarded.path)
    : invalidReference(pointer)

/** Guards what only an owner may change: keys of issuers, and names that tokens are issued for. */
export const refuseUnlessOwner = (actor: Actor, path: string): Problem | null =>
  ownsAt(actor, path)
    ? null
    : problem('privilege-escalation', `this needs the built-in role owner in ${path}`)

/** What a change depends on may have changed since it was read. */
export const changedMeanwhile = problem(
  'precondition-failed',
  'it has changed since you read it; read it again',
)

const noEtag = problem(
  'precondition-failed',
  'If-Match is no ETag of this object: send it as it was given, quotes included',
)

/** Refuses a version that is not the current one; without a version any is meant. */
export const refuseStale = (ifMatch: number | null, version: number): Problem | null => {
  if (ifMatch === null || ifMatch === version) return null
  return Number.isNaN(ifMatch) ? noEtag : changedMeanwhile
}

/** Refuses a change without the current version (R31). Comes after authority: 404 stays 404. */
export const refuseUnlessCurrent = (ifMatch: number | null, version: number): Problem | null =>
  ifMatch === null
    ? problem('precondition-required', 'send If-Match with the ETag of what you have read')
    : refuseStale(ifMatch, version)

/** What a batch came to whose first guard is the version that was read. */
export const staleOr = (outcome: Outcome, other: Problem): Problem =>
  outcome.kind === 'guard' && outcome.index === 0 ? changedMeanwhile : other
