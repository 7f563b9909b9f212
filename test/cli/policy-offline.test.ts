import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCli } from '../support/cli-in-process.ts'
import { gatehouse } from '../support/gatehouse-process.ts'
import { useLocalSetting } from '../support/local-setting.ts'

const setting = useLocalSetting()

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(`${tmpdir()}/gatehouse-policy-`)
})
afterAll(() => rm(directory, { recursive: true, force: true }))

const text = (issuer: string, audience: string, more = ''): string => `kind: TrustPolicies/v1
service_account: /acme/payments/deploy-bot
policies:
  - name: deploy from main
    issuer: ${issuer}
    preset: github-actions
    audience: ${audience}
    bound_claims:
      repository_id: "800002"
      repository_owner_id: "90001"
      ref: refs/heads/main
      event_name: push
      environment: production
${more}`

const write = async (name: string, content: string): Promise<string> => {
  await writeFile(join(directory, name), content)
  return name
}

const cli = (
  argv: readonly string[],
  around: { env?: Record<string, string>; input?: string } = {},
) => runCli(['policy', ...argv], { cwd: directory, ...around })

describe('gatehouse policy lint', () => {
  it('runs as a process, names the place and ends with 6', async () => {
    const path = await write(
      'bad.trust.yaml',
      text('https://i.test', 'https://g.test').replace('audience', 'audiance'),
    )
    const { status, stdout, stderr } = await gatehouse(['policy', 'lint', path], { cwd: directory })
    expect(status).toBe(6)
    expect(stdout).toContain('bad.trust.yaml:7:5: error: `audiance`')
    expect(stdout).toContain('did you mean `audience`?')
    expect(stderr).toContain('next: ')
    await rm(join(directory, path))
  })

  it('annotates a pull request of GitHub', async () => {
    const content = text('https://i.test', 'https://g.test').replace('"800002"', '800002')
    const { stdout } = await cli(['lint', '-', '--format', 'github'], { input: content })
    expect(stdout).toMatch(/^::error file=stdin,line=9,col=22,title=type_mismatch::.*quote it/m)
  })

  it('prints one object for programs, found or not', async () => {
    const good = await cli(['lint', '-', '--json'], {
      input: text('https://i.test', 'https://g.test'),
    })
    expect([good.status, JSON.parse(good.stdout)]).toMatchObject([0, { errors: 0 }])
    const bad = await cli(['lint', '-', '--json'], { input: 'a: 1' })
    expect([bad.status, JSON.parse(bad.stdout)]).toMatchObject([6, { error: { code: 'findings' } }])
  })

  it('says which files it looked for', async () => {
    const { status, stderr } = await cli(['lint', 'nowhere.trust.yaml'])
    expect([status, stderr]).toEqual([3, expect.stringContaining('nowhere.trust.yaml')])
  })
})

describe('gatehouse policy test', () => {
  it('writes a report that CI systems read, with what went otherwise', async () => {
    const more = `    examples: { accept: [{}] }
    tests:
      - { name: 'a "fork" <&>', claims: { repository_id: "1" }, expect: accept }
`
    const path = await write('t.trust.yaml', text('https://i.test', 'https://g.test', more))
    const { status, stdout } = await cli(['test', path, '--junit', 'report.xml'])
    expect(status).toBe(6)
    expect(stdout).toContain('1 passed, 1 failed')
    const { readFile } = await import('node:fs/promises')
    const report = await readFile(join(directory, 'report.xml'), 'utf8')
    expect(report).toContain('tests="2" failures="1"')
    expect(report).toContain('a &quot;fork&quot; &lt;&amp;&gt;')
    await rm(join(directory, path))
  })
})

describe('gatehouse policy explain', () => {
  const job = { ref: 'refs/heads/Main', event_name: 'push', environment: 'production' }

  const minted = async (claims: object): Promise<string> => {
    const { token } = await setting().ci.mint('github', { aud: setting().gateway.url, ...claims })
    return token
  }

  it('judges by a file without verifying, and says so; the token is not printed', async () => {
    const path = await write('e.trust.yaml', text(setting().ci.url, setting().gateway.url))
    const token = await minted(job)
    const explained = await cli(['explain', '--token-file', '-', '--policy', path], {
      input: token,
    })
    expect(explained.status).toBe(5)
    expect(explained.stdout).toContain('decoded, not verified')
    expect(explained.stdout).toContain(
      'FAIL  ref (mismatch): expected "refs/heads/main", the token has "refs/heads/Main"',
    )
    expect(explained.stdout).toContain('Differs only in case.')
    expect(explained.stdout + explained.stderr).not.toContain(token.split('.')[1])
    const accepted = await cli(['explain', '--token-file', '-', '--policy', path], {
      input: await minted({ ...job, ref: 'refs/heads/main' }),
    })
    expect([accepted.status, accepted.stdout]).toEqual([
      0,
      expect.stringContaining('It would be accepted.'),
    ])
  })

  it('asks the gateway, which says the same of each clause', async () => {
    const path = await write('e.trust.yaml', text(setting().ci.url, setting().gateway.url))
    const { client_id, client_secret } = setting().gateway.credentials
    const env = {
      GATEHOUSE_URL: setting().gateway.url,
      GATEHOUSE_CLIENT_ID: client_id,
      GATEHOUSE_CLIENT_SECRET: client_secret,
    }
    const input = await minted(job)
    const by = ['explain', '--json', '--token-file', '-', '--policy', path]
    const file = JSON.parse((await cli(by, { input })).stdout).error.details
    const online = [...by, '--service-account', '/acme/payments/deploy-bot']
    const gateway = JSON.parse((await cli(online, { input, env })).stdout).error.details
    expect([file.judged_by, gateway.judged_by]).toEqual(['file', 'gateway'])
    expect(gateway.reason).toBe(file.reason)
    const judged = ({
      policies,
    }: {
      policies: { clauses: { claim: string; verdict: string }[] }[]
    }) => policies[0]?.clauses.map(({ claim, verdict }) => [claim, verdict])
    expect(judged(gateway)).toEqual(judged(file))
  })

  it('refuses what is no token without repeating it', async () => {
    const input = 'this-is-a-secret'
    const path = await write('e.trust.yaml', text(setting().ci.url, setting().gateway.url))
    const { status, stderr } = await cli(['explain', '--token-file', '-', '--policy', path], {
      input,
    })
    expect(status).toBe(2)
    expect(stderr).not.toContain(input)
  })
})
