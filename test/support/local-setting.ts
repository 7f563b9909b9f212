import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll } from 'vitest'
import { type FakeCi, startFakeCi } from '../../scripts/fake-ci/server.ts'
import { openDataDirectory } from '../../scripts/local/data-directory.ts'
import { type LocalGateway, startLocalGateway } from '../../scripts/local/gateway.ts'
import { tryPort } from '../../scripts/local/ports.ts'
import { asForm, gatehouse } from '../../src/client/client.ts'

/** GitHub's token endpoint of a job, as the runner shows it. */
export interface Platform {
  readonly env: Readonly<Record<string, string>>
  /** Claims of the tokens that it gives from now on. */
  claims: Record<string, unknown>
  /** Every token that it gave. */
  readonly given: string[]
  /** How many of the next requests it answers with 500. */
  failures: number
  close(): Promise<void>
}

/** A gateway on this machine with one account that a GitHub job may become. */
export interface LocalSetting {
  readonly directory: string
  readonly gateway: LocalGateway
  readonly ci: FakeCi
  readonly platform: Platform
  /** The root account's client of the admin API. */
  readonly api: ReturnType<typeof gatehouse>
  readonly accountId: string
  readonly clientId: string
}

export const deployApi = 'https://deploy.acme.example'

const startPlatform = async (ci: FakeCi): Promise<Platform> => {
  const server = createServer(async (request, response) => {
    if (request.headers.authorization !== 'Bearer of-the-runner')
      return response.writeHead(401).end()
    if (platform.failures > 0) {
      platform.failures -= 1
      return response.writeHead(500).end('no')
    }
    const { searchParams } = new URL(request.url ?? '/', 'http://platform')
    const aud = searchParams.get('audience')
    const { token } = await ci.mint('github', { aud, ...platform.claims })
    platform.given.push(token)
    return response.end(JSON.stringify({ value: token }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const platform: Platform = {
    env: {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner',
    },
    claims: {},
    given: [],
    failures: 0,
    close: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
  return platform
}

const rootClient = ({ url, credentials }: LocalGateway): ReturnType<typeof gatehouse> => {
  const { client_id, client_secret } = credentials
  let token: Promise<string> | undefined
  const ask = async (): Promise<string> => {
    const body = { grant_type: 'client_credentials', client_id, client_secret } as const
    const { data } = await gatehouse({ baseUrl: url }).POST('/oauth/token', { ...asForm, body })
    return data?.access_token ?? ''
  }
  return gatehouse({
    baseUrl: url,
    token: () => {
      token ??= ask()
      return token
    },
  })
}

const made = <T>({ data }: { readonly data?: T }): T => {
  if (data === undefined) throw new Error('made nothing')
  return data
}

const populate = async (api: ReturnType<typeof gatehouse>, issuer: string, audience: string) => {
  const post = api.POST
  await post('/admin/v1/namespaces', { body: { path: '/acme', kind: 'company' } })
  await post('/admin/v1/namespaces', { body: { path: '/acme/payments', kind: 'project' } })
  const permissions = ['deploy:read', 'deploy:write']
  const server = { namespace: '/acme', name: 'Deploy API', identifier: deployApi, permissions }
  const { id: resource_server_id } = made(
    await post('/admin/v1/resource-servers', { body: server }),
  )
  const role = { namespace: '/acme', name: 'deployer', resource_server_id, permissions }
  const { id: role_id } = made(await post('/admin/v1/roles', { body: role }))
  const github = { namespace: '/acme', name: 'CI', issuer, preset: 'github-actions' } as const
  await post('/admin/v1/issuers', { body: github })
  const bound_claims = {
    repository_id: '800002',
    repository_owner_id: '90001',
    ref: 'refs/heads/main',
  }
  const policy = { name: 'deploy from main', issuer, audience, bound_claims }
  const account = {
    namespace: '/acme/payments',
    name: 'deploy-bot',
    role_bindings: [{ role_id, namespace: '/acme/payments' }],
    trust_policies: [policy],
  }
  return made(await post('/admin/v1/service-accounts', { body: account }))
}

const openSetting = async (): Promise<LocalSetting> => {
  const directory = await mkdtemp(`${tmpdir()}/gatehouse-cli-`)
  const ci = await startFakeCi()
  const data = await openDataDirectory(`${directory}/.gatehouse`)
  const gateway = await startLocalGateway(data, { port: await tryPort(0), log: () => {} })
  const api = rootClient(gateway)
  const { id: accountId, client_id: clientId } = await populate(api, ci.url, gateway.url)
  const platform = await startPlatform(ci)
  return { directory, gateway, ci, platform, api, accountId, clientId }
}

/** A local gateway for all tests of a file. */
export const useLocalSetting = (): (() => LocalSetting) => {
  let setting: LocalSetting
  beforeAll(async () => {
    setting = await openSetting()
  })
  afterAll(async () => {
    await Promise.all([setting?.platform.close(), setting?.gateway.close(), setting?.ci.close()])
    if (setting) await rm(setting.directory, { recursive: true, force: true })
  })
  return () => setting
}
