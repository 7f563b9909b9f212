import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { foreignFiles, projectFiles } from '../../src/cli/settings/places.ts'
import { commandLine } from '../support/command-line.ts'

let root: string

beforeAll(async () => {
  root = await mkdtemp(`${tmpdir()}/gatehouse-project-`)
})

afterAll(() => rm(root, { recursive: true, force: true }))

const theirs = 'https://theirs.test'
const real = 'https://gateway.test'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: object) => `${encode({ alg: 'RS256' })}.${encode(claims)}.c2ln`

interface Around {
  readonly env?: Record<string, string>
  readonly project?: string
  readonly user?: string
  readonly login?: string
  readonly run?: () => Promise<string>
}

/** Runs a command in a checkout whose `gatehouse.yaml` names a gateway; tells what was sent. */
const inCheckout = async (argv: readonly string[], around: Around = {}) => {
  const at = await mkdtemp(`${root}/at-`)
  await mkdir(`${at}/checkout/.git`, { recursive: true })
  await mkdir(`${at}/config/gatehouse`, { recursive: true })
  await writeFile(`${at}/checkout/gatehouse.yaml`, around.project ?? `url: ${theirs}\n`)
  if (around.user) await writeFile(`${at}/config/gatehouse/config.yaml`, around.user)
  if (around.login) {
    const logins = { [around.login]: { client_id: 'cli_1', client_secret: 'kept' } }
    const text = JSON.stringify({ current: around.login, logins })
    await writeFile(`${at}/config/gatehouse/credentials.json`, text, { mode: 0o600 })
  }
  const sent: string[] = []
  const came = await commandLine(argv, {
    cwd: `${at}/checkout`,
    env: { XDG_CONFIG_HOME: `${at}/config`, GATEHOUSE_CLIENT_ID: 'cli_1', ...around.env },
    readFile: (path) => readFile(path, 'utf8'),
    readStdin: async () => 'typed-secret',
    ...(around.run && { run: around.run }),
    fetch: async (request) => {
      sent.push(new URL(request.url).origin)
      const body = { error: 'invalid_client', decision_id: 'dec_1' }
      return Response.json(body, { status: 401 })
    },
  })
  return { ...came, sent }
}

const exchange = ['exchange', '--output', 'token']
const secret = { GATEHOUSE_CLIENT_SECRET: 'a-secret' }
const accessToken = { GATEHOUSE_TOKEN: jwt({ iss: real, client_id: 'cli_1', sub: 'sa' }) }

describe('a gateway that only the checkout names', () => {
  it.each([
    ['exchange with a secret', exchange, secret],
    ['exec with a secret', ['exec', '--', 'true'], secret],
    [
      'exchange with an identity token for another gateway',
      exchange,
      { GATEHOUSE_ID_TOKEN: jwt({ aud: real }) },
    ],
    [
      'exchange with an identity token for two gateways',
      exchange,
      { GATEHOUSE_ID_TOKEN: jwt({ aud: [theirs, real] }) },
    ],
    ['revoke of a token of another gateway', ['revoke'], accessToken],
    ['revoke of an opaque token', ['revoke'], { GATEHOUSE_TOKEN: `gtht_${'o'.repeat(43)}` }],
    ['an admin command with an opaque token', ['accounts', 'list'], { GATEHOUSE_TOKEN: 'gtht_oo' }],
    ['an admin command with a secret', ['accounts', 'list'], secret],
    ['an admin command with a token of another gateway', ['whoami'], accessToken],
    [
      'pair, even with a token for it',
      ['pair'],
      {
        GATEHOUSE_PAIRING_CODE: `gthp_${'A'.repeat(49)}`,
        GATEHOUSE_ID_TOKEN: jwt({ aud: theirs }),
      },
    ],
    ['login', ['login', '--client-secret-stdin'], {}],
    ['doctor', ['doctor'], secret],
  ])('gets nothing: %s', async (_name, argv, env) => {
    const { status, sent, stderr } = await inCheckout(argv, { env })
    expect(sent).toEqual([])
    expect(status).toBe(2)
    expect(stderr).toContain('gatehouse.yaml')
    expect(stderr).toContain('--url')
  })

  it('gets nothing from the TAB key', async () => {
    const words = ['__complete', '--', 'accounts', 'get', '']
    expect((await inCheckout(words, { env: secret })).sent).toEqual([])
    const env = { ...secret, GATEHOUSE_URL: real }
    expect((await inCheckout(words, { env })).sent).toEqual([real])
  })

  it('gets no file and no variable of its choice for an identity token', async () => {
    for (const provider of ['env:OTHER_JWT', 'file:/etc/hostname', 'stdin']) {
      const project = `url: ${theirs}\nprovider: ${provider}\n`
      const env = { OTHER_JWT: jwt({ aud: theirs }) }
      const { status, sent, stderr } = await inCheckout(exchange, { project, env })
      expect([status, sent]).toEqual([2, []])
      expect(stderr).toContain('provider in')
    }
  })

  it('gets what is worth nothing elsewhere: a token that was made for it', async () => {
    const given = { GATEHOUSE_ID_TOKEN: jwt({ aud: `${theirs}/acme` }) }
    expect((await inCheckout(exchange, { env: given })).sent).toEqual([theirs])
    const env = { BUILDKITE: 'true' }
    const run = async () => jwt({ aud: theirs })
    expect((await inCheckout(exchange, { env, run })).sent).toEqual([theirs])
  })

  it.each([
    ['the flag', ['--url', theirs], {}],
    ['the variable', [], { env: { GATEHOUSE_URL: theirs } }],
    ["the user's file", [], { user: `url: ${theirs}/\n` }],
    ['a login', [], { login: theirs }],
  ])('gets a secret once it is confirmed by %s', async (_name, argv, around) => {
    const env = { ...secret, ...('env' in around ? around.env : {}) }
    const { sent } = await inCheckout([...exchange, ...argv], { ...around, env })
    expect(sent).toEqual([theirs])
  })

  it('is shown as that by config explain', async () => {
    const { stdout } = await inCheckout(['config', 'explain', '--json'])
    expect(JSON.parse(stdout).settings.url).toMatchObject({ value: theirs, confirmed: false })
    const words = await inCheckout(['config', 'explain'])
    expect(words.stdout).toContain('no secret is sent there')
  })
})

describe('a project file of another user', () => {
  it('is not read, nor anything above for the sake of another user’s .git', async () => {
    const at = await mkdtemp(`${root}/shared-`)
    await mkdir(`${at}/.git`)
    await mkdir(`${at}/victim`)
    await writeFile(`${at}/gatehouse.yaml`, `url: ${theirs}\n`)
    const me = process.getuid?.() ?? 0
    expect(projectFiles(`${at}/victim`, me)).toEqual([
      `${at}/victim/gatehouse.yaml`,
      `${at}/gatehouse.yaml`,
    ])
    expect(projectFiles(`${at}/victim`, me + 1)).toEqual([`${at}/victim/gatehouse.yaml`])
    expect(projectFiles(at, me + 1)).toEqual([])
    expect(foreignFiles(`${at}/victim`, me + 1)).toEqual([`${at}/gatehouse.yaml`])
  })
})
