import type { InStatement, InValue } from '@libsql/client/http'
import type { Place } from '../../src/core/place.ts'
import { row } from './database.ts'

/** A tenant as the place of what lies in it. */
export const placeOfTenant = (name: 'acme' | 'globex' | 'root'): Place => ({
  tenantId: `ns_${name}`,
  namespaceId: `ns_${name}`,
  namespacePath: name === 'root' ? '/' : `/${name}`,
})

/** When everything of the tree was made, in epoch milliseconds. */
export const madeAt = 1_800_000_000_000

type Changes = Readonly<Record<string, InValue>>

/** A namespace; its tenant is the first segment's. */
export const namespace = (id: string, path: string, changes: Changes = {}): InStatement => {
  const tenant = `ns_${path.split('/')[1]}`
  return row('namespaces', {
    id,
    path,
    parent_id: id === tenant ? 'ns_root' : tenant,
    tenant_id: tenant,
    kind: 'project',
    config_version: 7,
    created_at: madeAt,
    ...changes,
  })
}

export const resourceServer = (id: string, changes: Changes = {}): InStatement =>
  row('resource_servers', {
    id,
    namespace_id: 'ns_acme',
    identifier: `https://${id}.test`,
    name: id,
    permissions: '["deploy:read","deploy:write"]',
    token_ttl_seconds: 600,
    created_at: madeAt,
    ...changes,
  })

export const role = (id: string, changes: Changes = {}): InStatement =>
  row('roles', {
    id,
    namespace_id: 'ns_acme',
    name: id,
    resource_server_id: 'rs_api',
    permissions: '["deploy:write"]',
    created_at: madeAt,
    ...changes,
  })

export const account = (id: string, changes: Changes = {}): InStatement =>
  row('service_accounts', {
    id,
    client_id: id.replace('sa_', 'cli_'),
    namespace_id: 'ns_payments',
    tenant_id: 'ns_acme',
    name: id,
    grant_types: '["client_credentials"]',
    created_at: madeAt,
    ...changes,
  })

export const binding = (id: string, changes: Changes = {}): InStatement =>
  row('role_bindings', {
    id,
    role_id: 'role_api',
    namespace_id: 'ns_payments',
    service_account_id: 'sa_1',
    created_at: madeAt,
    ...changes,
  })

export const group = (id: string, changes: Changes = {}): InStatement =>
  row('groups', { id, namespace_id: 'ns_acme', name: id, created_at: madeAt, ...changes })

export const member = (groupId: string, accountId: string): InStatement =>
  row('group_members', { group_id: groupId, service_account_id: accountId, created_at: madeAt })

/** A binding of a group. */
export const groupBinding = (id: string, groupId: string, changes: Changes = {}): InStatement =>
  binding(id, { service_account_id: null, group_id: groupId, ...changes })

export const issuer = (id: string, changes: Changes = {}): InStatement =>
  row('issuers', {
    id,
    namespace_id: 'ns_acme',
    name: id,
    issuer: `https://${id}.test`,
    algorithms: '["RS256"]',
    max_token_age_seconds: 3600,
    created_at: madeAt,
    ...changes,
  })

export const policy = (id: string, changes: Changes = {}): InStatement =>
  row('trust_policies', {
    id,
    service_account_id: 'sa_1',
    name: id,
    issuer: 'https://iss_a.test',
    audience: 'https://gw.test',
    bound_claims: '{"ref":"refs/heads/main"}',
    examples: '{"accept":[],"reject":[]}',
    acknowledge: '[]',
    warnings: '[]',
    created_at: madeAt,
    ...changes,
  })

export const secret = (id: string, changes: Changes = {}): InStatement =>
  row('client_secrets', {
    id,
    service_account_id: 'sa_1',
    hash: 'A'.repeat(43),
    pepper_version: 1,
    expires_at: madeAt + 1000,
    created_at: madeAt,
    ...changes,
  })

/** /acme with /acme/payments and /acme/payments/eu, /acme/web, /acme-evil, /globex; one API. */
export const tree: readonly InStatement[] = [
  namespace('ns_acme', '/acme'),
  namespace('ns_payments', '/acme/payments'),
  namespace('ns_eu', '/acme/payments/eu', { parent_id: 'ns_payments' }),
  namespace('ns_web', '/acme/web'),
  namespace('ns_acme-evil', '/acme-evil'),
  namespace('ns_globex', '/globex'),
  resourceServer('rs_api'),
  role('role_api'),
]
