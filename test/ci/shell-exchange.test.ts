import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CiHouse, startCiHouse } from '../support/ci-house.ts'
import { type GithubPlatform, startGithubPlatform } from '../support/github-platform.ts'
import { expectNoToken } from '../support/gitlab-job.ts'
import { ROOT } from '../support/settings.ts'
import { runToEnd, type Shell, shells } from '../support/shells.ts'
import { type StubAnswer, startStubServer } from '../support/stub-server.ts'

const SCRIPT = `${ROOT}integrations/shell/exchange.sh`

let house: CiHouse
let github: GithubPlatform
let place: string

beforeAll(async () => {
  house = await startCiHouse()
  github = await startGithubPlatform(house)
})

afterAll(async () => {
  await Promise.all([github?.close(), house?.close()])
})

beforeEach(async () => {
  place = await mkdtemp(`${tmpdir()}/gatehouse-shell-`)
  github.claims = {}
})

afterEach(() => rm(place, { recursive: true, force: true }))

const mint = async (overrides: Record<string, unknown> = {}): Promise<string> =>
  (await house.ci.mint('gitlab', { aud: house.gateway.url, ...overrides })).token

const onGitlab = async (overrides?: Record<string, unknown>) => ({
  GATEHOUSE_CLIENT_ID: house.gitlab,
  GATEHOUSE_ID_TOKEN: await mint(overrides),
})

const onGithub = () => ({
  ...github.env,
  GATEHOUSE_CLIENT_ID: house.github,
  GITHUB_ACTIONS: 'true',
})

const exchange = (shell: Shell, env: Record<string, string>) =>
  runToEnd([...shell.argv, '-x', SCRIPT], {
    cwd: place,
    env: { PATH: process.env.PATH ?? '', GATEHOUSE_URL: house.gateway.url, ...env },
  })

describe.each(shells)('in $name', (shell) => {
  test('a GitLab job, or any with a token at hand, gets one', async () => {
    const env = { ...(await onGitlab()), GATEHOUSE_SCOPE: 'deploy:read deploy:write' }
    const ended = await exchange(shell, env)
    expect(ended).toMatchObject({ code: 0 })
    expect(decodeJwt(ended.stdout.trim())).toMatchObject({ client_id: house.gitlab })
    const printed = ended.output.replace(ended.stdout, '')
    expectNoToken(printed, env.GATEHOUSE_ID_TOKEN, ended.stdout.trim())
  })

  test('a GitHub job asks for its own, and the log masks what it got', async () => {
    const ended = await exchange(shell, onGithub())
    expect(ended).toMatchObject({ code: 0 })
    const token = ended.stdout.trim()
    expect(decodeJwt(token)).toMatchObject({ client_id: house.github })
    const printed = ended.output.replace(ended.stdout, '')
    expect(printed).toContain(`::add-mask::${token}\n`)
    const secrets = [github.minted.at(-1) ?? '', github.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '']
    expectNoToken(printed.replace(`::add-mask::${token}\n`, ''), ...secrets)
  })

  test('no program is given a token as an argument', async () => {
    const { stdout: real } = await runToEnd(['sh', '-c', 'command -v curl'], {
      cwd: place,
      env: { PATH: process.env.PATH ?? '' },
    })
    await mkdir(`${place}/bin`)
    const listing = `#!/bin/sh\nprintf '%s\\n' "$@" >>${place}/arguments\nexec ${real.trim()} "$@"\n`
    await writeFile(`${place}/bin/curl`, listing, { mode: 0o755 })
    const ended = await exchange(shell, {
      ...onGithub(),
      PATH: `${place}/bin:${process.env.PATH}`,
    })
    expect(ended).toMatchObject({ code: 0 })
    const given = await readFile(`${place}/arguments`, 'utf8')
    expect(given).toContain('audience=')
    const secrets = [github.minted.at(-1) ?? '', github.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '']
    expectNoToken(given, ...secrets, ended.stdout.trim())
  })

  test('a refusal says why on stderr, ends with 5 and prints no token', async () => {
    const env = await onGitlab({ ref_path: 'refs/heads/try-me' })
    const ended = await exchange(shell, env)
    expect(ended).toMatchObject({ code: 5, stdout: '' })
    expect(ended.output).toContain('"reason":"policy_mismatch"')
    expect(ended.output).toMatch(/"decision_id":"dec_/)
    expectNoToken(ended.output, env.GATEHOUSE_ID_TOKEN)
  })

  test('no ID token ends with 4: none given, none offered, or the platform says no', async () => {
    const GATEHOUSE_CLIENT_ID = house.github
    expect((await exchange(shell, { GATEHOUSE_CLIENT_ID })).code).toBe(4)
    github.faults.push({ status: 403, body: { message: 'no' } })
    expect((await exchange(shell, onGithub())).code).toBe(4)
  })

  test('a setting that is missing is named', async () => {
    const ended = await exchange(shell, {})
    expect(ended.code).not.toBe(0)
    expect(ended.output).toContain('GATEHOUSE_CLIENT_ID')
  })

  test.each([
    'http://gatehouse.acme.example',
    'http://127.0.0.1:1@127.0.0.1:9',
    'http://127.0.0.1.evil.example',
    'http://localhost:80/@evil.example',
    'https://u@evil.example',
    'file:///etc/passwd',
    'https://a.example\nhttp://evil.example',
  ])('%j is not asked: it would read the token', async (GATEHOUSE_URL) => {
    const env = { GATEHOUSE_CLIENT_ID: 'cli_1', GATEHOUSE_ID_TOKEN: 'id.tok.en', GATEHOUSE_URL }
    const ended = await exchange(shell, env)
    expect(ended).toMatchObject({ code: 2, stdout: '' })
    expect(ended.output).toContain('expected https://host')
  })

  test('an answer that is none is not shown', async () => {
    const body = { access_token: 'sec ret', error: 'x', failed_claims: [], a: ['sec'] }
    const stub = await startStubServer(() => ({ status: 200, body }))
    const ended = await exchange(shell, { ...(await onGitlab()), GATEHOUSE_URL: stub.url })
    await stub.close()
    expect(ended).toMatchObject({ code: 8, stdout: '' })
    expect(ended.output).not.toContain('sec')
  })

  test('what is no gateway ends with 8; a slash behind the origin does not matter', async () => {
    const other = await startStubServer(() => ({ status: 404, body: { message: 'no page' } }))
    const GATEHOUSE_URL = other.url
    const foreign = await exchange(shell, { ...(await onGitlab()), GATEHOUSE_URL })
    await other.close()
    expect(foreign).toMatchObject({ code: 8, stdout: '' })
    expect(foreign.output).toContain('does not answer like a gateway')
    const slash = { GATEHOUSE_URL: `${house.gateway.url}/` }
    expect(await exchange(shell, { ...(await onGitlab()), ...slash })).toMatchObject({ code: 0 })
  })

  test('a gateway out of reach ends with 8, one that is busy is asked again', async () => {
    const away = await startStubServer(() => 'drop')
    const GATEHOUSE_URL = away.url
    const lost = await exchange(shell, { ...(await onGitlab()), GATEHOUSE_URL })
    await away.close()
    expect(lost).toMatchObject({ code: 8, stdout: '' })
    const answers: StubAnswer[] = [
      { status: 503, headers: { 'retry-after': '1' } },
      { status: 200, body: { access_token: 'a.b.c' } },
    ]
    const busy = await startStubServer((_, before) => answers[before] ?? 'drop')
    const ended = await exchange(shell, { ...(await onGitlab()), GATEHOUSE_URL: busy.url })
    await busy.close()
    expect(ended).toMatchObject({ code: 0, stdout: 'a.b.c\n' })
    expect(busy.asked).toHaveLength(2)
  })
})
