import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FakeCi, startFakeCi } from '../../scripts/fake-ci/server.ts'
import { readPolicyFile } from '../../src/policy-file/read.ts'
import { runCli } from '../support/cli-in-process.ts'

let directory: string
let ci: FakeCi
let server: Server
let api: string
/** The paths that were asked for, with the authorization that came along. */
const asked: string[] = []

beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/gatehouse-init-`)
  ci = await startFakeCi()
  server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? '-'}`)
    if (request.url === '/repos/acme/renamed') return response.writeHead(301).end()
    if (request.url !== '/repos/acme/app') return response.writeHead(404).end('{}')
    return response.end(JSON.stringify({ id: 1001, owner: { id: 501 } }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  await ci.close()
  server.close()
  await rm(directory, { recursive: true, force: true })
})

const cli = (
  argv: readonly string[],
  around: { env?: Record<string, string>; input?: string } = {},
) =>
  runCli(
    [
      'policy',
      'init',
      '--service-account',
      '/acme/payments/bot',
      '--url',
      'https://gw.test',
      ...argv,
    ],
    { cwd: directory, ...around },
  )

const claimsIn = (text: string) => {
  const read = readPolicyFile(text)
  return read.ok ? read.value[0]?.policies[0]?.bound_claims : read.error
}

describe('gatehouse policy init', () => {
  it('writes a file from ids, and never over another', async () => {
    const ids = ['--repository-id', '1001', '--owner-id', '501', '--environment', 'production']
    const made = await cli(ids)
    expect([made.status, made.stdout]).toEqual([0, 'bot.trust.yaml\n'])
    const text = await readFile(join(directory, 'bot.trust.yaml'), 'utf8')
    expect(text).toContain('$schema=https://gw.test/schemas/trust-policy.v1.json')
    expect(claimsIn(text)).toEqual({
      repository_id: '1001',
      repository_owner_id: '501',
      environment: 'production',
    })
    const again = await cli(ids)
    expect([again.status, again.stderr]).toEqual([7, expect.stringContaining('there already')])
    const tested = await runCli(['policy', 'test'], { cwd: directory })
    expect(tested.status).toBe(0)
  })

  it('looks the ids up at GitHub', async () => {
    const { status, stdout } = await cli(['-', '--from-github', 'acme/app', '--github-api', api])
    expect(status).toBe(0)
    expect(claimsIn(stdout)).toMatchObject({ repository_id: '1001', repository_owner_id: '501' })
  })

  it('sends the token of GitHub only where the environment says', async () => {
    asked.length = 0
    const env = { GITHUB_TOKEN: 'of-github' }
    await cli(['-', '--from-github', 'acme/app', '--github-api', api], { env })
    await cli(['-', '--from-github', 'acme/app'], { env: { ...env, GITHUB_API_URL: api } })
    expect(asked).toEqual(['/repos/acme/app -', '/repos/acme/app Bearer of-github'])
  })

  it.each([
    ['nothing', 'acme/none', 3],
    ['another name', 'acme/renamed', 8],
    ['no repository', 'acme', 2],
    ['a path that leads elsewhere', 'acme/app/../../user', 2],
  ])('says that GitHub knows %s', async (_what, repository, exit) => {
    const { status, stdout } = await cli(['-', '--from-github', repository, '--github-api', api])
    expect([status, stdout]).toEqual([exit, ''])
  })

  it('binds what a token says, and does not print it', async () => {
    const { token } = await ci.mint('github', { aud: 'https://gw.test', ref: 'refs/heads/main' })
    await writeFile(join(directory, 'token.jwt'), token)
    const argv = ['-', '--from-token-file', 'token.jwt', '--preset', 'github-actions']
    const { status, stdout, stderr } = await cli(argv)
    expect(status).toBe(0)
    expect(stderr).toContain('decoded, not verified')
    expect(claimsIn(stdout)).toMatchObject({ ref: 'refs/heads/main' })
    expect(Object.keys(claimsIn(stdout) ?? {})).toContain('repository_id')
    expect(stdout + stderr).not.toContain(token.split('.')[2])
  })

  it('asks nobody where nobody sits, and says what to give', async () => {
    const { status, stderr } = await cli(['never.trust.yaml'])
    expect([status, stderr]).toEqual([2, expect.stringContaining('--from-github')])
    await expect(stat(join(directory, 'never.trust.yaml'))).rejects.toThrow()
  })
})
