import { Hono } from 'hono'
import type { HttpEnv } from '../env.ts'
import { accountKeyRoutes } from './account-keys.ts'
import { decisionOperations } from './decisions.ts'
import { effectiveAccessOperations } from './effective-access.ts'
import { issuerRoutes } from './issuers.ts'
import { namedTokenRoutes } from './named-tokens.ts'
import { namespaceOperations } from './namespaces.ts'
import { noticeRoutes } from './notices.ts'
import type { Operation } from './operation.ts'
import { policyEvaluationRoutes } from './policy-evaluations.ts'
import { resourceServerRoutes } from './resource-servers.ts'
import { revocationRoutes } from './revocations.ts'
import { roleBindingRoutes } from './role-bindings.ts'
import { roleRoutes } from './roles.ts'
import { secretRoutes } from './secrets.ts'
import { serviceAccountRoutes } from './service-accounts.ts'
import { signingKeyRoutes } from './signing-keys.ts'
import { subscriptionRoutes } from './subscriptions.ts'
import { trustPolicyRoutes } from './trust-policies.ts'

/** Every operation of the admin API. */
export const adminOperations: readonly Operation[] = [
  ...namespaceOperations,
  ...decisionOperations,
  ...effectiveAccessOperations,
]

/** `/admin/v1`: one line per collection. */
export const adminRoutes = new Hono<HttpEnv>()

adminRoutes.route('/resource-servers', resourceServerRoutes)
adminRoutes.route('/roles', roleRoutes)
adminRoutes.route('/role-bindings', roleBindingRoutes)
adminRoutes.route('/issuers', issuerRoutes)
adminRoutes.route('/service-accounts', serviceAccountRoutes)
adminRoutes.route('/service-accounts', trustPolicyRoutes)
adminRoutes.route('/service-accounts', namedTokenRoutes)
adminRoutes.route('/service-accounts', secretRoutes)
adminRoutes.route('/service-accounts', accountKeyRoutes)
adminRoutes.route('/policy-evaluations', policyEvaluationRoutes)
adminRoutes.route('/revocations', revocationRoutes)
adminRoutes.route('/notification-subscriptions', subscriptionRoutes)
adminRoutes.route('/notification-subscriptions', noticeRoutes)
adminRoutes.route('/', signingKeyRoutes)
