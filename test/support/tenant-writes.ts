import { policyP0 } from './baseline.ts'
import type { Tenant } from './tenant.ts'

type Call = readonly [path: string, body?: unknown]

/** One good call for every route that changes something in a tenant. */
export function writesTo({
  path: namespace,
  objects,
  account,
  another: jwk,
}: Tenant): Readonly<Record<string, Call>> {
  const of = `/service-accounts/${account.id}`
  const item = (collection: string, kind: keyof typeof objects) =>
    `/${collection}/${objects[kind].id}`
  const token = `${of}/tokens/${objects.token.id}`
  const policy = `${of}/trust-policies/${objects.policy.id}`
  const draft = policyP0(String(objects.issuer.issuer))
  const subscription = item('notification-subscriptions', 'subscription')
  const change = item('pending-changes', 'change')
  const principal = { type: 'service_account', id: account.id }
  return {
    'POST /namespaces': ['/namespaces', { path: `${namespace}/new` }],
    'PATCH /namespaces/{namespace_id}': [item('namespaces', 'namespace'), { display_name: 'x' }],
    'POST /namespaces/{namespace_id}:move': [
      `${item('namespaces', 'below')}:move`,
      { path: `${namespace}/elsewhere` },
    ],
    'DELETE /namespaces/{namespace_id}': [item('namespaces', 'below')],
    'POST /namespaces/{namespace_id}:apply': [
      `${item('namespaces', 'namespace')}:apply`,
      { format: 1, namespace, service_accounts: [{ namespace, name: 'stated' }] },
    ],
    'POST /resource-servers': [
      '/resource-servers',
      { namespace, identifier: 'https://new.test', name: 'x', permissions: ['a'] },
    ],
    'PATCH /resource-servers/{resource_server_id}': [
      item('resource-servers', 'server'),
      { name: 'x' },
    ],
    'DELETE /resource-servers/{resource_server_id}': [item('resource-servers', 'server')],
    'POST /roles': [
      '/roles',
      { namespace, name: 'r', resource_server_id: objects.server.id, permissions: ['deploy:read'] },
    ],
    'PUT /roles/{role_id}': [item('roles', 'role'), { name: 'r', permissions: ['deploy:read'] }],
    'PATCH /roles/{role_id}': [item('roles', 'role'), { name: 'r' }],
    'DELETE /roles/{role_id}': [item('roles', 'role')],
    'POST /groups': ['/groups', { namespace, name: 'new' }],
    'PATCH /groups/{group_id}': [item('groups', 'group'), { name: 'renamed' }],
    'DELETE /groups/{group_id}': [item('groups', 'group')],
    'PUT /groups/{group_id}/members/{service_account_id}': [
      `${item('groups', 'group')}/members/${objects.outsider.id}`,
    ],
    'DELETE /groups/{group_id}/members/{service_account_id}': [
      `${item('groups', 'group')}/members/${account.id}`,
    ],
    'POST /role-bindings': ['/role-bindings', { role_id: 'role_viewer', namespace, principal }],
    'DELETE /role-bindings/{role_binding_id}': [item('role-bindings', 'binding')],
    'POST /issuers': [
      '/issuers',
      { namespace, name: 'x', issuer: 'https://new.test', jwks: { keys: [jwk] } },
    ],
    'PATCH /issuers/{issuer_id}': [item('issuers', 'issuer'), { enabled: false }],
    'DELETE /issuers/{issuer_id}': [item('issuers', 'issuer')],
    'POST /service-accounts': ['/service-accounts', { namespace, name: 'new' }],
    'PATCH /service-accounts/{service_account_id}': [of, { enabled: false }],
    'DELETE /service-accounts/{service_account_id}': [of],
    'POST /service-accounts/{service_account_id}/trust-policies': [`${of}/trust-policies`, draft],
    'PUT /service-accounts/{service_account_id}/trust-policies/{trust_policy_id}': [policy, draft],
    'PATCH /service-accounts/{service_account_id}/trust-policies/{trust_policy_id}': [
      policy,
      { name: 'x' },
    ],
    'DELETE /service-accounts/{service_account_id}/trust-policies/{trust_policy_id}': [policy],
    'POST /service-accounts/{service_account_id}/secrets': [`${of}/secrets`, {}],
    'POST /service-accounts/{service_account_id}/secrets:reset': [`${of}/secrets:reset`, {}],
    'DELETE /service-accounts/{service_account_id}/secrets/{secret_id}': [
      `${of}/secrets/${objects.secret.id}`,
    ],
    'POST /service-accounts/{service_account_id}/keys': [`${of}/keys`, { jwk }],
    'DELETE /service-accounts/{service_account_id}/keys/{key_id}': [`${of}/keys/${objects.key.id}`],
    'POST /service-accounts/{service_account_id}/tokens': [
      `${of}/tokens`,
      { name: 'new', resource_server_id: objects.server.id },
    ],
    'PATCH /service-accounts/{service_account_id}/tokens/{token_id}': [token, { name: 'renamed' }],
    'POST /service-accounts/{service_account_id}/tokens/{token_id}:regenerate': [
      `${token}:regenerate`,
      {},
    ],
    'DELETE /service-accounts/{service_account_id}/tokens/{token_id}': [token],
    'POST /pairing-codes': ['/pairing-codes', { service_account_id: account.id }],
    'DELETE /pairing-codes/{pairing_code_id}': [item('pairing-codes', 'code')],
    'POST /pending-changes/{pending_change_id}:approve': [`${change}:approve`],
    'POST /pending-changes/{pending_change_id}:reject': [`${change}:reject`],
    'POST /revocations': ['/revocations', { namespace, by: 'account', value: account.id }],
    'POST /notification-subscriptions': [
      '/notification-subscriptions',
      {
        namespace,
        channel: 'webhook',
        target: 'https://hooks.example/x',
        events: ['credential.expiring'],
      },
    ],
    'PATCH /notification-subscriptions/{subscription_id}': [subscription, { enabled: false }],
    'DELETE /notification-subscriptions/{subscription_id}': [subscription],
    'POST /notification-subscriptions/{subscription_id}:rotate-secret': [
      `${subscription}:rotate-secret`,
    ],
    'POST /notification-subscriptions/{subscription_id}:test': [`${subscription}:test`],
    'POST /notification-subscriptions/{subscription_id}:resume': [`${subscription}:resume`],
  }
}
