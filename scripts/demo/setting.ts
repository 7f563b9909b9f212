import type { FakeCi } from '../fake-ci/server.ts'
import type { Admin } from '../local/client.ts'
import { say, step, wire } from './print.ts'

/** The API that the jobs want to call. */
export const audience = 'https://deploy.acme.example'

/** The accounts that the jobs become. */
export interface Setting {
  readonly github: string
  readonly gitlab: string
}

const githubPolicy = (issuer: string, gateway: string) => ({
  name: 'deploy from main or a release tag',
  issuer,
  audience: gateway,
  bound_claims: {
    repository_id: '800002',
    repository_owner_id: '90001',
    ref: { any_of: ['refs/heads/main', { glob: 'refs/tags/v*' }] },
    event_name: 'push',
  },
  examples: {
    accept: [{ ref: 'refs/heads/main' }, { ref: 'refs/tags/v1.2.3' }],
    reject: [{ ref: 'refs/heads/main-attacker' }],
  },
})

const gitlabPolicy = (issuer: string, gateway: string) => ({
  name: 'deploy from the protected main branch',
  issuer,
  audience: gateway,
  bound_claims: {
    project_id: '20',
    ref_path: 'refs/heads/main',
    ref_protected: 'true',
    environment: 'production',
  },
})

const account = async (admin: Admin, name: string, roleId: unknown, policy: object) => {
  const made = await admin('POST', '/service-accounts', {
    namespace: '/acme/payments',
    name,
    trust_policies: [policy],
    role_bindings: [{ role_id: roleId, namespace: '/acme/payments' }],
  })
  say(`service account ${name}: ${made.client_id}`)
  return String(made.client_id)
}

/** Sets the house up through the admin API, as an administrator would. */
export const setUp = async (admin: Admin, ci: FakeCi, gateway: string): Promise<Setting> => {
  step('An administrator sets the house up through the admin API')
  await admin('POST', '/namespaces', { path: '/acme', kind: 'company' })
  await admin('POST', '/namespaces', { path: '/acme/payments', kind: 'project' })
  const server = await admin('POST', '/resource-servers', {
    namespace: '/acme',
    identifier: audience,
    name: 'Deploy API',
    permissions: ['deploy:read', 'deploy:write'],
  })
  const role = await admin('POST', '/roles', {
    namespace: '/acme',
    name: 'deployer',
    resource_server_id: server.id,
    permissions: ['deploy:write'],
  })
  say('namespaces /acme and /acme/payments, API, role: made')
  const github = { namespace: '/acme', name: 'GitHub', issuer: ci.url, preset: 'github-actions' }
  const gitlab = { namespace: '/acme', name: 'GitLab', issuer: ci.gitlabUrl, preset: 'gitlab-com' }
  await admin('POST', '/issuers', github)
  await admin('POST', '/issuers', gitlab)
  say('issuers GitHub and GitLab: discovery and keys fetched and checked')
  wire('the trust policy of the GitHub account', githubPolicy(ci.url, gateway))
  return {
    github: await account(admin, 'github-deployer', role.id, githubPolicy(ci.url, gateway)),
    gitlab: await account(admin, 'gitlab-deployer', role.id, gitlabPolicy(ci.gitlabUrl, gateway)),
  }
}
