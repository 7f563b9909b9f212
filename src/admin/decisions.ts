import type { Context } from '../context.ts'
import type { Decision } from '../core/decision.ts'
import { type Actor, placesOf } from '../core/holding.ts'
import type { JsonObject } from '../core/json.ts'
import { type Problem, problem } from '../core/problem.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { Trace } from '../core/trace.ts'
import {
  type DecisionFilter,
  type DecisionRow,
  findDecision,
  listDecisions,
} from '../store/decision-queries.ts'
import { refuseUnless } from './actor.ts'
import { type ListQuery, type Page, readPage, toPage } from './page.ts'

// The one answer for a decision that was never recorded and one that may not be read (R27).
const unrecorded = problem(
  'not-found',
  'no such decision, or you may not read it; a refusal before the signature had verified is only a log line, under this id',
)

const policyOf = ({ policyId, policyVersion }: DecisionRow['decision']) =>
  policyId === null || policyVersion === null ? null : { id: policyId, version: policyVersion }

/** A decision that was kept. */
export type RecordedDecision = Decision & { readonly id: string }

const toDecision = ({ decision, namespacePath }: DecisionRow): RecordedDecision => ({
  id: decision.id,
  at: decision.at,
  outcome: decision.outcome,
  reason: decision.reason,
  grantType: decision.grantType,
  serviceAccountId: decision.serviceAccountId,
  clientId: decision.clientId,
  namespacePath,
  claims: decision.claims === null ? null : (JSON.parse(decision.claims) as JsonObject),
  audience: decision.audience,
  scope: decision.scope === null ? [] : decision.scope.split(' '),
  tokenJti: decision.tokenJti,
  tokenExpiresAt: decision.tokenExpiresAt,
  policy: policyOf(decision),
  policies: decision.policies === null ? [] : (JSON.parse(decision.policies) as Trace[]),
  omitted: decision.omitted,
})

/** What a list of decisions is asked. */
export interface DecisionQuery extends ListQuery, DecisionFilter {
  readonly namespace?: string | undefined
}

/** Lists decisions about accounts that the actor may read decisions of, newest first. */
export const list = async (
  context: Context,
  actor: Actor,
  query: DecisionQuery,
): Promise<Result<Page<RecordedDecision>, Problem>> => {
  const page = await readPage(context, actor, query, 'decisions')
  if (!page.ok) return page
  const rows = await listDecisions(context.db, {
    places: placesOf(actor, 'decisions:read'),
    within: query.namespace,
    filter: query,
    ...page.value,
  })
  const request = { ...page.value, collection: 'decisions' }
  return ok(await toPage(context, actor, rows.map(toDecision), request))
}

/** Finds one decision; one that was never recorded and one that may not be read look alike. */
export const find = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<RecordedDecision, Problem>> => {
  const row = await findDecision(context.db, id)
  if (row === undefined || refuseUnless(actor, 'decisions:read', row.namespacePath)) {
    return err(unrecorded)
  }
  return ok(toDecision(row))
}
