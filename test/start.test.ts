import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FakeCi, startFakeCi } from '../scripts/fake-ci/server.ts'
import { createAdmin, requestToken } from '../scripts/local/client.ts'
import { tryPort } from '../scripts/local/ports.ts'
import { ROOT } from './support/settings.ts'

interface Running {
  readonly process: ChildProcess
  readonly output: () => string
}

/** `npm start` as a user would run it, ready to serve. */
const start = async (port: number, directory: string): Promise<Running> => {
  const child = spawn(
    process.execPath,
    [`${ROOT}scripts/start/main.ts`, '--port', String(port), '--data-dir', directory],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  const ready = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('Ctrl-C ends it')) resolve()
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('exit', () => reject(new Error(output)))
  })
  await ready
  return { process: child, output: () => output }
}

const gone = async (port: number): Promise<void> => {
  for (;;) {
    const answers = await fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => true,
      () => false,
    )
    if (!answers) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe('npm start', () => {
  let directory: string
  let port: number
  let ci: FakeCi

  beforeAll(async () => {
    directory = `${await mkdtemp(`${tmpdir()}/gatehouse-start-`)}/data`
    port = await tryPort(0)
    ci = await startFakeCi()
  })

  afterAll(async () => {
    await ci.close()
    await rm(directory, { recursive: true, force: true })
  })

  const root = async () =>
    JSON.parse(await readFile(`${directory}/root-credentials.json`, 'utf8')) as {
      client_id: string
      client_secret: string
      token_endpoint: string
    }

  const exchange = (url: string, clientId: string, token: string) =>
    requestToken(url, {
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: clientId,
      subject_token: token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    })

  const setUp = async (url: string): Promise<string> => {
    const admin = await createAdmin(url, await root())
    await admin('POST', '/namespaces', { path: '/acme' })
    const server = await admin('POST', '/resource-servers', {
      namespace: '/acme',
      identifier: 'https://api.acme.test',
      name: 'API',
      permissions: ['deploy'],
    })
    const role = await admin('POST', '/roles', {
      namespace: '/acme',
      name: 'deployer',
      resource_server_id: server.id,
      permissions: ['deploy'],
    })
    const issuer = { namespace: '/acme', name: 'CI', issuer: ci.url, preset: 'github-actions' }
    await admin('POST', '/issuers', issuer)
    const account = await admin('POST', '/service-accounts', {
      namespace: '/acme',
      name: 'deploy-bot',
      role_bindings: [{ role_id: role.id, namespace: '/acme' }],
      trust_policies: [
        {
          name: 'main',
          issuer: ci.url,
          audience: url,
          bound_claims: {
            repository_id: '800002',
            repository_owner_id: '90001',
            ref: 'refs/heads/main',
          },
        },
      ],
    })
    return String(account.client_id)
  }

  test('keeps accounts, policies and spent tokens through kill -9, and ends all it started', async () => {
    const url = `http://127.0.0.1:${port}`
    const first = await start(port, directory)
    const credentials = await root()
    expect(first.output()).toContain(credentials.client_secret)
    // It is kept in a file, so it is not "shown this once".
    expect(first.output()).toMatch(/secret in \S+root-credentials\.json; printed this once/)
    expect(credentials.token_endpoint).toBe(`${url}/oauth/token`)
    expect((await stat(`${directory}/root-credentials.json`)).mode & 0o777).toBe(0o600)
    expect((await stat(`${directory}/secrets.json`)).mode & 0o777).toBe(0o600)
    const clientId = await setUp(url)
    const spent = (await ci.mint('github', { aud: url })).token
    expect((await exchange(url, clientId, spent)).status).toBe(200)

    first.process.kill('SIGKILL')
    await once(first.process, 'exit')
    await gone(port)

    const second = await start(port, directory)
    expect(second.output()).not.toContain(credentials.client_secret)
    const again = await exchange(url, clientId, spent)
    expect([again.status, again.body.reason]).toEqual([400, 'assertion_reused'])
    const fresh = (await ci.mint('github', { aud: url })).token
    expect((await exchange(url, clientId, fresh)).status).toBe(200)

    second.process.kill('SIGTERM')
    await once(second.process, 'exit')
    await gone(port)
  })

  test('warns on another port that iss has changed, and says when a port is taken', async () => {
    const other = await tryPort(0)
    const running = await start(other, directory)
    expect(running.output()).toContain(`the last start was at http://127.0.0.1:${port}`)
    await expect(start(other, directory)).rejects.toThrow(/is taken: .* choose another with --port/)
    running.process.kill('SIGTERM')
    await once(running.process, 'exit')
    await gone(other)
  })
})
