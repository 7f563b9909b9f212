import { createClient } from '@libsql/client'
import { type BenchAccount, foundation } from './seed.ts'
import type { BenchIssuer } from './tokens.ts'

const bindingsPerAccount = 10
const accountsPerTeam = 100

const numbers = (count: number): string =>
  `WITH RECURSIVE number (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i < ${count - 1})`

// Every tenth account lives at the top of the tenant, the others in a project of their own.
const home = `CASE WHEN i % 10 = 0 THEN 'ns_bench' ELSE printf('ns_p%05d', i) END`
const team = `printf('t%03d', i / ${accountsPerTeam})`

const tree = (accounts: number): string[] => [
  `${numbers(Math.ceil(accounts / accountsPerTeam))}
    INSERT INTO namespaces (id, path, parent_id, tenant_id, kind, created_at)
    SELECT printf('ns_t%03d', i), printf('/bench/t%03d', i), 'ns_bench', 'ns_bench', 'team', 0
    FROM number`,
  `${numbers(accounts)} INSERT INTO namespaces (id, path, parent_id, tenant_id, kind, created_at)
    SELECT printf('ns_p%05d', i), '/bench/' || ${team} || printf('/p%05d', i), 'ns_' || ${team},
      'ns_bench', 'project', 0 FROM number`,
]

const roles = `${numbers(bindingsPerAccount)}
  INSERT INTO roles (id, namespace_id, name, resource_server_id, permissions, created_at)
  SELECT 'role_s' || i, 'ns_bench', 's' || i, 'rs_bench', '["deploy:write"]', 0 FROM number`

const identities = (accounts: number, { url }: BenchIssuer): string[] => [
  `${numbers(accounts)} INSERT INTO service_accounts
    (id, client_id, namespace_id, tenant_id, name, grant_types, created_at)
    SELECT printf('sa_x%05d', i), printf('cli_x%05d', i), ${home}, 'ns_bench',
      printf('robot-%05d', i), '["urn:ietf:params:oauth:grant-type:token-exchange"]', 0 FROM number`,
  `${numbers(accounts)} INSERT INTO trust_policies (id, service_account_id, name, issuer, audience,
      bound_claims, examples, acknowledge, warnings, created_at)
    SELECT printf('tp_x%05d', i), printf('sa_x%05d', i), 'main', '${url}', 'https://gw.test',
      json_object('repository_id', '' || (800000 + i), 'repository_owner_id', '90001',
        'ref', 'refs/heads/main', 'event_name', 'push'),
      '{"accept":[],"reject":[]}', '[]', '[]', 0 FROM number`,
]

// Nine roles in the account's own project, and one where it lives. Every tenth account has one of them
// through a group at the top.
const bindings = (accounts: number): string[] => [
  `${numbers(accounts)} INSERT INTO role_bindings
    (id, role_id, namespace_id, service_account_id, created_at)
    SELECT printf('rb_x%05d%d', i, r), 'role_s' || r,
      CASE WHEN r = 0 THEN ${home} ELSE printf('ns_p%05d', i) END, printf('sa_x%05d', i), 0
    FROM (SELECT i, r.value AS r FROM number
      JOIN json_each('[0,1,2,3,4,5,6,7,8,9]') r ON r.value < 9 OR i % 10 <> 0)`,
  `INSERT INTO groups (id, namespace_id, name, created_at) VALUES ('grp_top', 'ns_bench', 'top', 0)`,
  `INSERT INTO role_bindings (id, role_id, namespace_id, group_id, created_at)
    VALUES ('rb_xtop', 'role_s9', 'ns_bench', 'grp_top', 0)`,
  `INSERT INTO group_members (group_id, service_account_id, created_at)
    SELECT 'grp_top', id, 0 FROM service_accounts WHERE namespace_id = 'ns_bench'`,
]

/** Fills a migrated database file with one tenant of so many accounts, ten bindings each. */
export const seedTenant = async (
  file: string,
  issuer: BenchIssuer,
  accounts: number,
): Promise<readonly BenchAccount[]> => {
  const database = createClient({ url: `file:${file}` })
  const rows = [...tree(accounts), roles, ...identities(accounts, issuer), ...bindings(accounts)]
  await database.batch([...foundation(issuer), ...rows], 'write')
  database.close()
  return Array.from({ length: accounts }, (_, i) => ({
    clientId: `cli_x${String(i).padStart(5, '0')}`,
    repositoryId: String(800_000 + i),
  }))
}
