import { type Client, createClient } from '@libsql/client'
import type { BenchIssuer } from './tokens.ts'

/** An account of the benchmark, and the repository that its policy accepts. */
export interface BenchAccount {
  readonly clientId: string
  readonly repositoryId: string
}

/** The API that tokens are asked for. */
export const benchAudience = 'https://api.bench.test'
const policiesPerAccount = 20
const rowsPerTransaction = 2000

type Statement = { readonly sql: string; readonly args: (string | number | null)[] }

/** The tenant with its API, a role and the issuer. */
export const foundation = (issuer: BenchIssuer): Statement[] => [
  {
    sql: `INSERT INTO namespaces (id, path, parent_id, tenant_id, kind, created_at)
      VALUES ('ns_bench', '/bench', 'ns_root', 'ns_bench', 'company', 0)`,
    args: [],
  },
  {
    sql: `INSERT INTO resource_servers (id, namespace_id, identifier, name, permissions,
      token_ttl_seconds, created_at) VALUES ('rs_bench', 'ns_bench', ?, 'API', ?, 600, 0)`,
    args: [benchAudience, '["deploy:read","deploy:write"]'],
  },
  {
    sql: `INSERT INTO roles (id, namespace_id, name, resource_server_id, permissions, created_at)
      VALUES ('role_bench', 'ns_bench', 'deployer', 'rs_bench', '["deploy:write"]', 0)`,
    args: [],
  },
  {
    sql: `INSERT INTO issuers (id, namespace_id, name, issuer, preset, jwks, algorithms,
      max_token_age_seconds, created_at)
      VALUES ('iss_bench', 'ns_bench', 'CI', ?, 'github-actions', ?, '["RS256"]', 86400, 0)`,
    args: [issuer.url, JSON.stringify({ keys: [issuer.publicJwk] })],
  },
]

const account = (id: string): Statement[] => [
  {
    sql: `INSERT INTO service_accounts (id, client_id, namespace_id, tenant_id, name, grant_types,
      created_at) VALUES (?, ?, 'ns_bench', 'ns_bench', ?, ?, 0)`,
    args: [`sa_${id}`, `cli_${id}`, id, '["urn:ietf:params:oauth:grant-type:token-exchange"]'],
  },
  {
    sql: `INSERT INTO role_bindings (id, role_id, namespace_id, service_account_id, created_at)
      VALUES (?, 'role_bench', 'ns_bench', ?, 0)`,
    args: [`rb_${id}`, `sa_${id}`],
  },
]

const policy = (id: string, owner: string, bound: { repositoryId: string; issuer: string }) => ({
  sql: `INSERT INTO trust_policies (id, service_account_id, name, issuer, audience, bound_claims,
    examples, acknowledge, warnings, created_at)
    VALUES (?, ?, 'deploy from main', ?, 'https://gw.test', ?, '{"accept":[],"reject":[]}', '[]',
      '[]', 0)`,
  args: [
    `tp_${id}`,
    `sa_${owner}`,
    bound.issuer,
    JSON.stringify({
      repository_id: bound.repositoryId,
      repository_owner_id: '90001',
      ref: { any_of: ['refs/heads/main', { glob: 'refs/tags/v*' }] },
      event_name: 'push',
      runner_environment: 'github-hosted',
    }),
  ],
})

const write = async (database: Client, statements: readonly Statement[]): Promise<void> => {
  for (let i = 0; i < statements.length; i += rowsPerTransaction) {
    await database.batch(statements.slice(i, i + rowsPerTransaction), 'write')
  }
}

/**
 * Fills a migrated database file: `accounts` accounts with one policy each, and further accounts
 * with 20 each until there are `policies` in all. Answers with the first ones.
 */
export const seed = async (
  file: string,
  issuer: BenchIssuer,
  size: { readonly accounts: number; readonly policies: number },
): Promise<readonly BenchAccount[]> => {
  const database = createClient({ url: `file:${file}` })
  const statements = foundation(issuer)
  const used: BenchAccount[] = []
  for (let i = 0; i < size.accounts; i++) {
    const repositoryId = String(800_000 + i)
    statements.push(...account(`a${i}`))
    statements.push(policy(`a${i}`, `a${i}`, { repositoryId, issuer: issuer.url }))
    used.push({ clientId: `cli_a${i}`, repositoryId })
  }
  for (let i = size.accounts; i < size.policies; i++) {
    const owner = `b${Math.floor((i - size.accounts) / policiesPerAccount)}`
    if ((i - size.accounts) % policiesPerAccount === 0) statements.push(...account(owner))
    statements.push(policy(`b${i}`, owner, { repositoryId: String(i), issuer: issuer.url }))
  }
  await write(database, statements)
  database.close()
  return used
}
