import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CiHouse, DEPLOY_API, startCiHouse } from '../support/ci-house.ts'
import { type GithubPlatform, startGithubPlatform } from '../support/github-platform.ts'
import { type GithubRunner, type StepOptions, startGithubRunner } from '../support/github-runner.ts'

let house: CiHouse
let github: GithubPlatform
let runner: GithubRunner

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

afterEach(() => Promise.all([runner?.close(), github?.close()]))

const main = (given: Record<string, string> = {}, more: StepOptions = {}) =>
  runner.main({
    ...more,
    with: { url: house.gateway.url, 'service-account': house.github, ...given },
    env: { ...github.env, ...more.env },
  })

describe('a job on main', () => {
  test('gets a token, and all that it wants to know about it', async () => {
    const { code, outputs, log, state, exported, annotations } = await main()
    expect([code, annotations]).toEqual([0, []])
    const claims = decodeJwt(outputs.token ?? '')
    expect(claims).toMatchObject({ aud: DEPLOY_API, client_id: house.github })
    expect(outputs).toEqual({
      token: expect.any(String),
      'token-type': 'Bearer',
      'expires-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      'expires-in': '600',
      scopes: claims.scope,
      'service-account': house.github,
      policy: claims.policy,
      jti: claims.jti,
    })
    const end = Date.parse(outputs['expires-at'] ?? '') / 1000
    expect(Math.abs(end - (claims.exp ?? 0))).toBeLessThan(3)
    expect(log).toContain(`gatehouse: ${house.github} holds deploy:read deploy:write for 600 s`)
    expect(exported).toEqual({})
    expect(state).toMatchObject({ token: outputs.token, url: house.gateway.url })
  })

  test('has both tokens masked before anything else is printed', async () => {
    const { raw, outputs } = await main({ debug: 'true' }, { env: { RUNNER_DEBUG: '1' } })
    const lines = raw.split('\n')
    const at = (text: string): number => lines.findIndex((line) => line.includes(text))
    expect(at(`::add-mask::${github.minted[0]}`)).toBe(0)
    expect(at(`::add-mask::${outputs.token}`)).toBe(1)
    expect(lines.filter((line) => line.startsWith('::add-mask::'))).toHaveLength(2)
  })

  test('asks for scopes, an audience and a variable of its own', async () => {
    const { outputs, exported } = await main({
      scopes: 'deploy:write\n  deploy:write',
      audience: DEPLOY_API,
      'export-env': 'DEPLOY_TOKEN',
    })
    expect(outputs.scopes).toBe('deploy:write')
    expect(exported).toEqual({ DEPLOY_TOKEN: outputs.token })
  })

  test('finds the grant in the summary of the job', async () => {
    const { summary, outputs } = await main()
    expect(summary).toContain('### Gatehouse: access token')
    expect(summary).toContain(
      '<td>Scopes</td><td><code>deploy&#58;read deploy&#58;write</code></td>',
    )
    expect(summary).toContain(`<code>${outputs.jti}</code>`)
  })

  test('sees the claims of its ID token when it asks, and neither token', async () => {
    const { log } = await main({ debug: 'true' })
    expect(log).toContain('- repository_id = "800002"')
    expect((await main()).log).not.toContain('repository_id')
  })

  test('needs no summary, as on an older runner', async () => {
    const { code, outputs } = await main({}, { env: { GITHUB_STEP_SUMMARY: undefined } })
    expect(code).toBe(0)
    expect(decodeJwt(outputs.token ?? '').client_id).toBe(house.github)
  })
})

describe('a refusal', () => {
  test('says why, the claims with the values of this job, and what to run next', async () => {
    github.claims = { ref: 'refs/heads/try-me', event_name: 'workflow_dispatch' }
    const { code, annotations, outputs, log, summary } = await main()
    expect(code).toBe(1)
    expect(outputs).toEqual({})
    expect(annotations).toHaveLength(1)
    const [annotation = ''] = annotations
    expect(annotation).toMatch(/^error: No trust policy accepts this job/)
    expect(annotation).toContain('\n  this job has ref = "refs/heads/try-me"')
    expect(annotation).toContain('\n  this job has event_name = "workflow_dispatch"')
    expect(annotation).toMatch(/\nnext: an admin sees why: gatehouse decisions show dec_\w+$/)
    expect(log.trim().endsWith(annotation.replace('error: ', ''))).toBe(true)
    expect(log).toContain('- repository_id = "800002"')
    expect(summary).toContain('### Gatehouse: no access token')
    expect(summary).toContain(
      '<td>Missed <code>ref</code></td><td><code>&#34;refs/heads/try-me&#34;</code></td>',
    )
    expect(github.minted).toHaveLength(1)
  })

  test('the decision that it names is there', async () => {
    github.claims = { ref: 'refs/heads/try-me' }
    const { annotations } = await main()
    const [id = ''] = /dec_\w+/.exec(annotations[0] ?? '') ?? []
    expect(await house.admin('GET', `/decisions/${id}`)).toMatchObject({ id, outcome: 'refused' })
  })

  test('of a stranger says no more than the gateway does', async () => {
    github.claims = { repository_id: '666', repository_owner_id: '666' }
    const { code, annotations } = await main()
    expect(code).toBe(1)
    expect(annotations[0]).toContain('tells a stranger no more')
    expect(annotations[0]).not.toContain('this job has')
  })

  test('of an unknown account and of a foreign scope are told as what they are', async () => {
    expect((await main({ 'service-account': 'cli_nobody' })).annotations[0]).toContain('cli_nobody')
    expect((await main({ scopes: 'deploy:admin' })).annotations[0]).toContain(
      'asked for a scope that it does not hold',
    )
    expect((await main({ audience: 'https://x.example' })).annotations[0]).toContain(
      'There is no API "https://x.example"',
    )
  })
})

describe('expect-scopes', () => {
  test('lets the grant through that it describes, in any order', async () => {
    const { code } = await main({ 'expect-scopes': 'deploy:write deploy:read' })
    expect(code).toBe(0)
  })

  test.each([
    ['wider', { 'expect-scopes': 'deploy:read' }, 'also deploy:write'],
    [
      'narrower',
      { scopes: 'deploy:read', 'expect-scopes': 'deploy:read deploy:write' },
      'but not deploy:write',
    ],
  ])('fails when the grant is %s, and takes the token back', async (_, given, words) => {
    const { code, annotations, outputs, state, raw } = await main(given)
    expect(code).toBe(1)
    expect(annotations[0]).toContain(words)
    expect(annotations[0]).toContain('it was revoked')
    expect(outputs).toEqual({})
    const [token = ''] = /(?<=::add-mask::)eyJ\S+(?=\n(?!::add-mask))/.exec(raw) ?? []
    expect(state.token).toBe(token)
    expect(await house.isRevoked(token)).toBe(true)
  })
})

describe('the post step', () => {
  test('revokes, once and again', async () => {
    const { state, outputs } = await main()
    const token = outputs.token ?? ''
    expect(await house.isRevoked(token)).toBe(false)
    const { code, log, annotations } = await runner.post(state)
    expect([code, annotations]).toEqual([0, []])
    expect(log).toContain('gatehouse: the token is revoked')
    expect(await house.isRevoked(token)).toBe(true)
    expect(await runner.post(state)).toMatchObject({ code: 0, annotations: [] })
  })

  test('is quiet when the token has expired', async () => {
    const { state } = await main()
    const { code, log, annotations } = await runner.post({ ...state, 'expires-at': '1' })
    expect([code, annotations]).toEqual([0, []])
    expect(log).toContain('nothing to revoke')
  })

  test('leaves the token alive when asked to, and has nothing to do after a refusal', async () => {
    const kept = await main({ 'skip-token-revoke': 'true' })
    expect(kept.state).toEqual({})
    expect(await runner.post(kept.state)).toMatchObject({ code: 0, raw: '' })
    expect(await house.isRevoked(kept.outputs.token ?? '')).toBe(false)
    github.claims = { ref: 'refs/heads/try-me' }
    expect((await main()).state).toEqual({})
  })

  test('warns and does not fail when the gateway is down', async () => {
    const { state } = await main()
    const { code, annotations } = await runner.post({ ...state, url: 'http://127.0.0.1:1' })
    expect(code).toBe(0)
    expect(annotations).toEqual([expect.stringMatching(/^warning: gatehouse: the token was not/)])
  })

  test('does not even fail for a state that is nonsense', async () => {
    const state = { token: 'nonsense', url: 'nowhere', 'expires-at': '9e99' }
    expect((await runner.post(state)).code).toBe(0)
  })
})
