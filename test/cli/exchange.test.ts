import { generateKeyPairSync } from 'node:crypto'
import { mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { type Around, gatehouse } from '../support/gatehouse-process.ts'
import { deployApi, useLocalSetting } from '../support/local-setting.ts'

const setting = useLocalSetting()

const job = () => ({
  ...setting().platform.env,
  GATEHOUSE_URL: setting().gateway.url,
  GATEHOUSE_CLIENT_ID: setting().clientId,
})

const exchange = (argv: readonly string[], around: Around = {}) =>
  gatehouse(['exchange', ...argv], { env: job(), ...around })

const asJob = async <T>(claims: Record<string, unknown>, call: () => Promise<T>): Promise<T> => {
  setting().platform.claims = claims
  try {
    return await call()
  } finally {
    setting().platform.claims = {}
  }
}

const newDirectory = () => mkdtemp(`${setting().directory}/job-`)

describe('gatehouse exchange', () => {
  it('prints the access token of a GitHub job and nothing else', async () => {
    const { status, stdout, stderr } = await exchange(['--output', 'token'], {
      printsCredential: true,
    })
    expect([status, stderr]).toEqual([0, ''])
    expect(decodeJwt(stdout.trim())).toMatchObject({ aud: deployApi, namespace: '/acme/payments' })
  })

  it('prints no token unasked', async () => {
    const { status, stdout, stderr } = await exchange([])
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('--output token')
  })

  it('prints JSON with stable keys, narrowed to the scopes that were asked for', async () => {
    const argv = ['--output', 'json', '--scope', 'deploy:read', '--audience', deployApi]
    const { stdout } = await exchange(argv, { printsCredential: true })
    expect(JSON.parse(stdout)).toEqual({
      access_token: expect.stringMatching(/^eyJ/),
      token_type: 'Bearer',
      expires_in: 600,
      expires_at: expect.stringMatching(/Z$/),
      scope: 'deploy:read',
    })
  })

  it('writes a header for curl into a file of its own, for the owner alone', async () => {
    const { status, stdout } = await exchange(['--output', 'header-file'])
    const path = stdout.trim()
    expect([status, (await stat(path)).mode & 0o777]).toEqual([0, 0o600])
    expect(await readFile(path, 'utf8')).toMatch(/^Authorization: Bearer eyJ\S+\n$/)
  })

  it('writes variables into a named file, and warns where a repository would take it along', async () => {
    const directory = await newDirectory()
    const argv = ['--output', 'env', '--output-file', 'token.env', '--json']
    const outside = await exchange(argv, { cwd: directory })
    expect([outside.status, outside.stderr]).toEqual([0, ''])
    expect(await readFile(`${directory}/token.env`, 'utf8')).toMatch(/^GATEHOUSE_TOKEN=eyJ/)
    await mkdir(`${directory}/.git`)
    await writeFile(`${directory}/token.env`, 'old', { mode: 0o644 })
    const inside = await exchange(argv, { cwd: directory })
    expect(inside.stderr).toMatch(/^warning: .* lies in .*commits, caches and images/)
    expect((await stat(`${directory}/token.env`)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(inside.stdout)).toMatchObject({ scope: 'deploy:read deploy:write' })
  })

  it('says which claims missed, with the line to run next', async () => {
    const claims = { ref: 'refs/heads/try-me' }
    const refused = await asJob(claims, () => exchange(['--output', 'token']))
    const asJson = await asJob(claims, () => exchange(['--json']))
    expect([refused.status, refused.stdout]).toEqual([5, ''])
    expect(refused.stderr).toContain('No trust policy accepts this job. Missed: ref')
    expect(refused.stderr).toContain('ref = "refs/heads/try-me"')
    expect(refused.stderr).toMatch(/next: .*gatehouse decisions show dec_\w+/)
    expect([asJson.status, asJson.stderr]).toEqual([5, ''])
    expect(JSON.parse(asJson.stdout)).toMatchObject({
      error: {
        code: 'denied',
        correlation_id: expect.stringMatching(/^dec_/),
        details: {
          reason: 'policy_mismatch',
          failed_claims: [{ claim: 'ref', actual: 'refs/heads/try-me' }],
        },
      },
    })
  })

  it('shows a fresh identity token after a failure of the platform', async () => {
    const { platform } = setting()
    platform.failures = 1
    const before = platform.given.length
    const { status } = await exchange(['--output', 'token'], { printsCredential: true })
    expect([status, platform.given.length - before]).toEqual([0, 1])
  })

  it('exchanges a token that a file, a variable or stdin holds, and not twice', async () => {
    const { ci, gateway } = setting()
    const { token } = await ci.mint('github', { aud: gateway.url })
    const env = { GATEHOUSE_URL: gateway.url, GATEHOUSE_CLIENT_ID: setting().clientId }
    const argv = ['--output', 'token', '--provider']
    const first = await exchange([...argv, 'stdin'], { env, input: token, printsCredential: true })
    expect(first.status).toBe(0)
    const again = await exchange([...argv, 'env:MINE'], { env: { ...env, MINE: token } })
    expect(again.status).toBe(5)
    expect(again.stderr).toContain('This identity token was already exchanged')
    expect(again.stderr).toContain('run the job again')
  })

  it('fails when the grant is not what was expected', async () => {
    const argv = ['--output', 'token', '--expect-scopes', 'deploy:read']
    const { status, stderr } = await exchange(argv)
    expect(status).toBe(5)
    expect(stderr).toContain('it holds also deploy:write')
  })

  it('authenticates with a secret by the environment or stdin, never by an argument', async () => {
    const { client_id, client_secret } = setting().gateway.credentials
    const env = { GATEHOUSE_URL: setting().gateway.url, GATEHOUSE_CLIENT_ID: client_id }
    const argv = ['--output', 'token', '--audience', 'urn:gatehouse:admin']
    const [stdin, variable] = await Promise.all([
      exchange([...argv, '--client-secret-stdin'], {
        env,
        input: `${client_secret}\n`,
        printsCredential: true,
      }),
      exchange(argv, {
        env: { ...env, GATEHOUSE_CLIENT_SECRET: client_secret },
        printsCredential: true,
      }),
    ])
    expect([stdin.status, variable.status]).toEqual([0, 0])
    const argument = await exchange([...argv, '--client-secret', client_secret], { env })
    expect(argument.status).toBe(2)
    expect(argument.stderr).toContain('arguments can be read by other users')
    const wrong = await exchange(argv, { env: { ...env, GATEHOUSE_CLIENT_SECRET: 'guessed' } })
    expect(wrong.status).toBe(4)
    expect(wrong.stderr).toContain('does not accept the credential')
  })

  it('signs with a private key that only its owner can read', async () => {
    const { api, gateway, accountId, clientId } = setting()
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const path = `${await newDirectory()}/key.pem`
    await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 })
    await api.POST('/admin/v1/service-accounts/{service_account_id}/keys', {
      params: { path: { service_account_id: accountId } },
      body: { pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() },
    })
    const env = { GATEHOUSE_URL: gateway.url, GATEHOUSE_CLIENT_ID: clientId }
    const argv = ['--output', 'token', '--key-file', path]
    const { status, stderr } = await exchange(argv, { env, printsCredential: true })
    expect([status, stderr]).toEqual([0, ''])
  })
})
