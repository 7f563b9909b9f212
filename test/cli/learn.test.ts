import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { newPairingCode } from '../../src/crypto/random.ts'
import { ended, gatehouse, startGatehouse } from '../support/gatehouse-process.ts'
import { useLocalSetting } from '../support/local-setting.ts'

const setting = useLocalSetting()

const bot = '/acme/payments/deploy-bot'

const admin = () => {
  const { url, credentials } = setting().gateway
  return {
    GATEHOUSE_URL: url,
    GATEHOUSE_CLIENT_ID: credentials.client_id,
    GATEHOUSE_CLIENT_SECRET: credentials.client_secret,
  }
}

const job = (code: string) => ({
  ...setting().platform.env,
  GATEHOUSE_URL: setting().gateway.url,
  GATEHOUSE_PAIRING_CODE: code,
})

const newDirectory = () => mkdtemp(`${setting().directory}/learn-`)

/** Reads stderr until the code is told. */
const codeIn = async (child: ChildProcessWithoutNullStreams): Promise<string> => {
  let text = ''
  while (!text.includes('waiting for the job')) {
    const [chunk] = (await once(child.stderr, 'data')) as [Buffer]
    text += chunk.toString()
  }
  const [code] = /gthp_[0-9A-Za-z]{49}/.exec(text) ?? []
  if (code === undefined) throw new Error(text)
  return code
}

const token = async (claims: Record<string, unknown> = {}) => {
  const made = await setting().ci.mint('github', { aud: setting().gateway.url, ...claims })
  return made.token
}

describe('gatehouse policy init --pair', () => {
  it('shows no code in the log of a job, and makes none there', async () => {
    const argv = ['policy', 'init', '--pair', '--service-account', bot, '--json']
    const { status, stdout } = await gatehouse(argv, { env: { ...admin(), CI: 'true' } })
    expect([status, JSON.parse(stdout).error.code]).toEqual([2, 'public_log'])
  })

  it('writes the code into a file for its reader alone', async () => {
    const cwd = await newDirectory()
    const place = ['--service-account', bot, '--code-file', 'code', '--file', 'bot.trust.yaml']
    const env = { ...admin(), CI: 'true' }
    const child = startGatehouse(['policy', 'init', '--pair', ...place], { env, cwd })
    const ending = ended(child)
    const path = `${cwd}/code`
    while (!existsSync(path)) await setTimeout(50)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const code = (await readFile(path, 'utf8')).trim()
    await gatehouse(['pair'], { env: job(code) })
    const { status, stderr } = await ending
    expect(status).toBe(0)
    expect(stderr).not.toContain(code)
    expect(stderr).toMatch(/verified it: "repo:acme.* of "http/)
  })

  it('waits for a job, which pairs once, and writes a policy file that can be applied', async () => {
    const cwd = await newDirectory()
    const argv = ['policy', 'init', '--pair', '--service-account', bot, '--file', 'bot.trust.yaml']
    const child = startGatehouse(argv, { env: admin(), cwd })
    const ending = ended(child)
    const code = await codeIn(child)
    const paired = await gatehouse(['pair', '--json'], { env: job(code) })
    expect([paired.status, paired.stderr]).toEqual([0, ''])
    expect(JSON.parse(paired.stdout)).toMatchObject({ status: 'paired' })
    const { status, stdout, stderr } = await ending
    expect([status, stdout]).toEqual([0, 'bot.trust.yaml\n'])
    expect(stderr).toContain('curl -sS')
    expect(stderr).not.toMatch(/eyJ|gths_/)
    const text = await readFile(`${cwd}/bot.trust.yaml`, 'utf8')
    expect(text).not.toMatch(/gthp_|eyJ/)
    expect(parse(text)).toMatchObject({
      service_account: bot,
      policies: [{ bound_claims: { repository_id: '800002', ref: 'refs/heads/main' } }],
    })
    const lint = await gatehouse(['policy', 'lint', 'bot.trust.yaml'], { cwd })
    expect([lint.status, lint.stdout]).toEqual([0, expect.any(String)])
    const diff = await gatehouse(['policy', 'diff', 'bot.trust.yaml'], { cwd, env: admin() })
    expect([diff.status, diff.stdout, diff.stderr]).toEqual([
      6,
      expect.stringContaining(`of ${bot} is new`),
      expect.stringContaining('1 difference'),
    ])
    const again = await gatehouse(['pair'], { env: job(code) })
    expect([again.status, again.stdout]).toEqual([5, ''])
    expect(again.stderr).toContain('gatehouse policy init --pair')
    expect(again.stderr).not.toContain(code)
  })

  it('says for whom, and that there is something to learn from', async () => {
    const nobody = await gatehouse(['policy', 'init', '--pair'], { env: admin() })
    expect([nobody.status, nobody.stderr]).toEqual([
      2,
      expect.stringContaining('--service-account'),
    ])
    const nothing = await gatehouse(['policy', 'init'], { env: admin() })
    expect([nothing.status, nothing.stderr]).toEqual([2, expect.stringContaining('--pair')])
    const unknown = ['policy', 'init', '--pair', '--service-account', '/acme/none']
    expect((await gatehouse(unknown, { env: admin() })).status).toBe(3)
  })
})

describe('gatehouse pair', () => {
  it.each([
    ['no code', '', 2, 'GATEHOUSE_PAIRING_CODE'],
    ['no code of ours', 'gthp_nothing', 2, 'gthp_'],
  ])('refuses %s without asking anybody', async (_, code, status, words) => {
    const given = setting().platform.given.length
    const { stderr, ...rest } = await gatehouse(['pair'], { env: job(code) })
    expect(rest).toEqual({ status, stdout: '' })
    expect(stderr).toContain(words)
    expect(setting().platform.given).toHaveLength(given)
  })

  it('says soon that no gateway is there', async () => {
    const env = { ...job(newPairingCode()), GATEHOUSE_URL: 'http://127.0.0.1:9' }
    const { status, stderr } = await gatehouse(['pair'], { env })
    expect([status, stderr]).toEqual([8, expect.stringContaining('out of reach')])
  })

  it('takes the code from stdin, and never from the command line', async () => {
    const { GATEHOUSE_PAIRING_CODE: _, ...env } = job('')
    const input = 'gthp_nothing'
    expect((await gatehouse(['pair', '--code-stdin'], { env, input })).stderr).toContain(
      'no pairing code',
    )
    expect((await gatehouse(['pair', '--code', input], { env })).status).toBe(2)
  })
})

describe('gatehouse policy suggest', () => {
  it('prints the policy file for a token in a file, with why', async () => {
    const cwd = await newDirectory()
    await writeFile(`${cwd}/token.jwt`, await token())
    const argv = ['policy', 'suggest', '--token-file', 'token.jwt', '--service-account', bot]
    const { status, stdout, stderr } = await gatehouse(argv, { env: admin(), cwd })
    expect(status).toBe(0)
    expect(stdout).toMatch(/^# The narrowest policy/)
    expect(stdout).toContain('#   repository_id: says whose job this is')
    expect(parse(stdout).kind).toBe('TrustPolicies/v1')
    expect(`${stdout}${stderr}`).not.toMatch(/eyJ/)
  })

  it('prints one JSON object with --json, also where nothing is suggested', async () => {
    const argv = ['policy', 'suggest', '--json', '--token-file', '-', '--namespace', '/acme']
    const good = await gatehouse(argv, { env: admin(), input: await token() })
    expect([good.status, JSON.parse(good.stdout).policy.enabled]).toEqual([0, true])
    const input = await token({ event_name: 'pull_request_target' })
    const bad = await gatehouse(argv, { env: admin(), input })
    const { error } = JSON.parse(bad.stdout)
    expect([bad.status, error.code]).toEqual([6, 'no_suggestion'])
    expect(error.message).toContain('event_name')
  })

  it('says what proves nothing', async () => {
    const argv = ['policy', 'suggest', '--token-file', '-', '--namespace', '/acme']
    const { status, stderr } = await gatehouse(argv, { env: admin(), input: 'x.y.z' })
    expect([status, stderr]).toEqual([6, expect.stringContaining('proves nothing')])
  })

  it('keeps a file that is there, unless told otherwise', async () => {
    const cwd = await newDirectory()
    await writeFile(`${cwd}/a.trust.yaml`, 'mine')
    const argv = [
      'policy',
      'suggest',
      '--token-file',
      '-',
      '--namespace',
      '/acme',
      '--file',
      'a.trust.yaml',
    ]
    const kept = await gatehouse(argv, { env: admin(), cwd, input: await token() })
    expect([kept.status, await readFile(`${cwd}/a.trust.yaml`, 'utf8')]).toEqual([7, 'mine'])
    const forced = await gatehouse([...argv, '--yes'], { env: admin(), cwd, input: await token() })
    expect(forced.status).toBe(0)
    expect(await readFile(`${cwd}/a.trust.yaml`, 'utf8')).toContain('TrustPolicies/v1')
  })
})
