import { describe, expect, it } from 'vitest'
import { isForm, maxFormBytes, parseForm, queryHasParameters } from '../../src/http/form.ts'

const parse = (body: string | Uint8Array) => {
  const result = parseForm(typeof body === 'string' ? Buffer.from(body) : body)
  return result.ok ? Object.fromEntries(result.value) : result.error
}

it('a body has at most 32 KiB', () => {
  expect(maxFormBytes).toBe(32 * 1024)
})

describe('isForm', () => {
  const form = 'application/x-www-form-urlencoded'

  it.each([
    form,
    form.toUpperCase(),
    `${form}; charset=utf-8`,
    `${form};charset=UTF-8`,
    `${form} ; Charset = "utf-8"`,
    `${form};`,
    `${form}; boundary=x`,
  ])('takes %j', (type) => {
    expect(isForm(type)).toBe(true)
  })

  it.each([
    undefined,
    '',
    'application/json',
    'multipart/form-data; boundary=x',
    'text/plain',
    `${form}-more`,
    `x${form}`,
    `${form}, application/json`,
    `${form}; charset=utf-16`,
    `${form}; charset=iso-8859-1`,
    `${form}; charset=`,
    `${form}; charset`,
    `${form}; charset=utf-8; charset=utf-16`,
  ])('refuses %j', (type) => {
    expect(isForm(type)).toBe(false)
  })
})

describe('parseForm', () => {
  it.each<[string, string, Record<string, string>]>([
    ['a pair', 'grant_type=x', { grant_type: 'x' }],
    ['several', 'a=1&b=2', { a: '1', b: '2' }],
    ['percent-encoding', 'a%5Fb=%3D%26%2B', { a_b: '=&+' }],
    ['a plus as a space', 'scope=a+b%20c', { scope: 'a b c' }],
    ['UTF-8, encoded or not', 'a=%C3%A9&b=é', { a: 'é', b: 'é' }],
    ['an equals sign in a value', 'a=b=c', { a: 'b=c' }],
    ['names in their case', 'Scope=a&scope=b', { Scope: 'a', scope: 'b' }],
    ['nothing', '', {}],
    ['ampersands alone', '&&', {}],
    ['a semicolon as part of a value', 'a=1;b=2', { a: '1;b=2' }],
    ['spaces as they are', 'a= x ', { a: ' x ' }],
  ])('reads %s', (_, body, parameters) => {
    expect(parse(body)).toEqual(parameters)
  })

  it.each(['scope=', 'scope', 'scope=&', '&scope=&'])(
    'takes the empty value of %j as absent',
    (body) => {
      expect(parse(body)).toEqual({})
    },
  )

  it.each([
    ['with two values', 'a=1&a=2'],
    ['with the same value twice', 'a=1&a=1'],
    ['with an empty value before', 'a=&a=1'],
    ['with an empty value after', 'a=1&a='],
    ['empty twice', 'a&a='],
    ['spelled in two ways', 'client_id=1&client%5Fid=2'],
    ['without a name', '=1&=2'],
    ['that is unknown', 'a=1&other=1&other=2'],
  ])('refuses a parameter %s', (_, body) => {
    expect(parse(body)).toBe('repeated_parameter')
  })

  it('refuses the 65th parameter, empty or not', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `p${i}=`).join('&')
    expect(parse(names(64))).toEqual({})
    expect(parse(names(65))).toBe('too_many_parameters')
  })

  it.each([
    ['a lone continuation byte', [0x61, 0x3d, 0x80]],
    ['Latin-1', [0x61, 0x3d, 0xe9]],
    ['an overlong slash', [0x61, 0x3d, 0xc0, 0xaf]],
    ['half a surrogate pair', [0x61, 0x3d, 0xed, 0xa0, 0x80]],
    ['UTF-16', [0xff, 0xfe, 0x61, 0x00]],
  ])('refuses %s', (_, bytes) => {
    expect(parse(Uint8Array.from(bytes))).toBe('malformed_form')
  })

  it.each(['%FF', '%C3', '%C0%AF', '%ED%A0%80', 'x%80y'])(
    'refuses %s, which is not UTF-8 once decoded',
    (value) => {
      expect(parse(`client_id=${value}`)).toBe('malformed_form')
      expect(parse(`${value}=1`)).toBe('malformed_form')
    },
  )

  it.each([
    ['a byte-order mark', '\ufeffa'],
    ['a question mark', '?a'],
    ['an inherited name', '__proto__'],
  ])('takes %s at the start for part of a name', (_, name) => {
    const result = parseForm(Buffer.from(`${name}=1`))
    expect(result.ok && [...result.value]).toEqual([[name, '1']])
  })
})

describe('queryHasParameters', () => {
  const url = 'https://gw.test/oauth/token'

  it.each([
    'grant_type',
    'client_id',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
    'subject_token',
    'subject_token_type',
    'requested_token_type',
    'actor_token',
    'actor_token_type',
    'assertion',
    'scope',
    'resource',
    'audience',
    'token',
    'token_type_hint',
  ])('sees %s', (name) => {
    expect(queryHasParameters(`${url}?${name}=x`)).toBe(true)
    expect(queryHasParameters(`${url}?a=b&${name}`)).toBe(true)
  })

  it.each(['?client%5Fsecret=x', '?a=?&scope=', '?%63lient_id=x'])('sees %s', (query) => {
    expect(queryHasParameters(url + query)).toBe(true)
  })

  it.each(['', '?', '?utm_source=x', '?x=client_secret', '?Scope=x', '?scopes=x'])(
    'has nothing to say about %j',
    (query) => {
      expect(queryHasParameters(url + query)).toBe(false)
    },
  )
})
