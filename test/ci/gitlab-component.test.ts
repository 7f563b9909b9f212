import { spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { decodeJwt } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type CiHouse, DEPLOY_API, startCiHouse } from '../support/ci-house.ts'
import { includeComponent } from '../support/gitlab-component.ts'
import { expectNoToken, type GitlabJob, startGitlabJob } from '../support/gitlab-job.ts'
import { shells } from '../support/shells.ts'

let house: CiHouse
let job: GitlabJob

beforeAll(async () => {
  house = await startCiHouse()
})

afterAll(() => house?.close())

const mint = async (overrides: Record<string, unknown> = {}): Promise<string> =>
  (await house.ci.mint('gitlab', { aud: house.gateway.url, ...overrides })).token

const scriptWithoutGuard = (): string => {
  const inputs = { url: house.gateway.url, 'service-account': house.gitlab }
  const [script = ''] = includeComponent(inputs).before_script
  return script.replace('{ set +x; } 2>/dev/null', ':')
}

describe.each(shells)('in $name', (shell) => {
  beforeEach(async () => {
    job = await startGitlabJob(house, shell)
  })

  afterEach(() => job.close())

  test('the script finds a token that works, in files that only the job reads', async () => {
    const idToken = await mint()
    const ended = await job.before(idToken, [
      'echo "token in $GATEHOUSE_TOKEN_FILE, header in $GATEHOUSE_HEADER_FILE"',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell expands it
      'echo "the id token is ${GATEHOUSE_ID_TOKEN-gone}, umask $(umask)"',
      `curl -sS -o /dev/null -w 'reached %{http_code}' -H @"$GATEHOUSE_HEADER_FILE" ${house.gateway.url}/healthz`,
    ])
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toContain(`token in ${job.folder}/token, header in ${job.folder}/header`)
    expect(ended.stdout).toContain('the id token is gone, umask 0022')
    expect(ended.stdout).toContain('reached 200')
    const token = await job.token()
    expect(decodeJwt(token)).toMatchObject({ client_id: house.gitlab, aud: DEPLOY_API })
    expect(await readFile(`${job.folder}/header`, 'utf8')).toBe(`Authorization: Bearer ${token}\n`)
    expect((await stat(job.folder)).mode & 0o777).toBe(0o700)
    expect((await readdir(job.folder)).sort()).toEqual(['header', 'token'])
    for (const file of ['token', 'header']) {
      expect((await stat(`${job.folder}/${file}`)).mode & 0o777).toBe(0o600)
    }
    expect(await readdir(`${job.place}/project`)).toEqual([])
    expectNoToken(ended.output, idToken, token)
  })

  test('a trace shows no token, from the first line to the revocation', async () => {
    const idToken = await mint()
    const ended = await job.before(idToken, ['echo "traced again"'], { trace: true })
    expect(ended).toMatchObject({ code: 0 })
    const token = await job.token()
    const ending = await job.after(idToken, { trace: true })
    expect(ending).toMatchObject({ code: 0 })
    expect(ended.output).toMatch(/^\+ echo '?traced again/m)
    expectNoToken(ended.output + ending.output, idToken, token)
  })

  test('that trace would show it without our guard', async () => {
    const env = { GATEHOUSE_ID_TOKEN: await mint() }
    const ended = await job.run([scriptWithoutGuard()], { trace: true, env })
    expect(ended.code).toBe(0)
    expect(ended.output).toContain(env.GATEHOUSE_ID_TOKEN)
  })

  test('no program is given a token as an argument', async () => {
    const idToken = await mint()
    const real = spawnSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).stdout.trim()
    await mkdir(`${job.place}/bin`)
    const listing = `#!/bin/sh\nprintf '%s\\n' "$@" >>${job.place}/arguments\nexec ${real} "$@"\n`
    await writeFile(`${job.place}/bin/curl`, listing, { mode: 0o755 })
    const env = { PATH: `${job.place}/bin:${process.env.PATH}` }
    expect(await job.before(idToken, [], { env })).toMatchObject({ code: 0 })
    const token = await job.token()
    expect(await job.after(idToken, { env })).toMatchObject({ code: 0 })
    const given = await readFile(`${job.place}/arguments`, 'utf8')
    expect(given).toContain('/oauth/token')
    expect(given).toContain('/oauth/revoke')
    expectNoToken(given, idToken, token)
  })

  test('no variable reroutes a token or has it read on its way', async () => {
    const names = [
      'HTTPS_PROXY',
      'https_proxy',
      'HTTP_PROXY',
      'http_proxy',
      'ALL_PROXY',
      'all_proxy',
    ]
    const files = ['CURL_CA_BUNDLE', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SSLKEYLOGFILE', 'CURL_HOME']
    const evil = Object.fromEntries([
      ...names.map((name) => [name, 'http://127.0.0.1:9']),
      ...files.map((name) => [name, `${job.place}/project/evil`]),
    ]) as Record<string, string>
    const real = spawnSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).stdout.trim()
    await mkdir(`${job.place}/bin`)
    const listing = `#!/bin/sh\nenv >>${job.place}/seen\nexec ${real} "$@"\n`
    await writeFile(`${job.place}/bin/curl`, listing, { mode: 0o755 })
    const env = { ...evil, PATH: `${job.place}/bin:${process.env.PATH}` }
    const idToken = await mint()
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell expands it
    const kept = ['echo "the script has ${HTTPS_PROXY}"']
    const ended = await job.before(idToken, kept, { env })
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.output).toContain('the script has http://127.0.0.1:9')
    const token = await job.token()
    expect(await job.after(idToken, { env })).toMatchObject({ code: 0, output: '' })
    expect(await house.isRevoked(token)).toBe(true)
    const seen = await readFile(`${job.place}/seen`, 'utf8')
    expect(seen).toContain('CI_JOB_ID=')
    expect(Object.keys(evil).filter((name) => seen.includes(`${name}=`))).toEqual([])
  })

  test('a proxy and certificates are inputs', async () => {
    const proxied = { inputs: { proxy: 'http://127.0.0.1:9', timeout: 2 } }
    expect((await job.before(await mint(), [], proxied)).code).toBe(8)
    await rm(job.folder, { recursive: true })
    await mkdir(`${job.place}/bin`)
    const listing = `#!/bin/sh\nprintf '%s ' "$@" >${job.place}/arguments\nexit 7\n`
    await writeFile(`${job.place}/bin/curl`, listing, { mode: 0o755 })
    const env = { PATH: `${job.place}/bin:${process.env.PATH}` }
    await job.before(await mint(), [], { inputs: { 'ca-file': '/etc/ca.pem', timeout: 1 }, env })
    expect(await readFile(`${job.place}/arguments`, 'utf8')).toMatch(
      /^-q --proxy {2}--cacert \/etc\/ca\.pem -sS /,
    )
  })

  test('a TMPDIR below the project gets no token', async () => {
    await mkdir(`${job.place}/project/out`)
    await symlink(`${job.place}/project/out`, `${job.place}/link`)
    const idToken = await mint()
    for (const TMPDIR of [`${job.place}/link`, 'out', `${job.place}/tmp/../project`]) {
      const env = { TMPDIR, CDPATH: `${job.place}` }
      const ended = await job.before(idToken, ['echo "in $GATEHOUSE_TOKEN_FILE"'], { env })
      expect(ended.output).toMatch(/in \/tmp\/gatehouse-\d+\/token|was exchanged before/)
      expect(await readdir(`${job.place}/project/out`)).toEqual([])
      await job.after(idToken, { env })
    }
  })

  test('a refusal is read in full, and its trace shows no token either', async () => {
    const idToken = await mint({ ref_path: 'refs/heads/try-me', ref: 'try-me' })
    const ended = await job.before(idToken, ['echo not reached'], { trace: true })
    expect(ended.code).toBe(5)
    expect(ended.output).toContain(
      'refused: subject token refused (invalid_request, policy_mismatch)',
    )
    expect(ended.output).toContain('\n  this job has ref_path = "refs/heads/try-me"\n')
    expect(ended.output).toMatch(/\nnext: gatehouse decisions show dec_\w+\n/)
    expect(ended.output).not.toContain('not reached')
    expectNoToken(ended.output, idToken)
  })

  test('afterwards the token is dead and the files are gone', async () => {
    const idToken = await mint()
    await job.before(idToken)
    const token = await job.token()
    expect(await house.isRevoked(token)).toBe(false)
    expect(await job.after(idToken)).toMatchObject({ code: 0, output: '' })
    expect(await house.isRevoked(token)).toBe(true)
    expect(await readdir(`${job.place}/tmp`)).toEqual([])
  })

  test('what claims are called cannot act on the terminal or the shell', async () => {
    const ref = 'a"}],$(touch pwned)`id`\u001b[2J\u009b\r\nnext: rm -rf /'
    const ended = await job.before(await mint({ ref_path: `refs/heads/${ref}` }))
    expect(ended.code).toBe(5)
    expect(ended.output).not.toMatch(/[^\n\x20-\x7e]/)
    expect(ended.output).not.toMatch(/^next: rm/m)
    expect(await readdir(`${job.place}/project`)).toEqual([])
  })
})
