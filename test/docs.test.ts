import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type FakeCi, startFakeCi } from '../scripts/fake-ci/server.ts'
import { openDataDirectory } from '../scripts/local/data-directory.ts'
import { type LocalGateway, startLocalGateway } from '../scripts/local/gateway.ts'
import { tryPort } from '../scripts/local/ports.ts'
import { ROOT } from './support/settings.ts'

const run = promisify(execFile)
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8')
const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

const readme = read('README.md')
const pages = globSync(['*.md', 'docs/*.md'], { cwd: ROOT })
const scripts = Object.keys(JSON.parse(read('package.json')).scripts)

/** Fenced blocks of a page behind a mark: `<!-- mark -->`, then the fence. */
const blocks = (mark: string, page = readme): string[] =>
  matches(page, new RegExp(`<!-- ${mark} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``, 'g'))

/** The literal block (`|`) of a YAML snippet, without its indentation. */
function literalBlock(yaml: string): string {
  const lines = yaml.split('\n')
  const start = lines.findIndex((line) => line.trimEnd().endsWith('|')) + 1
  const depth = (line: string): number => line.length - line.trimStart().length
  const indent = depth(lines[start] ?? '')
  const end = lines.findIndex((line, at) => at > start && depth(line) < indent)
  return lines
    .slice(start, end)
    .map((line) => line.slice(indent))
    .join('\n')
}

describe('the snippets of the README', () => {
  const line = '----- the next page -----'
  let directory: string
  let ci: FakeCi
  let gateway: LocalGateway
  let administration: string
  let credentials: string
  let quickStart: { stdout: string; clientId: string; accessToken: string }

  const bash = (script: string, env: Record<string, string> = {}) =>
    run('bash', ['-eo', 'pipefail', '-c', script], {
      cwd: directory,
      env: { ...process.env, ...env },
    })

  beforeAll(async () => {
    directory = await mkdtemp(`${tmpdir()}/gatehouse-docs-`)
    ci = await startFakeCi()
    const data = await openDataDirectory(`${directory}/.gatehouse`)
    gateway = await startLocalGateway(data, { port: await tryPort(0), log: () => {} })
    const local = (written: string[]): string =>
      written
        .join('\n')
        .replaceAll('http://127.0.0.1:8787', gateway.url)
        .replaceAll('http://127.0.0.1:8788', ci.url)
    const start = local(blocks('quick-start'))
    const { stdout: all } = await bash(
      `${start}\nprintf '\\n%s\\n%s\\n${line}' "$CLIENT_ID" "$ACCESS_TOKEN"
      ${local(blocks('administration', read('docs/administration.md')))}\nprintf '\\n${line}'
      ${local(blocks('credentials', read('docs/credentials.md')))}`,
    )
    const [stdout = '', ...after] = all.split(`\n${line}`)
    ;[administration = '', credentials = ''] = after
    const [clientId = '', accessToken = ''] = stdout.split('\n').slice(-2)
    quickStart = { stdout, clientId, accessToken }
  })

  afterAll(async () => {
    await Promise.all([gateway?.close(), ci?.close()])
    await rm(directory, { recursive: true, force: true })
  })

  test('the quick start ends with an access token', () => {
    expect(blocks('quick-start')).toHaveLength(8)
    expect(decodeJwt(quickStart.accessToken)).toMatchObject({
      iss: gateway.url,
      aud: 'https://deploy.acme.example',
      scope: 'deploy:write',
      namespace: '/acme/payments',
      client_id: quickStart.clientId,
    })
  })

  test('its refusals are those that it announces', () => {
    const { stdout } = quickStart
    expect(stdout).toContain('"reason":"assertion_reused"')
    expect(stdout).toContain('"failed_claims":[{"claim":"ref","actual":"refs/heads/try-me"}]')
    expect(stdout).toContain('"expected": "refs/heads/main"')
    expect(stdout).toContain('gate:event_name')
  })

  test('the page on administration says what comes of it', () => {
    expect(blocks('administration', read('docs/administration.md')).length).toBeGreaterThan(9)
    const lines = administration.split('\n')
    expect(lines).toContain('/acme/checkout/staging')
    expect(administration).toMatch(/"permissions": \[\s*"deploy:read"/)
    expect(administration).toContain('"dry_run":true')
    expect(lines).toContain('true')
    expect(lines).toContain('rejected')
    expect(administration.match(/refs\/tags\/v\*/g)?.length).toBeGreaterThan(1)
    expect(administration).toMatch(/"update": 1,/)
    expect(lines).toContain('name-taken')
    const [sum] = administration.match(/^[0-9a-f]{64}(?= {2}-$)/m) ?? []
    expect(lines).toContain(sum)
    expect(administration).toContain('"no_policy_matched"')
  })

  test('the page on credentials goes on from there', () => {
    expect(blocks('credentials', read('docs/credentials.md')).length).toBeGreaterThan(9)
    const tokens = credentials.match(/^eyJ\S+$/gm) ?? []
    expect(tokens).toHaveLength(3)
    expect(tokens.map((token) => decodeJwt(token).client_id)).toEqual(
      tokens.map(() => quickStart.clientId),
    )
    expect(credentials).toContain('{"active":false}')
    expect(credentials).toMatch(/"by":"repository","revoked":[1-9]/)
    expect(credentials).toMatch(/accounts: \{ sa_\w+: \d+ \}/)
    expect(credentials).toMatch(/^whsec_/m)
  })

  test('an API verifies that token as the README says', async () => {
    const [snippet = ''] = blocks('verify')
    const module = snippet.replaceAll('https://gatehouse.acme.example', gateway.url)
    const call = `
      const headers = { authorization: 'Bearer ' + process.argv[1] }
      const request = new Request('https://deploy.acme.example', { headers })
      console.log((await authorize(request, process.argv[2])).namespace)`
    const args = ['--input-type=module', '-e', module + call, '--', quickStart.accessToken]
    const granted = await run(process.execPath, [...args, 'deploy:write'], { cwd: ROOT })
    expect(granted.stdout.trim()).toBe('/acme/payments')
    const beyond = run(process.execPath, [...args, 'deploy:read'], { cwd: ROOT })
    await expect(beyond).rejects.toThrow('insufficient_scope')
  })

  test('an API looks tokens up in the feed as the page says', async () => {
    const [snippet = ''] = blocks('feed', read('docs/credentials.md'))
    const module = snippet.replaceAll('https://gatehouse.acme.example', gateway.url)
    const call = `
      const part = (text) => JSON.parse(Buffer.from(text, 'base64url'))
      const [header, payload] = process.argv[1].split('.').slice(0, 2).map(part)
      const feed = await readFeed()
      const later = { ...payload, iat: payload.iat + 3600, jti: 'another' }
      console.log(isRevoked(feed, header, payload), isRevoked(feed, header, later))`
    const args = ['--input-type=module', '-e', module + call, '--', quickStart.accessToken]
    const { stdout } = await run(process.execPath, args, { cwd: ROOT })
    expect(stdout.trim()).toBe('true false')
  })

  // Runners have jq; a machine that runs these tests may not.
  describe('in CI', async () => {
    const withoutJq = await run('jq', ['--version']).then(
      () => false,
      () => true,
    )
    const job = () => ({ GATEHOUSE: gateway.url, CLIENT_ID: quickStart.clientId })

    test.skipIf(withoutJq)('a GitHub job gets its token', async () => {
      const platform = createServer(async (request, response) => {
        const { searchParams } = new URL(request.url ?? '/', 'http://platform')
        const { token } = await ci.mint('github', { aud: searchParams.get('audience') })
        const asked = request.headers.authorization === 'Bearer of the runner'
        response.end(JSON.stringify({ value: asked ? token : '' }))
      })
      await new Promise<void>((done) => platform.listen(0, '127.0.0.1', done))
      const { port } = platform.address() as AddressInfo
      const output = `${directory}/output`
      await writeFile(output, '')
      await bash(literalBlock(blocks('github-job')[0] ?? ''), {
        ...job(),
        ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?api-version=2.0`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'of the runner',
        GITHUB_OUTPUT: output,
      }).finally(() => platform.close())
      const token = (await readFile(output, 'utf8')).replace('token=', '').trim()
      expect(decodeJwt(token).scope).toBe('deploy:write')
    })

    test.skipIf(withoutJq)('a GitLab job gets its token, or sees why not', async () => {
      const script = `${literalBlock(blocks('gitlab-job')[0] ?? '')}\necho "$TOKEN"`
      const { token } = await ci.mint('github', { aud: gateway.url })
      const env = { ...job(), GATEHOUSE_ID_TOKEN: token }
      expect(decodeJwt((await bash(script, env)).stdout.trim()).scope).toBe('deploy:write')
      await expect(bash(script, env)).rejects.toMatchObject({
        stdout: expect.stringContaining('assertion_reused'),
      })
    })
  })
})

describe('what the pages name is there', () => {
  test('the two commands', () => {
    expect(readme).toContain('```sh\nnpm ci && npm run demo\n```')
    expect(readme).toContain('```sh\nnpm ci && npm test\n```')
    expect(read('.ci/run')).toContain('npm ci && npm test')
  })

  /** Made when things run, or by the reader. */
  const elsewhere = ['.gatehouse/', '.gatehouse/root-credentials.json', '.dev.vars', 'secrets.json']

  test.each(pages)('every path in %s exists', (page) => {
    const text = read(page).replaceAll(/^```[\s\S]*?^```$/gm, '')
    const isPath = /^(?:[\w.@*-]+\/)+(?:[\w.*-]+)?$|^[\w.*-]+\.(?:ts|md|toml|json)$/
    const spans = matches(text, /`(?!application\/)([^`\n]+)`/g).filter((span) => isPath.test(span))
    const links = matches(text, /\]\((?!https?:)([^)#]+)[^)]*\)/g)
    const missing = [...spans, ...links].filter(
      (path) => !elsewhere.includes(path) && globSync(path, { cwd: ROOT }).length === 0,
    )
    expect(missing).toEqual([])
  })

  test.each(pages)('every npm script in %s exists', (page) => {
    const named = matches(read(page), /\bnpm run (?:--silent )?([a-z][a-z:-]*)/g)
    expect(named.filter((name) => !scripts.includes(name))).toEqual([])
  })

  test('the README names every npm script', () => {
    const named = matches(readme, /`npm (?:run )?([a-z:-]+)/g)
    expect(scripts.filter((name) => !named.includes(name))).toEqual([])
  })
})

describe('what the code has is on the pages', () => {
  const missing = (names: string[], page: string): string[] => {
    expect(names.length).toBeGreaterThan(0)
    return names.filter((name) => !read(page).includes(`\`${name}\``))
  }

  test('problems and collections', () => {
    const slugs = matches(read('src/core/problem.ts'), /^ {2}\| '([a-z-]+)'$/gm)
    const collections = matches(read('src/http/api/routes.ts'), /\.route\('(\/[a-z-]+)'/g)
    expect(missing([...slugs, ...collections], 'docs/admin-api.md')).toEqual([])
  })

  test('presets', () => {
    const files = globSync('src/issuers/*.ts', { cwd: ROOT }).map(read).join('\n')
    const ids = matches(files, /^ {2}id: '([a-z-]+)',$/gm)
    expect(missing(ids, 'docs/admin-api.md')).toEqual([])
  })

  test('variables and log events', () => {
    const variables = matches(read('src/config.ts'), /^ {4}([A-Z_]+):/gm)
    const code = globSync('src/**/*.ts', { cwd: ROOT, exclude: ['src/issuers/**'] }).map(read)
    const lines = matches(code.join('\n'), /\bevent: ([^,\n]*)/g)
    const events = lines.flatMap((line) => matches(line, /'(\w+)'/g))
    expect(missing([...variables, ...events], 'docs/operations.md')).toEqual([])
  })

  test('reasons to refuse a client or a token', () => {
    const [, faults = ''] = read('src/core/denial.ts').split('export type ClientFault')
    expect(missing(matches(faults, /^ {2}\| '(\w+)'$/gm), 'docs/operations.md')).toEqual([])
  })

  test('the layers', () => {
    const rule = /^ {2}'?([\w.-]+)'?: \{\s*rooms: \[([^\]]*)\],\s*packages: \[([^\]]*)\],?\s*\},$/gm
    const list = (text = ''): string => text.match(/[\w.@/-]+/g)?.join(' ') || '–'
    const drawn = [...read('scripts/rooms.ts').matchAll(rule)].map(
      ([, room, rooms, packages]) => [room, list(rooms), list(packages)].join(' | '),
    )
    expect(drawn).toHaveLength(22)
    const page = read('docs/architecture.md').replaceAll('`', '').replaceAll(', ', ' ')
    expect(drawn.filter((row) => !page.includes(`| ${row} |`))).toEqual([])
  })

  test('an example of the secrets, and of nothing else', () => {
    expect(existsSync(`${ROOT}.dev.vars.example`)).toBe(true)
    const lines = read('.dev.vars.example').trim().split('\n')
    expect(lines.every((line) => /^[A-Z_]+=$/.test(line))).toBe(true)
    const known = matches(read('src/config.ts'), /^ {4}([A-Z_]+):/gm)
    expect(lines.filter((line) => !known.includes(line.slice(0, -1)))).toEqual([])
  })
})
