import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { useHouse } from '../support/attack.ts'
import { JWT_TYPE } from '../support/baseline.ts'
import { formBody } from '../support/clients.ts'
import { expectB400, expectError, expectIssued } from '../support/expect.ts'
import { FORM, rawRequests, TOKEN_PATH } from '../support/raw-requests.ts'

const house = useHouse()
const { request, appended, post, entries, bytes } = rawRequests(house)

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
    for (const [name, value] of entries()) parts.append(name, value)
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
    const many = Array.from({ length: 1000 }, (_, at): [string, string] => [`p${at}`, 'x'])
    await expectB400(await appended(...many), 'invalid_request')
    await expectIssued(await appended(...many.slice(0, 50)))
  })

  test('AC-260 semicolons between parameters', async () => {
    const body = formBody(house().BR()).toString().replaceAll('&', ';')
    await expectB400(await post(body, FORM), 'unsupported_grant_type')
  })
})
