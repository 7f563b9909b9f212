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
  const principal = { type: 'service_account', id: account.id }
  return {
    'POST /namespaces': ['/namespaces', { path: `${namespace}/new` }],
    'PATCH /namespaces/:id': [item('namespaces', 'namespace'), { display_name: 'x' }],
    'POST /namespaces/:id:move': [
      `${item('namespaces', 'below')}:move`,
      { path: `${namespace}/elsewhere` },
    ],
    'DELETE /namespaces/:id': [item('namespaces', 'below')],
    'POST /resource-servers': [
      '/resource-servers',
      { namespace, identifier: 'https://new.test', name: 'x', permissions: ['a'] },
    ],
    'PATCH /resource-servers/:id': [item('resource-servers', 'server'), { name: 'x' }],
    'DELETE /resource-servers/:id': [item('resource-servers', 'server')],
    'POST /roles': [
      '/roles',
      { namespace, name: 'r', resource_server_id: objects.server.id, permissions: ['deploy:read'] },
    ],
    'PUT /roles/:id': [item('roles', 'role'), { name: 'r', permissions: ['deploy:read'] }],
    'PATCH /roles/:id': [item('roles', 'role'), { name: 'r' }],
    'DELETE /roles/:id': [item('roles', 'role')],
    'POST /role-bindings': ['/role-bindings', { role_id: 'role_viewer', namespace, principal }],
    'DELETE /role-bindings/:id': [item('role-bindings', 'binding')],
    'POST /issuers': [
      '/issuers',
      { namespace, name: 'x', issuer: 'https://new.test', jwks: { keys: [jwk] } },
    ],
    'PATCH /issuers/:id': [item('issuers', 'issuer'), { enabled: false }],
    'DELETE /issuers/:id': [item('issuers', 'issuer')],
    'POST /service-accounts': ['/service-accounts', { namespace, name: 'new' }],
    'PATCH /service-accounts/:id': [of, { enabled: false }],
    'DELETE /service-accounts/:id': [of],
    'POST /service-accounts/:account/trust-policies': [`${of}/trust-policies`, draft],
    'PUT /service-accounts/:account/trust-policies/:id': [policy, draft],
    'PATCH /service-accounts/:account/trust-policies/:id': [policy, { name: 'x' }],
    'DELETE /service-accounts/:account/trust-policies/:id': [policy],
    'POST /service-accounts/:account/secrets': [`${of}/secrets`, {}],
    'POST /service-accounts/:account/secrets:reset': [`${of}/secrets:reset`, {}],
    'DELETE /service-accounts/:account/secrets/:id': [`${of}/secrets/${objects.secret.id}`],
    'POST /service-accounts/:account/keys': [`${of}/keys`, { jwk }],
    'DELETE /service-accounts/:account/keys/:id': [`${of}/keys/${objects.key.id}`],
    'POST /service-accounts/:account/tokens': [
      `${of}/tokens`,
      { name: 'new', resource_server_id: objects.server.id },
    ],
    'PATCH /service-accounts/:account/tokens/:id': [token, { name: 'renamed' }],
    'POST /service-accounts/:account/tokens/:id:regenerate': [`${token}:regenerate`, {}],
    'DELETE /service-accounts/:account/tokens/:id': [token],
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
    'PATCH /notification-subscriptions/:id': [subscription, { enabled: false }],
    'DELETE /notification-subscriptions/:id': [subscription],
    'POST /notification-subscriptions/:id:rotate-secret': [`${subscription}:rotate-secret`],
    'POST /notification-subscriptions/:id:test': [`${subscription}:test`],
    'POST /notification-subscriptions/:id:resume': [`${subscription}:resume`],
  }
}
