import { type AddressInfo, createServer } from 'node:net'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CiHouse, startCiHouse } from '../support/ci-house.ts'
import { type GithubPlatform, startGithubPlatform } from '../support/github-platform.ts'
import { type GithubRunner, type StepOptions, startGithubRunner } from '../support/github-runner.ts'
import { type StubAnswer, type StubServer, startStubServer } from '../support/stub-server.ts'

let house: CiHouse
let github: GithubPlatform
let runner: GithubRunner
let proxy: StubServer

beforeAll(async () => {
  house = await startCiHouse()
})

afterAll(() => house?.close())

beforeEach(async () => {
  github = await startGithubPlatform(house)
  runner = await startGithubRunner(() => [
    ...github.minted,
    github.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? '-',
  ])
})

afterEach(() => Promise.all([runner?.close(), github?.close(), proxy?.close()]))

/** Stands before the gateway: answers itself as long as it has something to say, then passes on. */
const standBefore = async (...answers: StubAnswer[]): Promise<StubServer> => {
  proxy = await startStubServer(async ({ path, form }, count) => {
    const own = answers[count]
    if (own !== undefined) return own
    const answer = await fetch(`${house.gateway.url}${path}`, { method: 'POST', body: form })
    return { status: answer.status, body: await answer.text() }
  })
  return proxy
}

const main = (given: Record<string, string> = {}, more: StepOptions = {}) =>
  runner.main({
    ...more,
    with: { url: proxy?.url ?? '', 'service-account': house.github, ...given },
    env: { ...github.env, ...more.env },
  })

const busy = { status: 503, body: { error: 'temporarily_unavailable', decision_id: 'dec_1' } }
const idTokens = ({ asked }: StubServer) => asked.map(({ form }) => form.get('subject_token') ?? '')

describe('retries', () => {
  test('each attempt shows a new ID token, so that none expires or is spent meanwhile', async () => {
    // The audience is the gateway's own name, which is not where this step goes.
    const stub = await standBefore(busy, 'drop')
    github.claims = { aud: house.gateway.url }
    const { code, outputs, log } = await main()
    expect(code).toBe(0)
    expect(decodeJwt(outputs.token ?? '').client_id).toBe(house.github)
    const shown = idTokens(stub)
    expect(shown).toHaveLength(3)
    expect(new Set(shown.map((token) => decodeJwt(token).jti)).size).toBe(3)
    expect(shown).toEqual(github.minted)
    expect(log).toMatch(/gatehouse: .*status 503.*; trying again in \d/)
  })

  test('a token that expired while the gateway was away is not shown again', async () => {
    const stub = await standBefore(busy)
    const now = Math.floor(Date.now() / 1000)
    const lives = [{ iat: now - 400, exp: now - 100 }, {}]
    const honest = github.claims
    Object.defineProperty(github, 'claims', {
      get: () => ({ ...honest, aud: house.gateway.url, ...lives[github.minted.length] }),
    })
    const { code } = await main()
    expect(code).toBe(0)
    const [expired = '', fresh = ''] = idTokens(stub)
    expect(decodeJwt(expired).exp).toBeLessThan(now)
    expect(decodeJwt(fresh).exp).toBeGreaterThan(now)
  })

  test('429 waits as long as it was told to', async () => {
    const stub = await standBefore({
      status: 429,
      headers: { 'retry-after': '2' },
      body: busy.body,
    })
    github.claims = { aud: house.gateway.url }
    const started = Date.now()
    expect((await main()).code).toBe(0)
    expect(Date.now() - started).toBeGreaterThan(1900)
    expect(stub.asked).toHaveLength(2)
  })

  test('a wait beyond the timeout ends the step at once', async () => {
    const stub = await standBefore({
      status: 429,
      headers: { 'retry-after': '120' },
      body: busy.body,
    })
    const started = Date.now()
    const { code, annotations } = await main()
    expect(code).toBe(1)
    expect(annotations[0]).toContain('too many requests')
    expect(annotations[0]).toContain('try again in 120 s')
    expect(stub.asked).toHaveLength(1)
    expect(Date.now() - started).toBeLessThan(20_000)
  })

  test.each([400, 401, 403])('%i is a decision, and is not asked for twice', async (status) => {
    const stub = await standBefore({
      status,
      body: { error: 'invalid_client', decision_id: 'dec_1' },
    })
    expect((await main()).code).toBe(1)
    expect(stub.asked).toHaveLength(1)
    expect(github.minted).toHaveLength(1)
  })

  test('an outage ends after four attempts', async () => {
    const stub = await standBefore(...Array.from({ length: 9 }, () => busy))
    const { code, annotations } = await main()
    expect(code).toBe(1)
    expect(annotations[0]).toContain('cannot answer now (status 503)')
    expect(stub.asked).toHaveLength(4)
  })

  test('a gateway that never answers is given up within the timeout', async () => {
    await standBefore('hang', 'hang', 'hang', 'hang')
    const { code, annotations } = await main({ timeout: '2' })
    expect(code).toBe(1)
    expect(annotations[0]).toMatch(/did not answer within \d s/)
  })
})

describe('the ID token', () => {
  const on = (more: StepOptions = {}) =>
    runner.main({
      ...more,
      with: { url: house.gateway.url, 'service-account': house.github },
      env: { ...github.env, ...more.env },
    })

  const without = (more: StepOptions = {}) =>
    on({
      ...more,
      env: {
        ACTIONS_ID_TOKEN_REQUEST_URL: undefined,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined,
        ...more.env,
      },
    })

  test('is asked for again when GitHub is shaky, and it is not the gateway that is blamed', async () => {
    github.faults.push({ status: 500 }, 'drop')
    expect((await on()).code).toBe(0)
    github.faults.push(...Array.from({ length: 20 }, () => ({ status: 503 })))
    const { code, annotations } = await on()
    expect(code).toBe(1)
    expect(annotations[0]).toContain('GitHub gave no identity token')
  })

  test.each([401, 403])('refused with %i is not asked for again', async (status) => {
    github.faults.push({ status })
    const { code, annotations } = await on()
    expect(code).toBe(1)
    expect(annotations[0]).toContain(`answered with status ${status}`)
    expect(github.asked).toHaveLength(1)
  })

  test('that never comes ends the step in time', async () => {
    github.faults.push('hang', 'hang', 'hang', 'hang', 'hang', 'hang')
    const { code } = await runner.main({
      with: { url: house.gateway.url, 'service-account': house.github, timeout: '2' },
      env: github.env,
    })
    expect(code).toBe(1)
  })

  test('is missing without the permission', async () => {
    const { code, annotations } = await without()
    expect(code).toBe(1)
    expect(annotations[0]).toContain('the permission `id-token: write` is missing')
    expect(annotations[0]).toContain('permissions:\n  id-token: write')
  })

  test('is missing in a reusable workflow whose caller does not pass the permission on', async () => {
    const own = 'acme/shared/.github/workflows/deploy.yml@refs/heads/main'
    const { annotations } = await runner.main({
      with: {
        url: house.gateway.url,
        'service-account': house.github,
        'job-workflow-ref': own,
      },
    })
    expect(annotations[0]).toContain('it runs in a reusable workflow')
  })

  test('is missing in a pull request from a fork', async () => {
    const repo = (full_name: string, id: number) => ({ repo: { full_name, id } })
    const event = { pull_request: { head: repo('mallory/api', 7), base: repo('acme/api', 800002) } }
    const { annotations } = await without({ eventName: 'pull_request', event })
    expect(annotations[0]).toContain('a pull request from a fork')
    const own = { pull_request: { head: repo('acme/api', 1), base: repo('acme/api', 1) } }
    const same = await without({ eventName: 'pull_request', event: own })
    expect(same.annotations[0]).toContain('the permission `id-token: write` is missing')
  })

  test('is missing on a server that offers none', async () => {
    const env = { GITHUB_SERVER_URL: 'https://ghes.acme.example' }
    const { annotations } = await without({ env })
    expect(annotations[0]).toContain('https://ghes.acme.example is a GitHub Enterprise Server')
  })

  test('is missing outside of GitHub', async () => {
    const { annotations } = await without({ env: { GITHUB_ACTIONS: undefined } })
    expect(annotations[0]).toContain('not run by GitHub Actions')
  })
})

describe('a proxy', () => {
  test('of the environment is used, but for what no_proxy names', async () => {
    let connections = 0
    const proxyServer = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => proxyServer.listen(0, '127.0.0.1', resolve))
    const { port } = proxyServer.address() as AddressInfo
    const behind = (no_proxy: string) =>
      runner.main({
        with: { url: house.gateway.url, 'service-account': house.github, timeout: '5' },
        env: { ...github.env, http_proxy: `http://127.0.0.1:${port}`, no_proxy },
      })
    const direct = await behind('127.0.0.1')
    expect([direct.code, connections]).toEqual([0, 0])
    const away = await behind('')
    expect(away.code).toBe(1)
    expect(connections).toBeGreaterThan(0)
    proxyServer.close()
  })
})

describe('inputs that a workflow left empty or unexpanded', () => {
  const expression = '$'.concat('{{ vars.GATEHOUSE_URL }}')

  test.each([
    [{ url: '' }, 'url is empty: the variable that it comes from has no value here'],
    [{ url: expression }, `url is the text "${expression}" itself`],
    [{ url: 'vars.GATEHOUSE_URL' }, `write ${expression}`],
    [{ url: 'http://gatehouse.acme.example' }, 'write https://gatehouse.acme.example'],
    [{ 'service-account': '' }, 'service-account is empty'],
    [{ 'service-account': 'sa_01abc' }, 'service-account is the id of an account'],
    [{ scopes: expression }, 'scopes holds'],
    [{ timeout: '0' }, 'timeout is "0"'],
    [{ timeout: '1m' }, 'timeout is "1m"'],
    [{ 'export-env': 'NODE_OPTIONS' }, 'export-env may not be NODE_OPTIONS'],
    [{ 'export-env': 'a=b' }, 'export-env is "a=b"'],
    [{ debug: 'yes' }, 'debug is "yes", expected true or false'],
  ])('%o', async (given, words) => {
    const { code, annotations } = await runner.main({
      with: { url: house.gateway.url, 'service-account': house.github, ...given },
      env: github.env,
    })
    expect(code).toBe(1)
    expect(annotations[0]).toContain(words)
    expect(github.asked).toEqual([])
  })
})
