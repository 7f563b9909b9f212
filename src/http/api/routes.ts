import { accountKeyOperations } from './accounts/account-keys.ts'
import { namedTokenOperations } from './accounts/named-tokens.ts'
import { rootAccountOperations } from './accounts/root-accounts.ts'
import { secretOperations } from './accounts/secrets.ts'
import { serviceAccountOperations } from './accounts/service-accounts.ts'
import { auditChainOperations } from './audit/audit-chain.ts'
import { auditEventOperations } from './audit/audit-events.ts'
import { decisionOperations } from './audit/decisions.ts'
import { issuerOperations } from './issuers/issuers.ts'
import { noticeOperations } from './notices/notices.ts'
import { subscriptionOperations } from './notices/subscriptions.ts'
import type { Operation } from './operation.ts'
import { pairingCodeOperations } from './pairing/pairing-codes.ts'
import { pendingChangeOperations } from './pending/pending-changes.ts'
import { policyEvaluationOperations } from './policies/policy-evaluations.ts'
import { policySuggestionOperations } from './policies/policy-suggestions.ts'
import { trustPolicyOperations } from './policies/trust-policies.ts'
import { resourceServerOperations } from './resource-servers.ts'
import { revocationOperations } from './revocations.ts'
import { effectiveAccessOperations } from './roles/effective-access.ts'
import { groupMemberOperations } from './roles/group-members.ts'
import { groupOperations } from './roles/groups.ts'
import { roleBindingOperations } from './roles/role-bindings.ts'
import { roleOperations } from './roles/roles.ts'
import { signingKeyOperations } from './signing-keys.ts'
import { stateOperations } from './state/state.ts'
import { namespaceOperations } from './tree/namespaces.ts'

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
  ...policySuggestionOperations,
  ...pairingCodeOperations,
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
