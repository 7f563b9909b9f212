import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { decodeJwt } from 'jose'
import { type FakeCi, startFakeCi } from '../../scripts/fake-ci/server.ts'
import { type Admin, createAdmin } from '../../scripts/local/client.ts'
import { openDataDirectory } from '../../scripts/local/data-directory.ts'
import { type LocalGateway, startLocalGateway } from '../../scripts/local/gateway.ts'
import { tryPort } from '../../scripts/local/ports.ts'

/** The API that the jobs want to call. */
export const DEPLOY_API = 'https://deploy.acme.example'

/** A local gateway as jobs meet it, and the CI that signs their tokens. */
export interface CiHouse {
  readonly gateway: LocalGateway
  readonly ci: FakeCi
  readonly admin: Admin
  /** The client ids of the accounts that jobs on `main` may become. */
  readonly github: string
  readonly gitlab: string
  /** Whether the feed says that this access token is revoked. */
  isRevoked(token: string): Promise<boolean>
  close(): Promise<void>
}

const githubPolicy = (issuer: string, gateway: string) => ({
  name: 'deploy from main',
  issuer,
  audience: gateway,
  bound_claims: {
    repository_id: '800002',
    repository_owner_id: '90001',
    ref: 'refs/heads/main',
    event_name: 'push',
  },
})

const gitlabPolicy = (issuer: string, gateway: string) => ({
  name: 'deploy from protected main',
  issuer,
  audience: gateway,
  bound_claims: { project_id: '20', ref_path: 'refs/heads/main', ref_protected: 'true' },
})

const describeWorld = async (admin: Admin, ci: FakeCi, gateway: string) => {
  await admin('POST', '/namespaces', { path: '/acme', kind: 'company' })
  const server = await admin('POST', '/resource-servers', {
    namespace: '/acme',
    identifier: DEPLOY_API,
    name: 'Deploy API',
    permissions: ['deploy:read', 'deploy:write'],
  })
  const role = await admin('POST', '/roles', {
    namespace: '/acme',
    name: 'deployer',
    resource_server_id: server.id,
    permissions: ['deploy:read', 'deploy:write'],
  })
  const issuer = (name: string, url: string, preset: string) =>
    admin('POST', '/issuers', { namespace: '/acme', name, issuer: url, preset })
  await issuer('GitHub', ci.url, 'github-actions')
  await issuer('GitLab', ci.gitlabUrl, 'gitlab-com')
  const account = async (name: string, policy: object): Promise<string> => {
    const made = await admin('POST', '/service-accounts', {
      namespace: '/acme',
      name,
      trust_policies: [policy],
      role_bindings: [{ role_id: role.id, namespace: '/acme' }],
    })
    return String(made.client_id)
  }
  return {
    github: await account('github-deployer', githubPolicy(ci.url, gateway)),
    gitlab: await account('gitlab-deployer', gitlabPolicy(ci.gitlabUrl, gateway)),
  }
}

/** Starts a gateway and a CI on loopback, with an account for each kind of job. */
export const startCiHouse = async (): Promise<CiHouse> => {
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-ci-house-`)
  const ci = await startFakeCi()
  const data = await openDataDirectory(`${directory}/data`)
  const gateway = await startLocalGateway(data, { port: await tryPort(0), log: () => {} })
  const admin = await createAdmin(gateway.url, gateway.credentials)
  const accounts = await describeWorld(admin, ci, gateway.url)
  return {
    gateway,
    ci,
    admin,
    ...accounts,
    isRevoked: async (token) => {
      const feed = await fetch(`${gateway.url}/oauth/revocations?audience=${DEPLOY_API}`)
      const { tokens } = decodeJwt<{ tokens: string[] }>(await feed.text())
      return tokens.includes(decodeJwt(token).jti ?? '')
    },
    close: async () => {
      await Promise.all([gateway.close(), ci.close()])
      await rm(directory, { recursive: true, force: true })
    },
  }
}
