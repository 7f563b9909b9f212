import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { formBody } from '../support/clients.ts'
import { expectB400, expectError, expectIssued } from '../support/expect.ts'
import { chunked, FORM, rawRequests, TOKEN_PATH } from '../support/raw-requests.ts'

const house = useHouse()
const { request, post, bytes, large } = rawRequests(house)

describe('size', () => {
  test('AC-247 33 KiB with a length', async () => {
    await expectError(await post(large(), FORM), 413, 'invalid_request')
  })

  test('AC-248 33 KiB in chunks', async () => {
    const { gateway } = house()
    await expectIssued(await gateway.token(house().BR()))
    const asked = gateway.hrana.requests()
    const init = {
      method: 'POST',
      body: chunked(large()),
      duplex: 'half',
      headers: { 'content-type': FORM },
    }
    const response = await gateway.fetch(TOKEN_PATH, init as RequestInit)
    await expectError(response, 413, 'invalid_request')
    expect(gateway.hrana.requests()).toBe(asked)
  })

  test('AC-248 a good request in chunks', async () => {
    const init = {
      method: 'POST',
      body: chunked(bytes()),
      duplex: 'half',
      headers: { 'content-type': FORM },
    }
    await expectIssued(await house().gateway.fetch(TOKEN_PATH, init as RequestInit))
  })
})

describe('targets and scopes', () => {
  const targets = {
    'without a scheme': 'api-1',
    'a path': '/api-1',
    'with a fragment': 'https://api-1.test#x',
    'with a trailing slash': 'https://api-1.test/',
    'of 3 000 characters': 'x'.repeat(3000),
  }
  test.each(Object.entries(targets))('AC-250 resource %s', async (_, resource) => {
    await expectB400(await request({ resource }), 'invalid_target')
  })

  const scopes = {
    'in quotes': '"deploy:read"',
    'with a backslash': 'deploy\\read',
    'with NUL': 'deploy:read\u0000',
    'with a line break': 'deploy:read\r\nx',
    'with an accent': 'deploy:réad',
    'with a tab': 'deploy:read\tdeploy:write',
    'of 5 KB': Array.from({ length: 500 }, (_, at) => `scope-${at}`).join(' '),
  }
  test.each(Object.entries(scopes))('AC-251 scope %s', async (_, scope) => {
    await expectB400(await request({ scope }), 'invalid_scope')
  })
})

describe('paths and headers', () => {
  test('AC-252 a method override', async () => {
    for (const name of ['x-http-method-override', 'x-method-override', 'x-http-method']) {
      const headers = { [name]: 'POST' }
      const response = await house().gateway.fetch(TOKEN_PATH, { method: 'GET', headers })
      expect(response.status).toBe(405)
    }
    const path = `${TOKEN_PATH}?_method=POST`
    expect((await house().gateway.fetch(path, { method: 'GET' })).status).toBe(405)
  })

  const paths = [
    '/oauth/token/',
    '//oauth/token',
    '/oauth//token',
    '/OAUTH/TOKEN',
    '/oauth/tok%65n',
    '/oauth%2Ftoken',
    '/oauth/token;x=1',
    '/oauth/token%20',
    '/oauth/token%00',
    '/oauth/token.json',
  ]
  test.each(paths)('AC-253 %s', async (path) => {
    const response = await house().gateway.fetch(path, { method: 'POST', body: bytes() })
    expect(response.status).toBe(404)
  })

  test.each(['OPTIONS', 'POST'])('AC-255 %s from another origin', async (method) => {
    const headers = {
      origin: 'https://evil.test',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    }
    const body = method === 'POST' ? { body: formBody(house().BR()) } : {}
    const response = await house().gateway.fetch(TOKEN_PATH, { method, headers, ...body })
    const names = [...response.headers.keys()]
    expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([])
    expect(response.status).toBe(method === 'POST' ? 200 : 405)
  })

  test('AC-256 what every answer carries', async () => {
    const answers = await Promise.all([
      request({}),
      request({ subject_token: 'x' }),
      request({ grant_type: undefined }),
      request({ grant_type: 'password' }),
      request({ resource: 'https://nowhere.test' }),
      request({ scope: 'nothing' }),
      request({ grant_type: 'client_credentials', client_secret: 'wrong' }),
      post('{}', 'application/json'),
      post(large(), FORM),
      house().gateway.fetch(TOKEN_PATH),
    ])
    expect(answers.map((answer) => answer.status)).toEqual([
      200, 400, 400, 400, 400, 400, 401, 415, 413, 405,
    ])
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('pragma')).toBe('no-cache')
      expect(headers.get('content-type')).toMatch(/^application\/json/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  const reflected = {
    markup: '<script>alert(1)</script>',
    'a line break': 'a\r\nset-cookie: x=1',
    '3 KB': `q${'z'.repeat(3000)}`,
    'other scripts': 'é\u202e',
  }
  test.each(Object.entries(reflected))('AC-257 grant_type with %s', async (_, grant_type) => {
    const response = await request({ grant_type })
    const copy = response.clone()
    await expectB400(response, 'unsupported_grant_type')
    const seen = `${await copy.text()}${JSON.stringify([...copy.headers])}`
    for (const trace of ['<', 'alert', 'set-cookie', 'zzz', 'é', '\u202e']) {
      expect(seen).not.toContain(trace)
    }
  })
})
