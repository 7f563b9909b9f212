import { chmod, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { gatehouse } from '../support/gatehouse-process.ts'
import { useLocalSetting } from '../support/local-setting.ts'

const setting = useLocalSetting()

const newHome = async (): Promise<{ HOME: string }> => ({
  HOME: await mkdtemp(`${setting().directory}/home-`),
})

const rootFile = () => `${setting().directory}/.gatehouse/root-credentials.json`

describe('a login', () => {
  it('is checked, kept for its owner alone, shown without its secret, and forgotten', async () => {
    const env = await newHome()
    const { url, credentials } = setting().gateway
    const login = await gatehouse(['login', '--credentials-file', rootFile(), '--json'], { env })
    const path = `${env.HOME}/.config/gatehouse/credentials.json`
    expect([login.status, JSON.parse(login.stdout)]).toEqual([
      0,
      { url, client_id: credentials.client_id, kept_in: path },
    ])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readFile(path, 'utf8')).toContain(credentials.client_secret)
    const who = await gatehouse(['whoami', '--json'], { env })
    expect([who.status, JSON.parse(who.stdout)]).toMatchObject([
      0,
      {
        url,
        account: { id: expect.stringMatching(/^sa_/), name: expect.stringMatching(/^root-/) },
        client_id: credentials.client_id,
        held: [{ namespace: '/', permissions: expect.arrayContaining(['namespaces:write']) }],
      },
    ])
    const words = await gatehouse(['whoami'], { env })
    expect(words.stdout).toMatch(/in \/: read .*namespaces.*; change .*namespaces/)
    const explained = await gatehouse(['config', 'explain', '--json'], { env })
    expect(JSON.parse(explained.stdout)).toMatchObject({
      settings: { url: { value: url, from: `the login in ${path}` } },
      credentials: { logins: [url] },
    })
    const out = await gatehouse(['logout'], { env })
    expect([out.status, out.stdout]).toEqual([0, `logged out of ${url}\n`])
    expect(await readFile(path, 'utf8')).not.toContain(credentials.client_secret)
    const nobody = await gatehouse(['whoami', '--url', url], { env })
    expect(nobody.status).toBe(4)
    expect(nobody.stderr).toContain(`gatehouse login --url ${url}`)
  })

  it('is refused when its secret is wrong, or its file can be read by others', async () => {
    const env = await newHome()
    const { url, credentials } = setting().gateway
    const argv = ['login', '--url', url, '--client-id', credentials.client_id]
    const wrong = await gatehouse([...argv, '--client-secret-stdin'], { env, input: 'guessed' })
    expect(wrong.status).toBe(4)
    const open = `${env.HOME}/open.json`
    await writeFile(open, await readFile(rootFile(), 'utf8'), { mode: 0o644 })
    const refused = await gatehouse(['login', '--credentials-file', open], { env })
    expect(refused.status).toBe(4)
    expect(refused.stderr).toContain(`chmod 600 ${open}`)
    const right = await gatehouse([...argv, '--client-secret-stdin'], {
      env,
      input: credentials.client_secret,
    })
    expect(right.status).toBe(0)
    await chmod(`${env.HOME}/.config/gatehouse/credentials.json`, 0o640)
    expect((await gatehouse(['whoami'], { env })).stderr).toContain('can be read by others')
  })

  it('never asks where nobody sits', async () => {
    const env = await newHome()
    const asked = await gatehouse(['login', '--url', setting().gateway.url], { env })
    expect(asked.status).toBe(2)
    expect(asked.stderr).toContain('nobody can be asked here')
  })
})

describe('the admin API', () => {
  const admin = (argv: readonly string[], env: Record<string, string>) =>
    gatehouse(argv, { env: { GATEHOUSE_URL: setting().gateway.url, ...env } })

  it('is reached with a token, a secret, and by a job that a policy lets in', async () => {
    const { client_id, client_secret } = setting().gateway.credentials
    const bySecret = await admin(['whoami', '--json'], {
      GATEHOUSE_CLIENT_ID: client_id,
      GATEHOUSE_CLIENT_SECRET: client_secret,
    })
    expect(JSON.parse(bySecret.stdout)).toMatchObject({ client_id })
    // The job's account holds no role of the admin API: that far it came.
    const byJob = await admin(['whoami'], {
      ...setting().platform.env,
      GATEHOUSE_CLIENT_ID: setting().clientId,
    })
    expect(byJob.status).toBe(5)
    expect(byJob.stderr).toContain('has no role for it')
  })

  it('gets no token of another gateway, however the url was said', async () => {
    const payload = Buffer.from('{"iss":"https://other.example"}').toString('base64url')
    const { status, stderr } = await admin(['whoami'], { GATEHOUSE_TOKEN: `e30.${payload}.AAAA` })
    expect(status).toBe(2)
    expect(stderr).toContain('issued by another gateway')
  })

  it('is asked whether a token is worth anything', async () => {
    for (const payload of ['{}', '{"sub":"sa_x","client_id":"cl_x","exp":9999999999}']) {
      const GATEHOUSE_TOKEN = `eyJhbGciOiJFUzI1NiJ9.${Buffer.from(payload).toString('base64url')}.AAAA`
      const { status, stdout, stderr } = await admin(['whoami'], { GATEHOUSE_TOKEN })
      expect([status, stdout]).toEqual([4, ''])
      expect(stderr).not.toContain('undefined')
    }
  })
})

describe('gatehouse revoke', () => {
  it('ends a token that a file holds, at the gateway that it names, and again without complaint', async () => {
    const cwd = await mkdtemp(`${setting().directory}/revoke-`)
    await mkdir(`${cwd}/sub`)
    const env = {
      ...setting().platform.env,
      GATEHOUSE_URL: setting().gateway.url,
      GATEHOUSE_CLIENT_ID: setting().clientId,
    }
    await gatehouse(['exchange', '--output', 'header-file', '--output-file', 'h'], { env, cwd })
    const argv = ['revoke', '--token-file', 'h']
    const first = await gatehouse(argv, { cwd })
    expect([first.status, first.stdout]).toEqual([0, `revoked at ${setting().gateway.url}\n`])
    expect((await gatehouse(argv, { cwd })).status).toBe(0)
    expect((await gatehouse(['revoke', '--token-file', 'none'], { cwd })).status).toBe(2)
    const nothing = await gatehouse(['revoke', '--token-stdin'], { cwd, input: ' ' })
    expect(nothing.stderr).toContain('there is no token to revoke')
  })
})

describe('a job with a role of the admin API', () => {
  it('administers by its identity token, or by an access token that it was given', async () => {
    const { api, accountId, clientId, gateway, platform } = setting()
    const principal = { type: 'service_account', id: accountId } as const
    await api.POST('/admin/v1/role-bindings', {
      body: { role_id: 'role_deployer', namespace: '/acme/payments', principal },
    })
    const env = {
      ...platform.env,
      GATEHOUSE_URL: gateway.url,
      GATEHOUSE_CLIENT_ID: clientId,
    }
    const byJob = await gatehouse(['whoami', '--json'], { env })
    expect(JSON.parse(byJob.stdout)).toMatchObject({
      account: { id: accountId },
      held: [{ namespace: '/acme/payments' }],
    })
    const argv = ['exchange', '--output', 'token', '--audience', 'urn:gatehouse:admin']
    const { stdout } = await gatehouse(argv, { env, printsCredential: true })
    const given = { GATEHOUSE_URL: gateway.url, GATEHOUSE_TOKEN: stdout.trim() }
    const byToken = await gatehouse(['whoami', '--json'], { env: given })
    expect(JSON.parse(byToken.stdout)).toMatchObject({ account: { id: accountId } })
    await gatehouse(['revoke'], { env: given })
    const revoked = await gatehouse(['whoami', '--json'], { env: given })
    expect([revoked.status, JSON.parse(revoked.stdout).error.code]).toEqual([
      4,
      'authentication_required',
    ])
  })
})
