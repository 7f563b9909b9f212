import type { Context } from '../../context.ts'
import { type Actor, placesOf } from '../../core/holding.ts'
import {
  type PendingAction,
  type PendingChange,
  type PendingState,
  pendingActions,
} from '../../core/pending-change.ts'
import type { AdminPermission } from '../../core/permission.ts'
import { notFound, type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import { findChange, listChanges } from '../../store/pending/pending-changes.ts'
import { rejectChange } from '../../store/pending/pending-decisions.ts'
import { refuseReading, refuseUnless } from '../actor.ts'
import { type ListQuery, type Page, readPage, toPage } from '../page.ts'
import { refuseUnlessOwner } from '../visible.ts'

export type { PendingChange } from '../../core/pending-change.ts'

type Subject = 'trust-policies' | 'issuers' | 'namespaces'

const subjectOf = (action: PendingAction): Subject => action.split('.', 1)[0] as Subject

// Who may not read issuers must not read what keys somebody wants one to have.
const readingOf = (action: PendingAction): AdminPermission => `${subjectOf(action)}:read`

/** What a list of pending changes is asked. */
export interface PendingChangeQuery extends ListQuery {
  readonly namespace?: string | undefined
  readonly state?: PendingState | undefined
  readonly service_account_id?: string | undefined
}

/** Lists the changes that wait, or waited, where the actor may read what would change. */
export const list = async (
  context: Context,
  actor: Actor,
  query: PendingChangeQuery,
): Promise<Result<Page<PendingChange>, Problem>> => {
  const page = await readPage(context, actor, query, 'pending-changes')
  if (!page.ok) return page
  const rows = await listChanges(context.db, {
    sights: pendingActions.map((action) => ({
      action,
      places: placesOf(actor, readingOf(action)),
    })),
    within: query.namespace,
    state: query.state,
    serviceAccountId: query.service_account_id,
    nowMs: context.nowMs,
    ...page.value,
  })
  return ok(await toPage(context, actor, rows, { ...page.value, collection: 'pending-changes' }))
}

/** Finds one pending change that the actor may read. */
export const find = async (
  { db, nowMs }: Context,
  actor: Actor,
  id: string,
): Promise<Result<PendingChange, Problem>> => {
  const change = await findChange(db, id, nowMs)
  const refused = change && refuseReading(actor, readingOf(change.action), change.namespacePath)
  return change === undefined || refused ? err(notFound) : ok(change)
}

const writingOf = (action: PendingAction): AdminPermission => `${subjectOf(action)}:write`

/** The refusal of a decision about what was decided before, or by nobody in time. */
export const notPending = problem(
  'not-pending',
  'this change was approved, rejected or has expired; ask for it again',
)

/** Finds a change to be decided, by who may make such changes there. */
export const findToDecide = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<PendingChange, Problem>> => {
  const found = await find(context, actor, id)
  if (!found.ok) return found
  const { action, namespacePath } = found.value
  const refused = refuseUnless(actor, writingOf(action), namespacePath)
  if (refused) return err(refused)
  return ok(found.value)
}

/** Rejects a change: an owner may, and whoever asked for it, who so takes it back. */
export const reject = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<PendingChange, Problem>> => {
  const found = await findToDecide(context, actor, id)
  if (!found.ok) return found
  const change = found.value
  const own = change.requestedBy.id === actor.account.id
  const refused = own ? null : refuseUnlessOwner(actor, change.namespacePath)
  if (refused) return err(refused)
  if (change.state !== 'pending') return err(notPending)
  const decider = { decidedBy: actor.account, decidedAt: context.nowMs }
  const outcome = await rejectChange(context.db, change, decider)
  if (outcome.kind !== 'done') return err(notPending)
  return ok({ ...change, ...decider, state: 'rejected', version: change.version + 1 })
}
