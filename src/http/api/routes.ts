import { accountKeyOperations } from './account-keys.ts'
import { auditChainOperations } from './audit-chain.ts'
import { auditEventOperations } from './audit-events.ts'
import { decisionOperations } from './decisions.ts'
import { effectiveAccessOperations } from './effective-access.ts'
import { groupMemberOperations } from './group-members.ts'
import { groupOperations } from './groups.ts'
import { issuerOperations } from './issuers.ts'
import { namedTokenOperations } from './named-tokens.ts'
import { namespaceOperations } from './namespaces.ts'
import { noticeOperations } from './notices.ts'
import type { Operation } from './operation.ts'
import { pendingChangeOperations } from './pending-changes.ts'
import { policyEvaluationOperations } from './policy-evaluations.ts'
import { resourceServerOperations } from './resource-servers.ts'
import { revocationOperations } from './revocations.ts'
import { roleBindingOperations } from './role-bindings.ts'
import { roleOperations } from './roles.ts'
import { rootAccountOperations } from './root-accounts.ts'
import { secretOperations } from './secrets.ts'
import { serviceAccountOperations } from './service-accounts.ts'
import { signingKeyOperations } from './signing-keys.ts'
import { stateOperations } from './state.ts'
import { subscriptionOperations } from './subscriptions.ts'
import { trustPolicyOperations } from './trust-policies.ts'

/** Every operation of the admin API: one line per collection. */
export const adminOperations: readonly Operation[] = [
  ...namespaceOperations,
  ...stateOperations,
  ...resourceServerOperations,
  ...roleOperations,
  ...groupOperations,
  ...groupMemberOperations,
  ...roleBindingOperations,
  ...issuerOperations,
  ...serviceAccountOperations,
  ...trustPolicyOperations,
  ...pendingChangeOperations,
  ...secretOperations,
  ...accountKeyOperations,
  ...namedTokenOperations,
  ...policyEvaluationOperations,
  ...decisionOperations,
  ...auditEventOperations,
  ...auditChainOperations,
  ...effectiveAccessOperations,
  ...revocationOperations,
  ...subscriptionOperations,
  ...noticeOperations,
  ...signingKeyOperations,
  ...rootAccountOperations,
]
