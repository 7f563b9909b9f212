import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocks, followPages, type Reader } from '../support/pages.ts'
import { ROOT } from '../support/settings.ts'

const run = promisify(execFile)

describe('the commands of the pages', () => {
  let reader: Reader
  const said = (mark: string): string => reader.printed.get(mark) ?? ''
  const variable = (name: string): string => reader.variables.get(name) ?? ''

  beforeAll(async () => {
    reader = await followPages()
  }, 120_000)

  afterAll(() => reader?.close())

  test('the quick start ends with an access token', () => {
    expect(blocks('quick-start', 'README.md')).toHaveLength(9)
    expect(decodeJwt(variable('ACCESS_TOKEN'))).toMatchObject({
      iss: reader.gateway.url,
      aud: 'https://deploy.acme.example',
      scope: 'deploy:write',
      namespace: '/acme/payments',
      client_id: variable('CLIENT_ID'),
    })
  })

  test('its refusals are those that it announces', () => {
    const stdout = said('quick-start')
    expect(stdout).toContain('"reason":"assertion_reused"')
    expect(stdout).toContain('"failed_claims":[{"claim":"ref","actual":"refs/heads/try-me"}]')
    expect(stdout).toContain('"expected": "refs/heads/main"')
    expect(stdout).toContain('gate:event_name')
  })

  test('the page on administration says what comes of it', () => {
    expect(blocks('administration', 'docs/administration.md').length).toBeGreaterThan(9)
    const administration = said('administration')
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
    expect(blocks('credentials', 'docs/credentials.md').length).toBeGreaterThan(9)
    const credentials = said('credentials')
    const tokens = credentials.match(/^eyJ\S+$/gm) ?? []
    expect(tokens).toHaveLength(3)
    expect(tokens.map((token) => decodeJwt(token).client_id)).toEqual(
      tokens.map(() => variable('CLIENT_ID')),
    )
    expect(credentials).toContain('{"active":false}')
    expect(credentials).toMatch(/"by":"repository","revoked":[1-9]/)
    expect(credentials).toMatch(/accounts: \{ sa_\w+: \d+ \}/)
    expect(credentials).toMatch(/^whsec_/m)
  })

  test.each([
    ['github', "repository: 'acme/api'"],
    ['gitlab', '"claim":"ref_protected","actual":"false"'],
    ['other-issuers', 'reports:write'],
    ['edge-api', '{"released":true}'],
    ['edge-api', 'error="insufficient_scope"'],
    ['command-line', '3 passed, 0 failed'],
    ['command-line', 'environment: "staging"'],
    ['command-line', 'gains access: tokens of'],
    ['command-line', 'did you mean `bound_claims`?'],
    ['migration', 'sub: repo:acme/api:environment:production'],
    ['troubleshooting', 'MISSED  event_name'],
  ])('the page on %s comes to %s', (mark, text) => {
    expect(said(mark)).toContain(text)
  })

  test('an API verifies that token with jose as the page says', async () => {
    const [snippet = ''] = blocks('verify', 'docs/edge-api.md')
    const module = snippet.replaceAll('https://gatehouse.acme.example', reader.gateway.url)
    const call = `
      const headers = { authorization: 'Bearer ' + process.argv[1] }
      const request = new Request('https://deploy.acme.example', { headers })
      console.log((await authorize(request, process.argv[2])).namespace)`
    const args = ['--input-type=module', '-e', module + call, '--', variable('ACCESS_TOKEN')]
    const granted = await run(process.execPath, [...args, 'deploy:write'], { cwd: ROOT })
    expect(granted.stdout.trim()).toBe('/acme/payments')
    const beyond = run(process.execPath, [...args, 'deploy:read'], { cwd: ROOT })
    await expect(beyond).rejects.toThrow('insufficient_scope')
  })

  test('an API looks tokens up in the feed as the page says', async () => {
    const [snippet = ''] = blocks('feed', 'docs/credentials.md')
    const module = snippet.replaceAll('https://gatehouse.acme.example', reader.gateway.url)
    const call = `
      const part = (text) => JSON.parse(Buffer.from(text, 'base64url'))
      const [header, payload] = process.argv[1].split('.').slice(0, 2).map(part)
      const feed = await readFeed()
      const later = { ...payload, iat: payload.iat + 3600, jti: 'another' }
      console.log(isRevoked(feed, header, payload), isRevoked(feed, header, later))`
    const args = ['--input-type=module', '-e', module + call, '--', variable('ACCESS_TOKEN')]
    const { stdout } = await run(process.execPath, args, { cwd: ROOT })
    expect(stdout.trim()).toBe('true false')
  })
})
