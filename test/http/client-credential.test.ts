import { describe, expect, it } from 'vitest'
import { readClient } from '../../src/http/client-credential.ts'

const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const read = (authorization: string | undefined, parameters: Record<string, string> = {}) => {
  const result = readClient(authorization, new Map(Object.entries(parameters)), { loopback: false })
  return result.ok ? result.value : result.error
}
const base64 = (text: string | Uint8Array) => Buffer.from(text).toString('base64')
const basic = (text: string) => `Basic ${base64(text)}`
const secret = (clientId: string | null, value: string, method = 'client_secret_basic') => ({
  clientId,
  credential: { kind: 'secret', secret: value, method },
})
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (claims: unknown) => `${part({ alg: 'ES256' })}.${part(claims)}.AAAA`
const asserted = (client_assertion: string, more: Record<string, string> = {}) =>
  read(undefined, { client_assertion_type: jwtBearer, client_assertion, ...more })
const malformed = { clientId: null, credential: { kind: 'malformed' } }

describe('in the body', () => {
  it.each<[string, Record<string, string>, unknown]>([
    ['nothing', {}, { clientId: null, credential: { kind: 'none' } }],
    [
      'a client id alone',
      { client_id: 'cli_1' },
      { clientId: 'cli_1', credential: { kind: 'none' } },
    ],
    [
      'a secret',
      { client_id: 'cli_1', client_secret: 'x' },
      secret('cli_1', 'x', 'client_secret_post'),
    ],
    ['a secret without an id', { client_secret: 'x' }, secret(null, 'x', 'client_secret_post')],
  ])('%s', (_, parameters, expected) => {
    expect(read(undefined, parameters)).toEqual(expected)
  })
})

describe('HTTP Basic (R23)', () => {
  it.each<[string, string, unknown]>([
    ['a client and its secret', basic('cli_1:gths_x'), secret('cli_1', 'gths_x')],
    ['the scheme in capitals', `BASIC ${base64('cli_1:x')}`, secret('cli_1', 'x')],
    ['the scheme in small letters', `basic ${base64('cli_1:x')}`, secret('cli_1', 'x')],
    ['a secret with colons: only the first parts', basic('cli_1:a:b:'), secret('cli_1', 'a:b:')],
    ['halves form-decoded', basic('cli%5F1:gths%5Fx%2B'), secret('cli_1', 'gths_x+')],
    ['a plus as a space', basic('c+l:a+b'), secret('c l', 'a b')],
    ['an encoded colon in the id', basic('cli%3A1:x'), secret('cli:1', 'x')],
    ['UTF-8', basic('clé:sécret'), secret('clé', 'sécret')],
    ['encoded UTF-8', basic('cl%C3%A9:x'), secret('clé', 'x')],
    ['spaces as they are', basic(' cli_1 : x '), secret(' cli_1 ', ' x ')],
    ['a newline as it is', basic('cli_1:x\n'), secret('cli_1', 'x\n')],
    ['one sign of padding', `Basic ${base64('cl:xy')}`, secret('cl', 'xy')],
    ['two signs of padding', `Basic ${base64('c:xy')}`, secret('c', 'xy')],
    ['no padding where none is due', `Basic ${base64('c:x')}`, secret('c', 'x')],
  ])('reads %s', (_, header, expected) => {
    expect(read(header)).toEqual(expected)
  })

  it('with an empty password only names the account', () => {
    expect(read(basic('cli_1:'))).toEqual({ clientId: 'cli_1', credential: { kind: 'none' } })
  })

  it.each([
    ['another scheme', 'Bearer gths_x'],
    ['another scheme that begins alike', `Basics ${base64('cli_1:x')}`],
    ['no credentials', 'Basic'],
    ['empty credentials', 'Basic '],
    ['nothing', ''],
    ['two tokens', `Basic ${base64('cli_1:x')} ${base64('cli_1:x')}`],
    ['a comma and more', `Basic ${base64('cli_1:x')}, Basic ${base64('cli_1:x')}`],
    ['two spaces', `Basic  ${base64('cli_1:x')}`],
    ['a tab', `Basic\t${base64('cli_1:x')}`],
    ['a space after', `Basic ${base64('cli_1:x')} `],
    ['no colon', basic('cli_1')],
    ['no client id', basic(':x')],
    ['neither half', basic(':')],
    ['characters outside base64', 'Basic cli_1:x!'],
    ['base64url', `Basic ${base64('c:??>').replaceAll('+', '-').replaceAll('/', '_')}`],
    ['padding that is missing', `Basic ${base64('c:xy').replaceAll('=', '')}`],
    ['one sign of padding where two are due', `Basic ${base64('c:xy').replace('==', '=')}`],
    ['padding too many', `Basic ${base64('c:x')}=`],
    ['padding within', `Basic ${base64('c:xy')}${base64('c:x')}`],
    ['spare bits', `Basic ${base64('c:xy').replace('Q==', 'R==')}`],
    ['a bad escape', basic('cli_1:x%zz')],
    ['half an escape', basic('cli_1:x%4')],
    ['an escape that is not UTF-8', basic('cli_1:%FF')],
    ['bytes that are not UTF-8', `Basic ${base64(Uint8Array.of(0x63, 0x3a, 0xff))}`],
  ])('takes %s for malformed', (_, header) => {
    expect(read(header)).toEqual(malformed)
  })

  it('takes a malformed one for malformed, whatever client id the body has', () => {
    expect(read('Basic x', { client_id: 'cli_1' })).toEqual(malformed)
  })

  it('may repeat its client id in the body', () => {
    expect(read(basic('cli_1:x'), { client_id: 'cli_1' })).toEqual(secret('cli_1', 'x'))
  })

  it.each(['cli_2', 'CLI_1', 'cli_1 '])(
    'refuses the other client id %j in the body',
    (clientId) => {
      expect(read(basic('cli_1:x'), { client_id: clientId })).toBe('conflicting_client_id')
    },
  )

  it('refuses another client id beside an empty password too', () => {
    expect(read(basic('cli_1:'), { client_id: 'cli_2' })).toBe('conflicting_client_id')
  })
})

describe('an assertion', () => {
  const own = jwt({ iss: 'cli_1', sub: 'cli_1' })

  it('names its client by iss and sub', () => {
    expect(asserted(own)).toMatchObject({
      clientId: 'cli_1',
      credential: { kind: 'key_assertion', unverifiedClient: 'cli_1' },
    })
  })

  it('may have its client named beside it, alike', () => {
    expect(asserted(own, { client_id: 'cli_1' })).toMatchObject({ clientId: 'cli_1' })
    expect(asserted(own, { client_id: 'cli_2' })).toBe('conflicting_client_id')
  })

  it.each([
    ['iss and sub differ', { iss: 'cli_1', sub: 'cli_2' }],
    ['sub is missing', { iss: 'cli_1' }],
    ['iss is missing', { sub: 'cli_1' }],
    ['sub is no text', { iss: 1, sub: 1 }],
  ])('names nobody where %s', (_, claims) => {
    expect(asserted(jwt(claims))).toMatchObject({
      clientId: null,
      credential: { kind: 'key_assertion', unverifiedClient: null },
    })
  })

  it('of a platform needs a client id, and gets none from its sub', () => {
    const token = jwt({ iss: 'https://issuer-a.test', sub: 'repo:acme/app' })
    const credential = { kind: 'federated_assertion', token }
    expect(asserted(token)).toEqual({ clientId: null, credential })
    expect(asserted(token, { client_id: 'cli_1' })).toEqual({ clientId: 'cli_1', credential })
  })

  it('of a platform on loopback is one in development alone', () => {
    const token = jwt({ iss: 'http://127.0.0.1:8788', sub: 'x' })
    const kindIn = (loopback: boolean) => {
      const parameters = { client_assertion_type: jwtBearer, client_assertion: token }
      const client = readClient(undefined, new Map(Object.entries(parameters)), { loopback })
      return client.ok ? client.value.credential.kind : client.error
    }
    expect([kindIn(true), kindIn(false)]).toEqual(['federated_assertion', 'key_assertion'])
  })

  it.each(['a.b.c', 'x', '..', `${own}.x`])('is malformed as %j', (text) => {
    expect(asserted(text, { client_id: 'cli_1' })).toEqual({ ...malformed, clientId: 'cli_1' })
  })
})

describe('one method per request (R22)', () => {
  const assertion = { client_assertion_type: jwtBearer, client_assertion: 'a.b.c' }

  it.each<[string, string | undefined, Record<string, string>]>([
    ['Basic and a secret', basic('cli_1:x'), { client_secret: 'x' }],
    ['Basic and an assertion', basic('cli_1:x'), assertion],
    ['Basic without a password and a secret', basic('cli_1:'), { client_secret: 'x' }],
    ['a malformed header and a secret', 'Basic x', { client_secret: 'x' }],
    ['another scheme and a secret', 'Bearer x', { client_secret: 'x' }],
    ['a secret and an assertion', undefined, { client_secret: 'x', ...assertion }],
    ['all three', basic('cli_1:x'), { client_secret: 'x', ...assertion }],
  ])('refuses %s', (_, authorization, parameters) => {
    expect(read(authorization, parameters)).toBe('two_credentials')
  })
})

describe('client_assertion_type', () => {
  it.each<[string, Record<string, string>]>([
    ['missing', { client_assertion: 'a.b.c' }],
    ['without an assertion', { client_assertion_type: jwtBearer }],
    [
      'of SAML',
      {
        client_assertion: 'a.b.c',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
      },
    ],
    ['in capitals', { client_assertion: 'a', client_assertion_type: jwtBearer.toUpperCase() }],
    ['with a space', { client_assertion: 'a', client_assertion_type: `${jwtBearer} ` }],
  ])('is refused %s', (_, parameters) => {
    expect(read(undefined, { client_id: 'cli_1', ...parameters })).toBe('client_assertion_type')
  })
})
