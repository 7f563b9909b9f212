import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { JWT_TYPE } from '../support/baseline.ts'
import { type Form, formBody } from '../support/clients.ts'
import { expectB400, expectError, expectIssued } from '../support/expect.ts'

const house = useHouse()

const FORM = 'application/x-www-form-urlencoded'
const TOKEN_PATH = '/oauth/token'

type Overrides = Record<string, string | undefined>

/** Sends the baseline request, changed. */
function request(overrides: Overrides, init?: RequestInit): Promise<Response> {
  return house().gateway.token(house().BR(overrides), init)
}

/** Sends the baseline request with further entries behind it. */
function appended(...entries: [string, string][]): Promise<Response> {
  return house().gateway.token([...baselineEntries(), ...entries])
}

function baselineEntries(): [string, string][] {
  return [...formBody(house().BR())]
}

/** Posts any body under any content type. */
function post(
  body: NonNullable<RequestInit['body']>,
  contentType?: string,
  further: Record<string, string> = {},
): Promise<Response> {
  const headers = new Headers(further)
  if (contentType !== undefined) headers.set('content-type', contentType)
  return house().gateway.fetch(TOKEN_PATH, { method: 'POST', body, headers })
}

/** The baseline request as bytes, which bring no content type of their own. */
function bytes(form: Form = house().BR()): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(formBody(form).toString())
}

/** A form of more than 32 KiB that would be good if it were shorter. */
function large(): Uint8Array<ArrayBuffer> {
  return bytes({ ...house().BR(), filler: 'x'.repeat(33 * 1024) })
}

describe('method and media type', () => {
  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('AC-237 %s', async (method) => {
    const response = await house().gateway.fetch(TOKEN_PATH, { method })
    await expectError(response, 405, 'invalid_request')
    expect(response.headers.get('allow')).toBe('POST')
  })

  test('AC-237 HEAD', async () => {
    const response = await house().gateway.fetch(TOKEN_PATH, { method: 'HEAD' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('AC-238 JSON, multipart, text, and no content type', async () => {
    const parts = new FormData()
    for (const [name, value] of baselineEntries()) parts.append(name, value)
    const multipart = new Response(parts)
    const json = JSON.stringify(house().BR())
    await expectError(await post(json, 'application/json'), 415, 'invalid_request')
    const type = multipart.headers.get('content-type') ?? ''
    await expectError(await post(await multipart.arrayBuffer(), type), 415, 'invalid_request')
    await expectError(await post(bytes(), 'text/plain'), 415, 'invalid_request')
    await expectError(await post(bytes()), 415, 'invalid_request')
    await expectError(await post(bytes(), `${FORM}x`), 415, 'invalid_request')
  })

  test('AC-239 charsets and upper case', async () => {
    const utf16 = Buffer.from(formBody(house().BR()).toString(), 'utf16le')
    for (const body of [bytes(), utf16]) {
      const response = await post(new Uint8Array(body), `${FORM}; charset=utf-16`)
      await expectError(response, 415, 'invalid_request')
    }
    await expectIssued(await post(bytes(), FORM.toUpperCase()))
    await expectIssued(await post(bytes(), `${FORM}; charset=UTF-8`))
    await expectIssued(await post(bytes(), `${FORM};charset=utf-8`))
  })

  test('AC-261 a compressed body', async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000, 'a'))
    for (const body of [gzipSync(bytes()), bomb]) {
      const headers = { 'content-encoding': 'gzip' }
      await expectError(await post(new Uint8Array(body), FORM, headers), 415, 'invalid_request')
    }
    const identity = await post(bytes(), FORM, { 'content-encoding': 'deflate' })
    await expectError(identity, 415, 'invalid_request')
  })
})

describe('parameters', () => {
  const repeatable = ['grant_type', 'subject_token', 'client_id', 'scope', 'resource'] as const
  test.each(repeatable)('AC-240 %s repeated', async (name) => {
    const value = house().BR({ scope: 'deploy:read' })[name] ?? ''
    const twice: [string, string][] = name === 'scope' ? [['scope', value]] : []
    await expectB400(await appended(...twice, [name, value]), 'invalid_request')
    await expectB400(await appended(...twice, [name, 'other']), 'invalid_request')
  })

  test('AC-241 grant types', async () => {
    await expectB400(await request({ grant_type: undefined }), 'invalid_request')
    await expectB400(await request({ grant_type: '' }), 'invalid_request')
    for (const grant_type of ['urn:x', 'password', 'refresh_token', 'Client_Credentials']) {
      await expectB400(await request({ grant_type }), 'unsupported_grant_type')
    }
  })

  test('AC-242 empty parameters are absent ones', async () => {
    await expectIssued(await request({ scope: '' }))
    await expectIssued(await request({ actor_token: '' }))
    await expectIssued(await request({ actor_token_type: '', audience: '', client_secret: '' }))
  })

  test('AC-243 subject_token_type', async () => {
    const types = [undefined, '', 'jwt', 'urn:ietf:params:oauth:token-type:access_token']
    for (const type of [...types, 'urn:ietf:params:oauth:token-type:saml2']) {
      await expectB400(await request({ subject_token_type: type }), 'invalid_request')
    }
    const id = 'urn:ietf:params:oauth:token-type:id_token'
    await expectIssued(await request({ subject_token_type: id }))
  })

  test('AC-244 actor tokens', async () => {
    const actor_token = house().BT()
    await expectB400(await request({ actor_token }), 'invalid_request')
    await expectB400(await request({ actor_token_type: JWT_TYPE }), 'invalid_request')
    await expectB400(await request({ actor_token, actor_token_type: JWT_TYPE }), 'invalid_request')
  })

  test('AC-245 requested_token_type', async () => {
    const prefix = 'urn:ietf:params:oauth:token-type:'
    for (const type of [`${prefix}refresh_token`, `${prefix}id_token`, 'unknown']) {
      await expectB400(await request({ requested_token_type: type }), 'invalid_request')
    }
    for (const type of ['access_token', 'jwt']) {
      await expectIssued(await request({ requested_token_type: prefix + type }))
    }
  })

  test('AC-246 parameters in the query', async () => {
    const { gateway, BR } = house()
    const before = gateway.logs.length
    const form = BR()
    const init = { method: 'POST', headers: { 'content-type': FORM } }
    const query = `${TOKEN_PATH}?${formBody(form)}`
    await expectB400(await gateway.fetch(query, init), 'invalid_request')
    for (const name of ['subject_token', 'client_id', 'scope', 'client_secret']) {
      const path = `${TOKEN_PATH}?${formBody({ [name]: form[name] ?? 'x' })}`
      const body = formBody(form)
      const response = await gateway.fetch(path, { method: 'POST', body })
      await expectB400(response, 'invalid_request')
    }
    await expectIssued(await gateway.token(BR()))
    const signature = form.subject_token?.split('.')[2] ?? ''
    expect(signature.length).toBeGreaterThan(300)
    expect(gateway.logs.slice(before).join('\n')).not.toContain(signature)
  })

  test('AC-258 names that every object has', async () => {
    const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'prototype']
    await expectIssued(await appended(...names.map((name): [string, string] => [name, 'x'])))
    const token_endpoint_auth_method = 'none'
    await expectIssued(await request({ token_endpoint_auth_method }))
    for (const name of ['__proto__', 'constructor']) {
      const response = await appended([name, 'x'], [name, 'y'])
      await expectB400(response, 'invalid_request')
    }
  })

  test('AC-259 1 000 parameters', async () => {
    const entries = Array.from({ length: 1000 }, (_, at): [string, string] => [`p${at}`, 'x'])
    await expectB400(await appended(...entries), 'invalid_request')
    await expectIssued(await appended(...entries.slice(0, 50)))
  })

  test('AC-260 semicolons between parameters', async () => {
    const body = formBody(house().BR()).toString().replaceAll('&', ';')
    await expectB400(await post(body, FORM), 'unsupported_grant_type')
  })
})

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

/** Sends a body in two chunks, of which only the last can exceed a limit. */
function chunked(body: Uint8Array): ReadableStream<Uint8Array> {
  const half = Math.floor(body.length / 2)
  return new ReadableStream({
    start: (controller) => {
      controller.enqueue(body.slice(0, half))
      controller.enqueue(body.slice(half))
      controller.close()
    },
  })
}
