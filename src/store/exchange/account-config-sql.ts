import { endUnderSql } from '../credentials/named-token-ceiling.ts'
import { notSuspendedSql } from '../path-sql.ts'

/** An account `a` of a namespace `n`, as `readServiceAccount` takes it. */
export const accountObjectSql = `json_object('id', a.id, 'client_id', a.client_id,
  'namespace_id', a.namespace_id, 'path', n.path, 'tenant_id', a.tenant_id, 'name', a.name,
  'enabled', a.enabled, 'grant_types', a.grant_types,
  'resource_server_ids', a.resource_server_ids,
  'max_token_ttl_seconds', a.max_token_ttl_seconds, 'client_credentials', a.client_credentials,
  'auth_method', a.auth_method)`

/** A resource server `s` of a namespace `n`, as `readResourceServer` takes it. */
export const serverObjectSql = `json_object('id', s.id, 'identifier', s.identifier,
  'path', n.path, 'tenant_id', n.tenant_id, 'permissions', s.permissions,
  'token_ttl_seconds', s.token_ttl_seconds)`

/**
 * Everything that decides what a client id (`?1`) may get; for one that is not ours, what its
 * neighbor may get, so that it takes as long: the caller throws that away. One statement, so that all
 * parts are of one instant and a cold exchange costs one round trip. `?2` to `?5` ask whether a token is spent:
 * its identity, the decision that does not count, and account and resource server where only their
 * own issues count; `?6` the same of a client assertion, `?7` of a proof of possession. Named tokens live no longer than the
 * ceilings above them allow now.
 */
export const selectAccountConfig = `
WITH RECURSIVE
account AS (SELECT * FROM service_accounts WHERE client_id = coalesce(
  (SELECT min(client_id) FROM service_accounts WHERE client_id >= ?1),
  (SELECT max(client_id) FROM service_accounts))),
line (id, parent_id, enabled, named_tokens_max_days) AS (
  SELECT n.id, n.parent_id, n.enabled, n.named_tokens_max_days
  FROM account a JOIN namespaces n ON n.id = a.namespace_id
  UNION ALL
  SELECT p.id, p.parent_id, p.enabled, p.named_tokens_max_days
  FROM line l JOIN namespaces p ON p.id = l.parent_id
),
granted AS (
  SELECT b.* FROM account a JOIN role_bindings b ON b.service_account_id = a.id
  UNION ALL
  SELECT b.* FROM account a JOIN group_members m ON m.service_account_id = a.id
    JOIN role_bindings b ON b.group_id = m.group_id
),
bound AS (
  SELECT g.id, g.group_id, g.role_id, g.namespace_id, n.path, r.resource_server_id,
    ${notSuspendedSql('n')} AS enabled
  FROM granted g
  JOIN roles r ON r.id = g.role_id
  JOIN namespaces n ON n.id = g.namespace_id
)
SELECT
  (SELECT ${accountObjectSql}
   FROM account a JOIN namespaces n ON n.id = a.namespace_id) AS account,
  (SELECT min(enabled) FROM line) AS namespace_enabled,
  (SELECT json_group_array(json_object('id', id, 'version', version, 'issuer', issuer,
     'preset', preset, 'jwks_uri', jwks_uri, 'jwks', jwks, 'algorithms', algorithms,
     'max_token_age_seconds', max_token_age_seconds, 'replay', replay, 'enabled', enabled))
   FROM issuers WHERE namespace_id IN (SELECT id FROM line)) AS issuers,
  (SELECT json_group_array(json_object('id', id, 'version', version, 'name', name,
     'issuer', issuer, 'audience', audience, 'bound_claims', bound_claims, 'replay', replay,
     'max_token_ttl_seconds', max_token_ttl_seconds, 'scope', scope, 'enabled', enabled,
     'expires_at', expires_at, 'format', format))
   FROM (SELECT * FROM trust_policies WHERE service_account_id = (SELECT id FROM account)
     ORDER BY created_at, rowid)) AS policies,
  (SELECT json_group_array(json_object('id', id, 'group_id', group_id, 'role_id', role_id,
     'namespace_id', namespace_id, 'path', path, 'resource_server_id', resource_server_id,
     'enabled', enabled)) FROM bound) AS bindings,
  (SELECT json_group_object(id, permissions)
   FROM roles WHERE id IN (SELECT role_id FROM bound)) AS role_permissions,
  (SELECT json_group_array(${serverObjectSql})
   FROM resource_servers s JOIN namespaces n ON n.id = s.namespace_id
   WHERE s.id IN (SELECT resource_server_id FROM bound)) AS resource_servers,
  (SELECT json_group_array(json_object('id', id, 'hash', hash, 'pepper_version', pepper_version,
     'expires_at', expires_at))
   FROM client_secrets WHERE service_account_id = (SELECT id FROM account)) AS secrets,
  (SELECT json_group_array(json_object('id', id, 'kid', kid, 'algorithm', algorithm, 'jwk', jwk,
     'assertion_audience', assertion_audience, 'expires_at', expires_at))
   FROM account_keys WHERE service_account_id = (SELECT id FROM account)) AS keys,
  (SELECT json_group_array(json_object('id', id, 'hash', hash, 'pepper_version', pepper_version,
     'expires_at', ${endUnderSql('named_tokens', '(SELECT min(named_tokens_max_days) FROM line)')},
     'resource_server_id', resource_server_id))
   FROM named_tokens WHERE service_account_id = (SELECT id FROM account)) AS named_tokens,
  (SELECT json_object('kid', kid, 'algorithm', algorithm, 'wrapped_key', wrapped_key)
   FROM signing_keys WHERE state = 'active') AS signing_key,
  (SELECT config_version + reach_version FROM namespaces
   WHERE id = (SELECT tenant_id FROM account)) AS tenant_version,
  (SELECT config_version FROM namespaces WHERE id = 'ns_root') AS root_version,
  EXISTS (SELECT 1 FROM decisions WHERE token_identity = ?2 AND id <> ?3
    AND (?4 IS NULL OR (service_account_id = ?4 AND resource_server_id = ?5))) AS spent,
  (EXISTS (SELECT 1 FROM decisions WHERE assertion_identity = ?6 AND id <> ?3)
    OR EXISTS (SELECT 1 FROM spent_assertions WHERE identity = ?6)) AS assertion_spent,
  EXISTS (SELECT 1 FROM decisions WHERE proof_identity = ?7 AND id <> ?3) AS proof_spent`
