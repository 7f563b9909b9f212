import { describe, expect, it } from 'vitest'
import { findIdToken } from '../../src/pipeline/id-token/find.ts'
import type { Surroundings } from '../../src/pipeline/surroundings.ts'
import { answering, stage } from '../support/surroundings.ts'

const token = 'e30.e30.AAAA'
const audience = 'https://gateway.test'

const get = async (given: Partial<Surroundings>, provider = 'auto') => {
  const source = findIdToken({ audience, provider }, stage(given))
  return source.ok ? source.value.get(5000) : source
}

const github = {
  GITHUB_ACTIONS: 'true',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://pipelines.test/token?api-version=2.0',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of-the-runner',
}

describe('an identity token', () => {
  it('of GitHub is asked for with our audience, again after a failure', async () => {
    const { fetch, requests } = answering(
      new Response('', { status: 500 }),
      Response.json({ value: token }),
    )
    expect(await get({ env: github, fetch })).toEqual({ ok: true, value: token })
    const { searchParams } = new URL(requests[1]?.url ?? '')
    expect(searchParams.get('audience')).toBe(audience)
    expect(searchParams.get('api-version')).toBe('2.0')
    expect(requests[1]?.headers.get('authorization')).toBe('Bearer of-the-runner')
  })

  it('of GitHub is not there after three failures, and the failure names GitHub', async () => {
    const { fetch, requests } = answering(new Response('', { status: 503 }))
    const result = await get({ env: github, fetch })
    expect(requests).toHaveLength(3)
    expect(result).toMatchObject({
      error: { code: 'unavailable', message: expect.stringMatching(/^GitHub gave no identity/) },
    })
    const gone = answering(new Response('', { status: 403 }))
    expect(await get({ env: github, fetch: gone.fetch })).toMatchObject({
      error: { code: 'id_token_unavailable' },
    })
    expect(gone.requests).toHaveLength(1)
  })

  it('of Buildkite and CircleCI is printed by their own programs', async () => {
    const calls: unknown[] = []
    const run = async (command: string, argv: readonly string[]) => {
      calls.push([command, ...argv])
      return `${token}\n`
    }
    expect(await get({ env: { BUILDKITE: 'true' }, run })).toEqual({ ok: true, value: token })
    expect(await get({ env: { CIRCLECI: 'true' }, run })).toEqual({ ok: true, value: token })
    expect(calls).toEqual([
      ['buildkite-agent', 'oidc', 'request-token', '--audience', audience],
      ['circleci', 'run', 'oidc', 'get', '--claims', `{"aud":"${audience}"}`],
    ])
    expect(await get({}, 'circleci')).toMatchObject({
      error: { message: expect.stringContaining('circleci is not installed here') },
    })
  })

  it('of GitLab is declared by the job, with the lines to add', async () => {
    expect(await get({ env: { GITLAB_CI: 'true', GATEHOUSE_ID_TOKEN: token } })).toMatchObject({
      value: token,
    })
    const missing = await get({ env: { GITLAB_CI: 'true' } })
    expect(missing).toMatchObject({
      error: { next: expect.stringContaining(`aud: ${audience}`) },
    })
  })

  it('comes from a variable, a file or stdin that is named', async () => {
    const readFile = async (path: string) => (path === '/run/token' ? token : '')
    expect(await get({ env: { MINE: token } }, 'env:MINE')).toMatchObject({ value: token })
    expect(await get({ readFile }, 'file:/run/token')).toMatchObject({ value: token })
    expect(await get({ readStdin: async () => ` ${token}\n` }, 'stdin')).toMatchObject({
      value: token,
    })
    expect(await get({}, 'file:/none')).toMatchObject({
      error: { message: 'the file /none does not exist' },
    })
  })

  it('is not told when it looks like something else', async () => {
    const secret = 'not-a-token-but-a-secret'
    const result = await get({ env: { MINE: secret } }, 'env:MINE')
    expect(JSON.stringify(result)).not.toContain(secret)
    const literal = await get({ env: { MINE: '$CI_JOB_JWT' } }, 'env:MINE')
    expect(literal).toMatchObject({
      error: { message: expect.stringContaining('the name of a variable') },
    })
    const typed = await get({}, 'eyJhbGciOiJub25lIn0.e30.AAAA')
    expect(JSON.stringify(typed)).not.toContain('eyJ')
  })

  it('is not there: what was looked for is told', async () => {
    const result = await get({})
    expect(result).toMatchObject({ error: { code: 'id_token_unavailable' } })
    for (const name of ['GATEHOUSE_ID_TOKEN', 'ACTIONS_ID_TOKEN', 'GITLAB_CI', 'BUILDKITE']) {
      expect(JSON.stringify(result)).toContain(name)
    }
  })
})

describe('the causes of a missing identity token on GitHub', () => {
  const job = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: '/event.json',
    GITHUB_WORKFLOW_REF: 'acme/app/.github/workflows/ci.yml@refs/heads/main',
    GITHUB_WORKSPACE: '/work',
    GITHUB_JOB: 'deploy',
  }
  const files = (texts: Record<string, string>) => async (path: string) => {
    const text = texts[path]
    if (text === undefined) throw new Error('none')
    return text
  }
  const event = (head: unknown) =>
    JSON.stringify({ pull_request: { head: { repo: head }, base: { repo: { full_name: 'a/b' } } } })
  const caller = '/work/.github/workflows/ci.yml'
  const calls = 'jobs:\n  call:\n    uses: ./.github/workflows/deploy.yml\n'
  const forked = { ...job, GITHUB_EVENT_NAME: 'pull_request' }

  it.each([
    ['the permission', job, {}, 'the permission `id-token: write` is missing'],
    [
      'a fork',
      forked,
      { '/event.json': event({ full_name: 'c/b' }) },
      'a pull request from a fork',
    ],
    ['a deleted fork', forked, { '/event.json': event(null) }, 'a pull request from a fork'],
    ['no fork', forked, { '/event.json': event({ full_name: 'a/b' }) }, 'the permission'],
    ['a reusable workflow', job, { [caller]: calls }, 'a reusable workflow'],
    ['its own workflow', job, { [caller]: `${calls}  deploy:\n    steps: []\n` }, 'the permission'],
    [
      'a reusable workflow that says so',
      { ...job, GATEHOUSE_JOB_WORKFLOW_REF: 'acme/ci/.github/workflows/x.yml@v1' },
      {},
      'a reusable workflow',
    ],
    ['a server', { ...job, GITHUB_SERVER_URL: 'https://git.acme.test' }, {}, 'Enterprise Server'],
  ])('%s', async (_, env, texts, message) => {
    const result = await get({ env, readFile: files(texts) })
    expect(result).toMatchObject({
      error: { code: 'id_token_unavailable', message: expect.stringContaining(message) },
    })
    if (!message.includes('fork')) {
      expect(JSON.stringify(result)).toContain('id-token: write')
    }
  })
})
