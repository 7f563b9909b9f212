import type { Context } from '../../context.ts'
import type { Actor } from '../../core/holding.ts'
import { type PendingChange, type PolicyAction, pendingLifeMs } from '../../core/pending-change.ts'
import { type Problem, problem } from '../../core/problem.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { PolicyDraft } from '../../core/trust-policy.ts'
import type { IssuerFields } from '../../store/issuers.ts'
import { findDemand } from '../../store/pending/demands.ts'
import { shareAHand } from '../../store/pending/hands.ts'
import type { NamespaceChange } from '../../store/tree/namespace-updates.ts'
import * as issuerChanges from '../issuers/issuer-changes.ts'
import * as issuers from '../issuers/issuers.ts'
import * as policies from '../policies/trust-policies.ts'
import * as policyChanges from '../policies/trust-policy-changes.ts'
import * as namespaceChanges from '../tree/namespace-changes.ts'
import { refuseUnlessOwner } from '../visible.ts'
import type { Saved } from './change-requests.ts'
import { findOutdated } from './outdated.ts'
import { find, findToDecide, notPending } from './pending-changes.ts'

const self = problem('self-modification', 'another owner must approve: you asked for it')

const sameHand = problem(
  'self-modification',
  'another owner must approve: the same hand may be behind you and whoever asked for it, as since a week before that one of you made or changed the account, a role or a credential of the other, or somebody did so to both',
)

/**
 * Guards the second pair of eyes: another owner, and not the same hand again. Whoever owns a place can
 * make a second account, or reset a secret of the one there is, to ask or to approve with it.
 */
const refuseApprover = async (
  { db }: Context,
  actor: Actor,
  { requestedBy: { id: asker }, namespacePath, tenantId, createdAt }: PendingChange,
): Promise<Problem | null> => {
  const own = actor.account.id === asker
  const refused = refuseUnlessOwner(actor, namespacePath) ?? (own ? self : null)
  if (refused) return refused
  const demandPath = (await findDemand(db, namespacePath)) ?? namespacePath
  const sinceMs = createdAt - pendingLifeMs
  const approver = actor.account.id
  return (await shareAHand(db, { asker, approver, tenantId, demandPath, sinceMs }))
    ? sameHand
    : null
}

type Run = (
  context: Context,
  actor: Actor,
  change: PendingChange,
) => Promise<Result<Saved<unknown>, Problem>>

const createPolicy: Run = (context, actor, approving) =>
  policies.create(context, actor, {
    accountId: approving.serviceAccountId ?? '',
    draft: approving.wanted as PolicyDraft,
    approving,
  })

const replacePolicy: Run = (context, actor, approving) =>
  policyChanges.replace(context, actor, {
    accountId: approving.serviceAccountId ?? '',
    id: approving.targetId ?? '',
    ifMatch: approving.targetVersion,
    action: approving.action as PolicyAction,
    rewrite: () => ok(approving.wanted as PolicyDraft),
    approving,
  })

const createIssuer: Run = (context, actor, approving) =>
  issuers.create(context, actor, {
    ...(approving.wanted as issuers.NewIssuer),
    // Where it lies now: the namespace may have moved since, and another come to the old path.
    namespace: approving.namespacePath,
    approving,
  })

const updateIssuer: Run = (context, actor, approving) =>
  issuerChanges.update(context, actor, {
    id: approving.targetId ?? '',
    ifMatch: approving.targetVersion,
    changes: approving.wanted as Partial<IssuerFields>,
    approving,
  })

const liftDemand: Run = (context, actor, approving) =>
  namespaceChanges.update(context, actor, {
    id: approving.targetId ?? '',
    changes: approving.wanted as NamespaceChange,
    approving,
  })

const runs: Readonly<Record<PendingChange['action'], Run>> = {
  'trust-policies.create': createPolicy,
  'trust-policies.replace': replacePolicy,
  'trust-policies.update': replacePolicy,
  'issuers.create': createIssuer,
  'issuers.update': updateIssuer,
  'namespaces.update': liftDemand,
}

/**
 * Approves a change and makes it, as if the approver had asked for it now: authority, lint, examples
 * and the version that was to be replaced are judged again, and all happens in one transaction.
 */
export const approve = async (
  context: Context,
  actor: Actor,
  id: string,
): Promise<Result<PendingChange, Problem>> => {
  const found = await findToDecide(context, actor, id)
  if (!found.ok) return found
  const change = found.value
  const refused = await refuseApprover(context, actor, change)
  if (refused) return err(refused)
  if (change.state !== 'pending') return err(notPending)
  const made = await runs[change.action](context, actor, change)
  if (made.ok) return find(context, actor, id)
  // Of two who approve at once the slower one is told so, and not that something is stale.
  const again = await find(context, actor, id)
  if (again.ok && again.value.state !== 'pending') return err(notPending)
  const mayBeOutdated = ['precondition-failed', 'not-found'].includes(made.error.slug)
  const outdated = mayBeOutdated ? await findOutdated(context, change) : null
  return outdated ? err(outdated) : made
}
